"""Papers of offers with their bytes, and receipts of redemptions; never changed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import raw
from behaviours.evidence_files import EvidenceFile
from rewards.redemption.papers import BenefitReceipt, OfferPaper

_OF = """
SELECT paper_no, kind, media_type, size_bytes, sha256, added_at
FROM offer_paper WHERE offer_id = %s ORDER BY paper_no
"""
_CONTENT = "SELECT content FROM offer_paper WHERE offer_id = %s AND paper_no = %s"
_ADD = """
INSERT INTO offer_paper (offer_id, paper_no, kind, media_type, size_bytes, sha256, content,
  added_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_RECEIPT = "SELECT reference, stated_at FROM redemption_receipt WHERE redemption_id = %s"
_STATE_RECEIPT = """
INSERT INTO redemption_receipt (redemption_id, reference, stated_at) VALUES (%s, %s, %s)
"""


def papers_of(connection: Connection, offer_id: UUID) -> list[OfferPaper]:
    """In the order in which they were handed in."""
    rows = raw(connection).execute(_OF, [offer_id])
    return [OfferPaper(*row) for row in rows]


def paper_content(connection: Connection, offer_id: UUID, number: int) -> bytes | None:
    """The bytes of one paper; None: there is none of this number."""
    row = raw(connection).execute(_CONTENT, [offer_id, number]).fetchone()
    return None if row is None else bytes(row[0])


def add_paper(
    connection: Connection, offer_id: UUID, paper: OfferPaper, file: EvidenceFile
) -> None:
    """Write a paper; the caller holds the offer."""
    p = paper
    values = [p.number, p.kind, p.media_type, p.size_bytes, p.sha256, file.content, p.added_at]
    raw(connection).execute(_ADD, [offer_id, *values])


def receipt_of(connection: Connection, redemption_id: UUID) -> BenefitReceipt | None:
    """What was stated of a redemption, if anything."""
    row = raw(connection).execute(_RECEIPT, [redemption_id]).fetchone()
    return None if row is None else BenefitReceipt(*row)


def add_receipt(connection: Connection, redemption_id: UUID, receipt: BenefitReceipt) -> None:
    """Write a receipt; the caller holds the redemption's person."""
    values = [redemption_id, receipt.reference, receipt.stated_at]
    raw(connection).execute(_STATE_RECEIPT, values)
