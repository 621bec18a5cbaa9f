"""Read what shows that what a person redeemed was done: papers, and the provider's receipt."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.redemption.papers import papers_of, receipt_of
from app.usecases.redemption.read_redemption import read_redemption
from behaviours.viewer import Viewer
from rewards.redemption.papers import BenefitReceipt, OfferPaper


class ShownPapers(NamedTuple):
    """What there is of one redemption; mostly nothing."""

    papers: list[OfferPaper]
    receipt: BenefitReceipt | None


def read_papers(connection: Connection, viewer: Viewer, redemption_id: UUID) -> ShownPapers:
    """Of the person's own. Raises UnknownRedemption."""
    sale = read_redemption(connection, viewer, redemption_id)
    return ShownPapers(
        papers_of(connection, sale.offer_id), receipt_of(connection, sale.redemption_id)
    )
