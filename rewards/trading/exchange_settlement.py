"""Settlements of an exchange: its word on what was sold there, at which price, and how it was paid.

A settlement is a file of lines, each a trade under the exchange's own number, which never expires:
the same number with the same content is the trade that was made of it, with other content it is
refused. Each line is settled by itself: units, money and trade change in one moment, or the line is
refused with its reason, and the others go on. A file is known again by its reference and its lines,
whatever it was written in; lines that were refused are sent again in a file of another reference::

    settling ─end─▶ settled
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.json_value import JsonObject
from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.viewer import Viewer
from rewards.registry.refusals import BuyerIsSeller
from rewards.trading.exchange_lot import ExchangeLot
from rewards.trading.listing import OPEN, Listing
from rewards.trading.refusals import ListingClosed
from rewards.trading.trade import normal_payment_reference

SETTLING, SETTLED = STATES = ("settling", "settled")
# Of a line.
WAITS, DONE, REFUSED = LINE_STATES = ("waiting", "settled", "refused")
MOST_LINES: Final = 1_000
# Of which kind whoever buys is.
ENTERPRISE: Final = "enterprise"
# Clocks of two houses differ.
LATEST: Final = timedelta(minutes=5)
# The verb under which an exchange's number of a trade is kept.
TRADING: Final = "exchange_trade"


class UnknownSettlement(UnknownId):
    """There is no such settlement, or not for who is asking."""

    cases = ("exchange_settlement",)


class NotAnExchange(Conflict):
    """Whoever sends a settlement was not admitted as an exchange."""


class ExchangeTradeReused(Conflict):
    """The exchange's number of a trade was used before, for another one."""


class ExchangeBuyerUnknown(Invalid):
    """Whoever bought at the exchange was not admitted here as an enterprise."""


class ExchangeAmountWrong(Invalid):
    """The amount of a line is not its tonnes times its price."""


class BelowLeastPrice(Conflict):
    """The lot was sold for less than its seller lets it go for."""


class TradedAtUnusable(Invalid):
    """The lot did not stand at the exchange at the moment of the trade.

    ``future``: that is yet to come; ``before``: it was not handed over yet; ``after``: it had come
    back.
    """

    cases = ("future", "before", "after")


class SettledLine(NamedTuple):
    """A line as the exchange wrote it; ``number`` is its own of the trade, amounts are in fen."""

    number: str
    lot_id: UUID
    buyer_id: UUID
    quantity_t: int
    price_fen_per_tonne: int
    amount_fen: int
    payment_reference: str
    traded_at: datetime

    @property
    def number_key(self) -> str:
        """The number in its one spelling, as payments have theirs."""
        return normal_payment_reference(self.number)

    @property
    def content(self) -> tuple[object, ...]:
        """All that makes it this trade and no other, apart from its number."""
        return (*self[1:-1], self.traded_at.isoformat())

    def check(self, listing: Listing, lot: ExchangeLot, *, now: datetime) -> None:
        """Whether a lot, whose listing is locked, may have been sold so.

        Raises ExchangeAmountWrong, BelowLeastPrice, TradedAtUnusable, BuyerIsSeller, ListingClosed.
        """
        if self.amount_fen != self.quantity_t * self.price_fen_per_tonne:
            raise ExchangeAmountWrong(pointer="/amount")
        if self.price_fen_per_tonne < listing.price_fen_per_tonne:
            raise BelowLeastPrice(pointer="/price")
        if self.traded_at > now + LATEST:
            raise TradedAtUnusable("future", pointer="/traded_at")
        if self.traded_at < listing.created_at:
            raise TradedAtUnusable("before", pointer="/traded_at")
        if self.traded_at >= lot.returns_at:
            raise TradedAtUnusable("after", pointer="/traded_at")
        if listing.seller_id == self.buyer_id:
            raise BuyerIsSeller("order", pointer="/buyer_id")
        if listing.state != OPEN or lot.is_over(now):
            raise ListingClosed("over", pointer="/lot_id", state=listing.state)


def digest_of(reference: str, lines: Sequence[SettledLine]) -> bytes:
    """SHA-256 of a file, whatever it was written in: the same lines in the same order."""
    told = [reference, [[line.number, *map(str, line.content)] for line in lines]]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).digest()


class LineFault(NamedTuple):
    """Why a line was refused: the code, key and facts of its sentence, and what is wrong."""

    code: str
    key: str
    pointer: str
    facts: JsonObject


class ReadLine(NamedTuple):
    """A line of a settlement, what became of it, and the trade that it made."""

    line: int
    said: SettledLine
    state: str
    trade_id: UUID | None
    fault: LineFault | None


@dataclass(frozen=True, slots=True)
class ExchangeSettlement:
    """A settlement as it stands."""

    settlement_id: UUID
    exchange_id: UUID
    reference: str
    digest: bytes
    lines: int
    state: str
    sent_at: datetime
    ended_at: datetime | None = None

    def end(self, now: datetime) -> ExchangeSettlement:
        """The settlement once none of its lines waits."""
        return replace(self, state=SETTLED, ended_at=now)

    def is_shown_to(self, viewer: Viewer) -> bool:
        """Its exchange sees it, and who answers for the programme."""
        return viewer.sees_all or viewer.tenant_id == self.exchange_id


class CountedSettlement(NamedTuple):
    """A settlement, how many of its lines wait, are settled and refused, and the first of those."""

    settlement: ExchangeSettlement
    waiting: int
    settled: int
    refused: int
    refusals: Sequence[ReadLine] = ()
