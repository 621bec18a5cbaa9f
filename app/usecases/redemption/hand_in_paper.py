"""A merchant hands in what shows a tree or a project: evidence, and what inspections found."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.redemption.offers import lock_offer
from app.store.redemption.papers import add_paper, papers_of
from behaviours.evidence_files import EvidenceFile, check_number
from rewards.redemption.papers import MOST_PAPERS, OfferPaper, check_takes_papers
from rewards.redemption.refusals import UnknownOffer


def hand_in_paper(
    connection: Connection,
    merchant_id: UUID,
    offer_id: UUID,
    kind: str,
    file: EvidenceFile,
    *,
    clock: Clock,
) -> OfferPaper:
    """The paper as it is kept, for everybody who redeemed the offer; the same file changes nothing.

    Raises UnknownOffer, NoPapersOfThis, TooManyFiles.
    """
    offer = lock_offer(connection, offer_id)
    if offer is None or offer.merchant_id != merchant_id:
        raise UnknownOffer("own_offer")
    check_takes_papers(offer)
    known = papers_of(connection, offer_id)
    for paper in known:
        if paper.sha256 == file.sha256:
            return paper
    check_number(len(known), most=MOST_PAPERS)
    size, number = len(file.content), len(known) + 1
    paper = OfferPaper(number, kind, file.media_type, size, file.sha256, clock.now())
    add_paper(connection, offer_id, paper, file)
    return paper
