"""Applications of organisations with what was handed in and found, as answers."""

from __future__ import annotations

from datetime import date

from marshmallow import Schema, fields as plain

from app.http.fields import AS_DAY, AS_MOMENT, moment
from app.ids import public
from behaviours.admission import STATES, OrganisationApplication, OrganisationStatement
from behaviours.json_value import JsonObject
from behaviours.organisation_papers import (
    LACKING,
    OrganisationAssessment,
    OrganisationContract,
    OrganisationDocument,
    OrganisationPapers,
)
from behaviours.organisations import ORGANISATION_KINDS
from behaviours.paper_formats import FORMATS
from behaviours.paper_kinds import DOCUMENT_KINDS


class ApplicationAnswer(Schema):
    """Who applied. The id is that of the organisation once it is admitted."""

    id = plain.String(metadata={"example": "org_0199b2c3d4e57f0080000000000000aa"})
    kind = plain.String(metadata={"enum": list(ORGANISATION_KINDS)})
    name = plain.String()
    covered_emitter = plain.Boolean()
    state = plain.String(metadata={"enum": list(STATES)})
    applied_at = plain.String(metadata=AS_MOMENT)
    decided_at = plain.String(allow_none=True, metadata=AS_MOMENT)


class StatedContactAnswer(Schema):
    """Whom to speak to."""

    name = plain.String(metadata={"example": "陈明"})
    phone = plain.String(metadata={"example": "0591-87654321"})
    email = plain.String(metadata={"example": "carbon@example.cn"})


class StatementAnswer(Schema):
    """What the organisation says of itself."""

    credit_code = plain.String(metadata={"example": "91350100M000100Y43"})
    legal_name = plain.String()
    contact = plain.Nested(StatedContactAnswer)
    interests = plain.List(plain.String())
    of_operator = plain.Boolean()
    group = plain.String(allow_none=True)
    scenes = plain.List(plain.String())
    reports = plain.String(allow_none=True)
    issuers = plain.List(plain.String())


class DocumentAnswer(Schema):
    """A document that was handed in; of one that counts and was read: what was found."""

    id = plain.String()
    kind = plain.String(metadata={"enum": list(DOCUMENT_KINDS)})
    media_type = plain.String(metadata={"enum": list(FORMATS)})
    size_bytes = plain.Integer()
    sha256 = plain.String()
    handed_in_at = plain.String(metadata=AS_MOMENT)
    valid_from = plain.String(allow_none=True, metadata=AS_DAY)
    valid_until = plain.String(
        allow_none=True,
        metadata={
            **AS_DAY,
            "description": "The last civil day on which it is good, as it says of itself.",
        },
    )
    renewal = plain.Boolean(
        metadata={"description": "Handed in after the admission, to take another's place."}
    )
    counts = plain.Boolean(
        metadata={"description": "False: another one took its place, or it was not accepted yet."}
    )
    accepted = plain.Boolean(allow_none=True)
    reason = plain.String(allow_none=True)


class ContractAnswer(Schema):
    """The contract with the programme, and its first and last day."""

    number = plain.String()
    begins_on = plain.String(metadata=AS_DAY)
    ends_on = plain.String(metadata=AS_DAY)


class AssessmentAnswer(Schema):
    """What an operator found."""

    passed = plain.Boolean()
    finding = plain.String()
    contract = plain.Nested(ContractAnswer, allow_none=True)
    assessed_by = plain.String()
    assessed_at = plain.String(metadata=AS_MOMENT)


class PapersAnswer(ApplicationAnswer):
    """An application as it stands, and what is missing before it can be admitted."""

    revision = plain.Integer()
    before_assessment = plain.Boolean(
        metadata={"description": "Admitted by a release that asked for no documents."}
    )
    lacking = plain.List(plain.String(metadata={"enum": list(LACKING)}))
    statement = plain.Nested(StatementAnswer, allow_none=True)
    documents = plain.List(plain.Nested(DocumentAnswer))
    contract = plain.Nested(
        ContractAnswer,
        allow_none=True,
        metadata={"description": "As it was stated last, and accepted."},
    )
    assessments = plain.List(plain.Nested(AssessmentAnswer))


def application_answer(application: OrganisationApplication) -> JsonObject:
    """Who applied, and how that stands."""
    decided_at = application.decided_at
    return {
        "id": public("org", application.organisation_id),
        "kind": application.kind,
        "name": application.name,
        "covered_emitter": application.covered_emitter,
        "state": application.state,
        "applied_at": moment(application.applied_at),
        "decided_at": moment(decided_at) if decided_at else None,
    }


def papers_answer(papers: OrganisationPapers, *, today: date) -> JsonObject:
    """An application with everything that was handed in and found."""
    application = papers.application
    said = application.statement
    return {
        **application_answer(application),
        "revision": application.revision,
        "before_assessment": application.before_assessment,
        "lacking": [*papers.lacking(today=today)] if application.is_open else [],
        "statement": _statement(said) if said else None,
        "documents": [_document(papers, each) for each in papers.documents],
        "contract": _contract(papers.contract),
        "assessments": [_assessment(each) for each in papers.assessments],
    }


def _statement(said: OrganisationStatement) -> JsonObject:
    return {
        "credit_code": said.credit_code,
        "legal_name": said.legal_name,
        "contact": {
            "name": said.contact_name,
            "phone": said.contact_phone,
            "email": said.contact_email,
        },
        "interests": [public("org", each) for each in sorted(said.interests)],
        "of_operator": said.of_operator,
        "group": said.group,
        "scenes": [*said.scenes],
        "reports": said.reports,
        "issuers": [*said.issuers],
    }


def _document(papers: OrganisationPapers, each: OrganisationDocument) -> JsonObject:
    judged = papers.judgement_of(each.document_id)
    return {
        "id": public("doc", each.document_id),
        "kind": each.kind,
        "media_type": each.media_type,
        "size_bytes": each.size_bytes,
        "sha256": each.sha256.hex(),
        "handed_in_at": moment(each.handed_in_at),
        "valid_from": each.valid_from.isoformat() if each.valid_from else None,
        "valid_until": each.valid_until.isoformat() if each.valid_until else None,
        "renewal": each.renewal,
        "counts": papers.current.get(each.kind) == each,
        "accepted": judged.accepted if judged else None,
        "reason": judged.reason if judged else None,
    }


def _contract(contract: OrganisationContract | None) -> JsonObject | None:
    if contract is None:
        return None
    return {
        "number": contract.number,
        "begins_on": contract.begins_on.isoformat(),
        "ends_on": contract.ends_on.isoformat(),
    }


def _assessment(found: OrganisationAssessment) -> JsonObject:
    return {
        "passed": found.passed,
        "finding": found.finding,
        "contract": _contract(found.contract),
        "assessed_by": public("usr", found.assessed_by),
        "assessed_at": moment(found.assessed_at),
    }
