"""SQL of what organisations hand over, and of what was found in it; rows are only added.

The documents themselves lie sealed under the installation's key of files, each under its own id.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict
from uuid import UUID

import orjson
from sqlalchemy import Connection, text

from app.ids import new_id, public
from app.secrecy.files import file_key, open_part, part_name, seal_part
from app.store.log.acting import tell
from behaviours.admission import OrganisationApplication
from behaviours.json_value import JsonObject
from behaviours.organisation_papers import (
    DocumentJudgement,
    OrganisationAssessment,
    OrganisationContract,
    OrganisationDocument,
    OrganisationPapers,
    RenewalJudgement,
)

# The kind of a part, as its seal names it.
_KIND = "document"
_ADD = text(
    """
    with content as (
        insert into organisation_file (document_id, organisation_id, content)
        values (:document_id, :organisation_id, :content)
    )
    insert into organisation_document (document_id, organisation_id, kind, media_type, size_bytes,
                                       sha256, handed_in_by, handed_in_at, valid_from, valid_until,
                                       renewal)
    values (:document_id, :organisation_id, :kind, :media_type, :size_bytes, :sha256,
            :handed_in_by, :handed_in_at, :valid_from, :valid_until, :renewal)
    """
)
_DOCUMENTS = text(
    """
    select document_id, organisation_id, kind, media_type, size_bytes, sha256, handed_in_by,
           handed_in_at, valid_from, valid_until, renewal
      from organisation_document
     where organisation_id = :organisation_id order by document_id
    """
)
_CONTENT = text(
    """
    select content from organisation_file
     where organisation_id = :organisation_id and document_id = :document_id
    """
)
_ASSESS = text(
    """
    insert into organisation_assessment (assessment_id, organisation_id, revision, passed,
                                         judgements, contract_number, begins_on, ends_on, finding,
                                         assessed_by, assessed_at)
    values (:assessment_id, :organisation_id, :revision, :passed, cast(:judgements as jsonb),
            :contract_number, :begins_on, :ends_on, :finding, :assessed_by, :assessed_at)
    """
)
_ASSESSMENTS = text(
    """
    select organisation_id, revision, passed, judgements, contract_number, begins_on, ends_on,
           finding, assessed_by, assessed_at
      from organisation_assessment
     where organisation_id = :organisation_id order by assessment_id
    """
)

_JUDGE = text(
    """
    insert into organisation_renewal (document_id, organisation_id, accepted, reason,
                                      contract_number, begins_on, ends_on, judged_by, judged_at)
    values (:document_id, :organisation_id, :accepted, :reason, :contract_number, :begins_on,
            :ends_on, :judged_by, :judged_at)
    """
)
_RENEWALS = text(
    """
    select organisation_id, document_id, accepted, reason, contract_number, begins_on, ends_on,
           judged_by, judged_at
      from organisation_renewal
     where organisation_id = :organisation_id order by judged_at, document_id
    """
)


class _KeptJudgement(TypedDict):
    """A judgement as its column holds it."""

    document_id: str
    accepted: bool
    reason: str | None


def papers_of(connection: Connection, application: OrganisationApplication) -> OrganisationPapers:
    """An application with everything that was ever handed in and found."""
    asked = {"organisation_id": application.organisation_id}
    documents = [
        OrganisationDocument(*row)._replace(sha256=bytes(row.sha256))
        for row in connection.execute(_DOCUMENTS, asked)
    ]
    found = [_assessment(row) for row in connection.execute(_ASSESSMENTS, asked).all()]
    judged = [_renewal(row) for row in connection.execute(_RENEWALS, asked)]
    return OrganisationPapers(application, tuple(documents), tuple(found), tuple(judged))


def add_document(
    connection: Connection, document: OrganisationDocument, content: bytes, *, identity_key: bytes
) -> None:
    """Keep a document, its content sealed."""
    name = part_name(document.document_id, _KIND, 0)
    sealed = seal_part(file_key(identity_key), name, content)
    connection.execute(_ADD, {**document._asdict(), "content": sealed})
    until = document.valid_until
    told: JsonObject = {
        "document": document.kind,
        "sha256": document.sha256.hex(),
        "valid_until": until.isoformat() if until else None,
    }
    tell("organisation", public("org", document.organisation_id), told)


def document_content(
    connection: Connection, organisation_id: UUID, document_id: UUID, *, identity_key: bytes
) -> bytes | None:
    """A document of an organisation; None: there is none, or its time is over."""
    asked = {"organisation_id": organisation_id, "document_id": document_id}
    sealed = connection.execute(_CONTENT, asked).scalar_one_or_none()
    if sealed is None:
        return None
    return open_part(file_key(identity_key), part_name(document_id, _KIND, 0), bytes(sealed))


def add_assessment(connection: Connection, found: OrganisationAssessment) -> None:
    """Keep what was found."""
    contract = found.contract
    asked = {
        "assessment_id": new_id(),
        "organisation_id": found.organisation_id,
        "revision": found.revision,
        "passed": found.passed,
        "judgements": orjson.dumps([_judgement(each) for each in found.judgements]).decode(),
        "contract_number": contract.number if contract else None,
        "begins_on": contract.begins_on if contract else None,
        "ends_on": contract.ends_on if contract else None,
        "finding": found.finding,
        "assessed_by": found.assessed_by,
        "assessed_at": found.assessed_at,
    }
    connection.execute(_ASSESS, asked)
    told = {"passed": found.passed, "contract": contract.number if contract else None}
    tell("organisation", public("org", found.organisation_id), told)


def add_renewal_judgement(connection: Connection, found: RenewalJudgement) -> None:
    """Keep what was found in a document that is to take another's place."""
    contract = found.contract
    asked = {
        **found.judgement._asdict(),
        "organisation_id": found.organisation_id,
        "contract_number": contract.number if contract else None,
        "begins_on": contract.begins_on if contract else None,
        "ends_on": contract.ends_on if contract else None,
        "judged_by": found.judged_by,
        "judged_at": found.judged_at,
    }
    connection.execute(_JUDGE, asked)
    told: JsonObject = {
        "document_id": public("doc", found.judgement.document_id),
        "accepted": found.judgement.accepted,
        "contract": contract.number if contract else None,
    }
    tell("organisation", public("org", found.organisation_id), told)


def _judgement(each: DocumentJudgement) -> _KeptJudgement:
    return {
        "document_id": str(each.document_id),
        "accepted": each.accepted,
        "reason": each.reason,
    }


def _judgements(kept: Sequence[_KeptJudgement]) -> tuple[DocumentJudgement, ...]:
    return tuple(
        DocumentJudgement(UUID(each["document_id"]), each["accepted"], each["reason"])
        for each in kept
    )


def _assessment(row: Any) -> OrganisationAssessment:
    of, revision, passed, judgements, number, begins_on, ends_on, finding, by, at = row
    contract = OrganisationContract(number, begins_on, ends_on) if number else None
    return OrganisationAssessment(
        of, revision, passed, _judgements(judgements), contract, finding, by, at
    )


def _renewal(row: Any) -> RenewalJudgement:
    of, document_id, accepted, reason, number, begins_on, ends_on, by, at = row
    contract = OrganisationContract(number, begins_on, ends_on) if number else None
    return RenewalJudgement(of, DocumentJudgement(document_id, accepted, reason), contract, by, at)
