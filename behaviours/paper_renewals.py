"""Papers that take the place of others: handed in after the admission, and assessed by themselves.

An organisation that takes part hands in a newer document of a kind; the one before counts until an
operator accepts that, and stays readable for ever after. Whoever handed it in does not assess it.
Between two papers there is no day that neither covers, unless that day is past: what begins later
is accepted once its first day has come.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from behaviours.admission import ADMITTED, ApplicationDecided
from behaviours.organisation_papers import (
    AssessmentUnfit,
    AssessorHandedIn,
    DocumentJudgement,
    OrganisationContract,
    OrganisationDocument,
    OrganisationPapers,
    RenewalJudgement,
    UnknownDocument,
    check_contract,
)
from behaviours.paper_kinds import CONTRACT
from behaviours.refusal import Conflict, found_or


class RenewalDecided(Conflict):
    """The document is none that waits to take another's place."""

    cases = ("judged", "replaced", "first")


class NewRenewalJudgement(NamedTuple):
    """What an operator finds in one document; with a contract: its number and days."""

    judgement: DocumentJudgement
    contract: OrganisationContract | None


def renewing(
    papers: OrganisationPapers, document: OrganisationDocument
) -> OrganisationDocument | None:
    """The document as one that waits to be assessed; None: the newest of its kind is the same one.

    Raises ApplicationDecided, of an organisation that does not take part any more.
    """
    if papers.application.state != ADMITTED:
        raise ApplicationDecided(state=papers.application.state)
    newest = papers.newest.get(document.kind)
    if newest is not None and newest.sha256 == document.sha256:
        return None
    return document._replace(renewal=True)


def judge_renewal(
    papers: OrganisationPapers,
    said: NewRenewalJudgement,
    *,
    by: UUID,
    today: date,
    now: datetime,
) -> RenewalJudgement:
    """What was found, of a document that waits to take another's place.

    Raises ApplicationDecided, UnknownDocument, RenewalDecided, AssessorHandedIn and
    AssessmentUnfit.
    """
    document_id, accepted, reason = said.judgement
    document = found_or(papers.document(document_id), UnknownDocument("document"))
    if not document.renewal:
        raise RenewalDecided("first")
    if papers.application.state != ADMITTED:
        raise ApplicationDecided(state=papers.application.state)
    if papers.judgement_of(document_id) is not None:
        raise RenewalDecided("judged")
    if papers.newest[document.kind] != document:
        raise RenewalDecided("replaced")
    if document.handed_in_by == by:
        raise AssessorHandedIn
    contract = said.contract if document.kind == CONTRACT else None
    if accepted:
        _check_accepted(papers, document, contract, today=today)
    elif not reason:
        raise AssessmentUnfit("reason", pointer="/reason")
    return RenewalJudgement(
        papers.application.organisation_id, said.judgement, contract if accepted else None, by, now
    )


def _check_accepted(
    papers: OrganisationPapers,
    document: OrganisationDocument,
    contract: OrganisationContract | None,
    *,
    today: date,
) -> None:
    begins_on, ends_on = document.valid_from, document.valid_until
    if document.kind == CONTRACT:
        if contract is None:
            raise AssessmentUnfit("contract", pointer="/contract")
        check_contract(contract, document)
        begins_on, ends_on = contract.begins_on, contract.ends_on
    if ends_on is not None and ends_on < today:
        raise AssessmentUnfit("over", ends_on=ends_on.isoformat())
    before = papers.runs_out_on(document.kind)
    if before is None and document.kind in papers.current:
        return
    latest = before + timedelta(days=1) if before is not None and before >= today else today
    if begins_on is not None and begins_on > latest:
        raise AssessmentUnfit("begins_later", begins_on=begins_on.isoformat())
