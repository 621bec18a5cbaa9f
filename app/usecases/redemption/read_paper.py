"""Read one paper of what a person redeemed, with its bytes."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.redemption.papers import paper_content, papers_of
from app.usecases.redemption.read_redemption import read_redemption
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.redemption.papers import OfferPaper, UnknownPaper


def read_paper(
    connection: Connection, viewer: Viewer, redemption_id: UUID, number: int
) -> tuple[OfferPaper, bytes]:
    """Of the person's own redemption. Raises UnknownRedemption, UnknownPaper."""
    sale = read_redemption(connection, viewer, redemption_id)
    content = found_or(paper_content(connection, sale.offer_id, number), UnknownPaper())
    return papers_of(connection, sale.offer_id)[number - 1], content
