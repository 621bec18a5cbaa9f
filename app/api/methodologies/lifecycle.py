"""The life of a methodology: draft, file, review, publish, withdraw."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from flask import Response

from app.api.methodologies.lifecycle_body import (
    DraftBody,
    FilingBody,
    FillBody,
    ReopenBody,
    ReviewBody,
    RevisionBody,
    SentDraft,
    SentFiling,
    SentFill,
    SentReview,
    SentRevision,
    SentWithdrawal,
    VersionInProgress,
    WithdrawalBody,
    application_of,
    drafted,
    in_progress,
)
from app.auth import allow
from app.http.answers import in_force
from app.http.blueprint import ANY_OBJECT, Blueprint
from app.http.current import by_caller, wiring
from app.http.once import once
from app.http.reasons import SentReason
from app.http.revisions import if_match, tagged
from app.http.sent_documents import SentDocument
from app.http.signing import made_when_signed
from app.usecases.methodologies.draft_version import draft_version
from app.usecases.methodologies.file_version import file_version
from app.usecases.methodologies.fill_version import fill_version
from app.usecases.methodologies.publish_version import publish_version
from app.usecases.methodologies.reopen_version import reopen_version
from app.usecases.methodologies.review_version import review_version
from app.usecases.methodologies.revise_draft import revise_draft
from app.usecases.methodologies.withdraw_version import withdraw_version
from behaviours.actions.drafts import document_text
from behaviours.json_value import JsonObject
from behaviours.rules.application import Declaration, ExpertOpinion
from behaviours.rules.filling import read_figures
from behaviours.rules.lifecycle import PUBLISHED, STEPS, WITHDRAWN, DraftChanged, MethodologyVersion

blueprint = Blueprint("methodology lifecycle", __name__, description="How a rule comes to hold.")

_ROUTE = "/v1/methodologies/<code>/versions/<version>"
_DRAFT = {
    "document": 'code: example.kettle\nversion: "1"\n…',
    "examples": "examples:\n  - title: One kettle\n    …",
}
_FILL: JsonObject = {
    "figures": {
        "figures": {
            "spared": {
                "value": "0.02",
                "unit": "kWh/L",
                "source": {"title": "The standard, 2nd edition", "url": "", "read": "Table 3."},
                "grade": "official",
            }
        }
    }
}
_FILING: JsonObject = {
    "applicant": "岭南低碳研究院",
    "contact_role": "methodology lead",
    "statement": "Offices boil water once for several cups; the saving is measured.",
    "design_document": {"title": "Shared kettle, design document", "text": "1. Scope …"},
}
_REVIEW: JsonObject = {
    "opinion": "approve",
    "reasons": "The figures are those of the cited standard.",
    "declaration": {
        "employer": "South China Verification Ltd",
        "belongs_to_applicant": False,
        "took_part_in_drafting": False,
    },
}


@blueprint.route("/v1/methodologies/<code>/versions", methods=["POST"])
@allow(*STEPS["draft"].roles, step="methodology.draft")
@blueprint.arguments(DraftBody, example=_DRAFT)
@blueprint.response(201, VersionInProgress)
def draft(body: SentDraft, code: str) -> Response:
    """Draft a version. The document is checked whole: names, units, sources, equations, examples.

    One that cannot be used is 422 and says in `errors` of every fault the file, line and field,
    what is wrong and what to do. `obstacles` is what would be refused if it were published now.
    """
    answer = once(drafted, status=201, required=False)(
        draft_version,
        code=code,
        document=document_text(body["document"].content, "/document"),
        examples=document_text(body["examples"].content, "/examples"),
        rulebook=wiring().rulebook,
        **by_caller(),
    )
    return tagged(answer)


@blueprint.route(_ROUTE, methods=["PUT"])
@allow(*STEPS["revise"].roles, step="methodology.replace")
@blueprint.arguments(DraftBody, example=_DRAFT)
@blueprint.response(200, VersionInProgress)
def replace_draft(body: SentDraft, code: str, version: str) -> Response:
    """Replace a draft. Send the ETag that was read as If-Match: 412 when it changed since."""
    return _revised(code, version, body["document"], body["examples"])


@blueprint.route(_ROUTE, methods=["PATCH"])
@allow(*STEPS["revise"].roles, step="methodology.change")
@blueprint.arguments(RevisionBody, example={"examples": _DRAFT["examples"]})
@blueprint.response(200, VersionInProgress)
def change_draft(body: SentRevision, code: str, version: str) -> Response:
    """Replace a draft's document or its examples. If-Match as for PUT."""
    return _revised(code, version, body.get("document"), body.get("examples"))


@blueprint.route(f"{_ROUTE}/fill", methods=["POST"])
@allow(*STEPS["draft"].roles, step="methodology.fill")
@blueprint.arguments(FillBody, example=_FILL)
@blueprint.response(201, VersionInProgress)
def fill(body: SentFill, code: str, version: str) -> Response:
    """Draft the version that supplies what this one awaits; its examples are computed anew.

    It may reach back to the first day of the one that waited, since no action was priced by it.
    """
    text = document_text(body["figures"].content, "/figures")
    answer = once(drafted, status=201, required=False)(
        fill_version,
        code=code,
        version=version,
        figures=read_figures(text, "figures.yaml"),
        name=body.get("name"),
        starts_on=body.get("starts_on"),
        rulebook=wiring().rulebook,
        **by_caller(),
    )
    return tagged(answer)


@blueprint.route(f"{_ROUTE}/file", methods=["POST"])
@allow(*STEPS["file"].roles, step="methodology.file")
@blueprint.arguments(FilingBody, example=_FILING)
@blueprint.response(200, VersionInProgress)
def file(body: SentFiling, code: str, version: str) -> Response:
    """File a draft with its application form and design document; from then on it rests."""
    return _step(file_version, code, version, application=application_of(body))


@blueprint.route(f"{_ROUTE}/review", methods=["POST"])
@allow(*STEPS["approve"].roles, step="methodology.review")
@blueprint.arguments(ReviewBody, example=_REVIEW)
@blueprint.response(200, VersionInProgress)
def review(body: SentReview, code: str, version: str) -> Response:
    """Give an expert's opinion: approve, or return to the draft.

    The expert may neither have written on the document nor belong to the applicant.
    """
    return _step(
        review_version,
        code,
        version,
        opinion=ExpertOpinion(body["opinion"] == "approve", body["reasons"]),
        declaration=Declaration(**body["declaration"]),
    )


@blueprint.route(f"{_ROUTE}/reopen", methods=["POST"])
@allow(*STEPS["reopen"].roles, step="methodology.reopen")
@blueprint.arguments(ReopenBody, example={"reason": "The date has to be a later one."})
@blueprint.response(200, VersionInProgress)
def reopen(body: SentReason, code: str, version: str) -> Response:
    """Take a filed or reviewed version back to the draft; its signatures count no more."""
    return _step(reopen_version, code, version, reason=body["reason"])


@blueprint.route(f"{_ROUTE}/publish", methods=["POST"])
@allow(*STEPS["publish"].roles, step="methodology.publish")
@blueprint.signed(201, VersionInProgress)
def publish(code: str, version: str) -> Response:
    """Sign the publication; the second signature, of the other role, publishes.

    The version holds for actions from its own first day on, which may not lie before today.
    """
    answer = once(_published, status=made_when_signed, required=False)(
        publish_version, code=code, version=version, rulebook=wiring().rulebook, **by_caller()
    )
    return in_force(answer)


@blueprint.route(f"{_ROUTE}/withdraw", methods=["POST"])
@allow(*STEPS["withdraw"].roles, step="methodology.withdraw")
@blueprint.arguments(WithdrawalBody, example={"from": "2027-01-01", "reason": "The text fell."})
@blueprint.response(201, ANY_OBJECT, description="Withdrawn from that day on")
@blueprint.alt_response(
    202, schema=ANY_OBJECT, description="The other role has yet to sign, for the same day"
)
def withdraw(body: SentWithdrawal, code: str, version: str) -> Response:
    """Sign a withdrawal from a day on; the second signature for the same day withdraws."""
    # Refuses a version that was never published.
    rulebook = wiring().rulebook
    found = rulebook.version(code, version)
    shown = partial(_withdrawn, code, version, body["starts_on"])
    answer = once(shown, status=lambda awaiting: 202 if awaiting else 201, required=False)(
        withdraw_version,
        found,
        withdrawn_from=body["starts_on"],
        reason=body["reason"],
        zone=rulebook.zone,
        **by_caller(),
    )
    return in_force(answer)


def _published(done: tuple[MethodologyVersion, list[str]]) -> JsonObject:
    return in_progress(*done)


def _withdrawn(code: str, version: str, starts_on: date, awaiting: list[str]) -> JsonObject:
    return {
        "code": code,
        "version": version,
        "state": PUBLISHED if awaiting else WITHDRAWN,
        "from": starts_on.isoformat(),
        "awaiting": awaiting,
    }


def _revised(
    code: str, version: str, document: SentDocument | None, examples: SentDocument | None
) -> Response:
    texts = {
        name: None if sent is None else document_text(sent.content, f"/{name}")
        for name, sent in (("document", document), ("examples", examples))
    }
    answer = once(drafted, required=False)(
        revise_draft,
        code=code,
        version=version,
        revisions=if_match(DraftChanged("unreadable")),
        rulebook=wiring().rulebook,
        **texts,
        **by_caller(),
    )
    return tagged(answer)


def _step(
    verb: Callable[..., MethodologyVersion], code: str, version: str, **given: Any
) -> Response:
    return once(in_progress, required=False)(
        verb, code=code, version=version, **given, **by_caller()
    )
