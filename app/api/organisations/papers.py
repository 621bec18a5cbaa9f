"""What an organisation that applies states and hands over, and what an operator finds in it."""

from __future__ import annotations

from flask import Response

from app.api.organisations.paper_bodies import (
    DocumentAssessmentBody,
    PaperBody,
    PapersAssessmentBody,
    SentDocumentAssessment,
    SentPaper,
    SentPapersAssessment,
    SentStatement,
    StatementBody,
    contract_of,
    judgements_of,
    renewal_judgement_of,
    statement_of,
)
from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.body import large_body
from app.http.current import by_caller, now, wiring
from app.http.handed_in import opened_answer
from app.http.once import once
from app.ids import parse
from app.shown.papers import PapersAnswer, papers_answer
from app.usecases.organisations.assess_organisation import assess_organisation
from app.usecases.organisations.hand_in_document import NewDocument, hand_in_document
from app.usecases.organisations.judge_document import judge_document
from app.usecases.organisations.read_application import read_application
from app.usecases.organisations.read_document import read_document
from app.usecases.organisations.state_organisation import state_organisation
from app.usecases.organisations.withdraw_application import withdraw_application
from behaviours.admission import ADMIT, ASSESS, HAND_IN, STEPS, WITHDRAW
from behaviours.civil_time import civil_day
from behaviours.json_value import JsonObject
from behaviours.organisation_papers import OrganisationPapers
from behaviours.standing import RENEW_PAPERS, STEPS as STANDING_STEPS
from behaviours.users import APPLICANT

blueprint = Blueprint("papers", __name__, description="What organisations that apply hand over.")

ORGANISATIONS = ("provider", "merchant", "enterprise", "verifier")
# An organisation that was admitted sees its own, too, and hands in what is to take its place.
SEEING = (*STEPS[ADMIT].by, APPLICANT, *ORGANISATIONS)
HANDING_IN = (*STEPS[HAND_IN].by, *ORGANISATIONS)


@blueprint.route("/v1/organisations/<organisation_id>/application")
@allow(*SEEING)
@blueprint.response(200, PapersAnswer)
def show_application(organisation_id: str) -> Response:
    """An application as it stands: what was stated and handed in, what was found, what is missing.

    Operators and the authority see every one, an organisation its own.
    """
    papers = wiring().database.transact(
        read_application, parse("org", organisation_id), by=caller().viewer
    )
    return json_answer(_shown(papers))


@blueprint.route("/v1/organisations/<organisation_id>/statement", methods=["POST"])
@allow(*STEPS[HAND_IN].by, step="organisation.state")
@blueprint.arguments(StatementBody)
@blueprint.response(200, PapersAnswer)
def state(body: SentStatement, organisation_id: str) -> Response:
    """State who the organisation is and what ties it to others; it takes the place of what was
    said.

    By one unified social credit code somebody takes part as each kind once, an exchange as nothing
    else; after a closing they apply anew by it. An assessment of before counts no more.
    """
    return once(_shown, required=False)(
        state_organisation,
        parse("org", organisation_id),
        statement_of(body),
        scenes=wiring().scenes,
        **by_caller(),
    )


@blueprint.route("/v1/organisations/<organisation_id>/documents", methods=["POST"])
@allow(*HANDING_IN, step="organisation.hand_in")
@large_body
@blueprint.arguments(PaperBody)
@blueprint.response(200, PapersAnswer)
def hand_in(body: SentPaper, organisation_id: str) -> Response:
    """Hand in a document, a PDF, PNG or JPEG of at most 5 MiB, with the days on which it is good.

    It is kept sealed, with its SHA-256. While the organisation applies, the newest of a kind counts
    and an assessment of before counts no more. Once it takes part, the document before counts until
    an operator accepts this one, and can be fetched ever after.
    """
    return once(_shown, required=False)(
        hand_in_document,
        parse("org", organisation_id),
        NewDocument(
            body["kind"],
            body["media_type"],
            body["content"],
            body.get("valid_from"),
            body.get("valid_until"),
        ),
        identity_key=wiring().settings.identity_key,
        **by_caller(),
    )


@blueprint.route("/v1/organisations/<organisation_id>/documents/<document_id>")
@allow(*SEEING, step="organisation.read_document")
@blueprint.response(
    200,
    content_type="application/octet-stream",
    description="The document as it was handed in",
)
def fetch_document(organisation_id: str, document_id: str) -> Response:
    """Fetch a document; the log keeps that somebody with power did."""
    return opened_answer(read_document, parse("org", organisation_id), document_id)


@blueprint.route("/v1/organisations/<organisation_id>/assess", methods=["POST"])
@allow(*STEPS[ASSESS].by, step="organisation.assess")
@blueprint.arguments(PapersAssessmentBody)
@blueprint.response(200, PapersAnswer)
def assess(body: SentPapersAssessment, organisation_id: str) -> Response:
    """Assess an organisation: each document that counts, the contract, and what was found.

    With every document accepted two others may admit it; with one refused it waits for another.
    """
    return once(_shown, required=False)(
        assess_organisation,
        parse("org", organisation_id),
        judgements_of(body),
        contract=contract_of(body),
        finding=body["finding"],
        **by_caller(),
    )


@blueprint.route(
    "/v1/organisations/<organisation_id>/documents/<document_id>/assess", methods=["POST"]
)
@allow(*STANDING_STEPS[RENEW_PAPERS].by, step="organisation.assess_document")
@blueprint.arguments(DocumentAssessmentBody)
@blueprint.response(200, PapersAnswer)
def assess_document(
    body: SentDocumentAssessment, organisation_id: str, document_id: str
) -> Response:
    """Assess a document that was handed in after the admission; accepted, it counts from now on.

    By nobody who handed it in. Of a contract that is accepted its number and days are stated. With
    the last paper that had run out an organisation that stood as `papers_expired` takes part again.
    """
    return once(_shown, required=False)(
        judge_document,
        parse("org", organisation_id),
        renewal_judgement_of(body, parse("doc", document_id)),
        programme=wiring().programme,
        **by_caller(),
    )


@blueprint.route("/v1/organisations/<organisation_id>/withdraw", methods=["POST"])
@allow(*STEPS[WITHDRAW].by, step="organisation.withdraw")
@blueprint.response(200, PapersAnswer)
def withdraw(organisation_id: str) -> Response:
    """Withdraw an application that is not decided; its documents go by the schedule."""
    return once(_shown, required=False)(
        withdraw_application, parse("org", organisation_id), **by_caller()
    )


def _shown(papers: OrganisationPapers) -> JsonObject:
    return papers_answer(papers, today=civil_day(now(), wiring().zone))
