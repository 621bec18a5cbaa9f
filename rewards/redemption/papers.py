"""What shows that an offer was kept: files of a tree or a project, the receipt of a benefit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from behaviours.refusal import Conflict, UnknownId
from rewards.redemption.kinds import EXTERNAL, NATURE
from rewards.redemption.offer import Offer
from rewards.redemption.redemption import REVERSED, Redemption

# What it is and where, and what whoever looked after it later found.
EVIDENCE, INSPECTION = PAPERS = ("evidence", "inspection")
# Of one offer.
MOST_PAPERS: Final = 100
LONGEST_REFERENCE: Final = 64


class NoPapersOfThis(Conflict):
    """The offer is no tree and no project of nature."""


class UnknownPaper(UnknownId):
    """There is no such paper of this offer."""


class NoReceiptOfThis(Conflict):
    """What was redeemed is no external benefit, or was taken back whole."""

    cases = ("kind", "taken_back")


class OtherReceiptStated(Conflict):
    """Another receipt was stated of this redemption, and stays."""


@dataclass(frozen=True, slots=True)
class OfferPaper:
    """A paper as it was handed in; ``sha256`` is that of its bytes."""

    number: int
    kind: str
    media_type: str
    size_bytes: int
    sha256: bytes
    added_at: datetime


@dataclass(frozen=True, slots=True)
class BenefitReceipt:
    """Under which reference whoever gave the benefit has it in its own books."""

    reference: str
    stated_at: datetime


def check_takes_papers(offer: Offer) -> None:
    """Raises NoPapersOfThis."""
    if offer.kind != NATURE:
        raise NoPapersOfThis(pointer="/offer_id", title=offer.title)


def check_takes_receipt(offer: Offer, sale: Redemption) -> None:
    """Raises NoReceiptOfThis."""
    if offer.kind != EXTERNAL:
        raise NoReceiptOfThis("kind", pointer="/out_request_no", title=offer.title)
    if sale.state == REVERSED:
        raise NoReceiptOfThis("taken_back", pointer="/out_request_no", title=offer.title)


def same_receipt(known: BenefitReceipt, reference: str) -> BenefitReceipt:
    """The receipt that was stated first. Raises OtherReceiptStated."""
    if known.reference != reference:
        raise OtherReceiptStated(pointer="/reference")
    return known
