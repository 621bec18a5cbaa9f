"""Settlements of an exchange: its word on what was sold there, at which price, and that it is paid.

A settlement is a file of lines, each a trade under the exchange's own number, which never expires:
the same number with the same content is the trade that was made of it, with other content it is
refused. Each line is settled by itself: units, money and trade change in one moment, or the line is
refused with its reason, and the others go on. The exchange hands a file in itself, or two people of
the programme do for it::

    awaiting ─start─▶ settling ─end─▶ settled ─start─▶ settling (what was refused is tried again)
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
from behaviours.steps import Step
from behaviours.viewer import Viewer
from rewards.trading.exchange_account import number_key
from rewards.trading.exchange_lot import ExchangeLot
from rewards.trading.listing import Listing
from rewards.trading.refusals import ListingClosed

AWAITING, SETTLING, SETTLED = STATES = ("awaiting", "settling", "settled")
START: Final = "start"
END: Final = "end"
STEPS: Final = {
    START: Step((AWAITING, SETTLED), SETTLING),
    END: Step((SETTLING,), SETTLED),
}
# Of a line.
WAITS, DONE, REFUSED = LINE_STATES = ("waiting", "settled", "refused")
# What is signed by two people when the exchange does not hand it in itself.
SETTLEMENT: Final = "exchange_settlement"
MOST_LINES: Final = 1_000
# Clocks of two houses differ.
LATEST: Final = timedelta(minutes=5)


class UnknownSettlement(UnknownId):
    """There is no such settlement, or not for who is asking."""

    cases = ("exchange_settlement",)


class SettlementStateConflict(Conflict):
    """The settlement is not at the step that the call belongs to."""


class ExchangeTradeReused(Conflict):
    """The exchange's number of a trade was used before, for another one."""


class ExchangeTradeUnpaid(Conflict):
    """The exchange says that the trade is not paid yet."""


class ExchangeAccountUnknown(Conflict):
    """Nobody of the register bought under this account at that moment."""


class LotNotHandedOver(Conflict):
    """No file of the day of the trade, or of one before, named the lot to the exchange."""


class BelowLeastPrice(Conflict):
    """The lot was sold for less than its seller lets it go for."""


class TradedAtUnusable(Invalid):
    """The lot did not stand at the exchange at the moment of the trade.

    ``future``: that is yet to come; ``before``: it was not listed yet; ``after``: it had come back.
    """

    cases = ("future", "before", "after")


class SettledLine(NamedTuple):
    """A line as the exchange wrote it; ``number`` is its own of the trade."""

    number: str
    lot_id: UUID
    account: str
    quantity_t: int
    price_fen_per_tonne: int
    traded_at: datetime
    paid: bool

    @property
    def number_key(self) -> str:
        """The number in its one spelling; raises UnusableNumber."""
        return number_key(self.number)

    @property
    def content(self) -> tuple[object, ...]:
        """All that makes it this trade and no other; that it is paid by now does not."""
        return (
            self.lot_id,
            number_key(self.account),
            self.quantity_t,
            self.price_fen_per_tonne,
            self.traded_at.isoformat(),
        )

    def check(self, listing: Listing, lot: ExchangeLot, *, now: datetime) -> None:
        """Whether a lot may have been sold so, apart from whose account it is.

        Raises ExchangeTradeUnpaid, BelowLeastPrice, TradedAtUnusable, ListingClosed.
        """
        if not self.paid:
            raise ExchangeTradeUnpaid(pointer="/paid")
        if self.price_fen_per_tonne < listing.price_fen_per_tonne:
            raise BelowLeastPrice(pointer="/price")
        if self.traded_at > now + LATEST:
            raise TradedAtUnusable("future", pointer="/traded_at")
        if self.traded_at < listing.created_at:
            raise TradedAtUnusable("before", pointer="/traded_at")
        if self.traded_at >= lot.returns_at:
            raise TradedAtUnusable("after", pointer="/traded_at")
        if listing.is_closed or lot.is_over(now):
            raise ListingClosed("over", pointer="/lot_id", state=listing.state)


def digest_of(lines: Sequence[SettledLine]) -> bytes:
    """SHA-256 of a file, whatever it was written in: the same lines in the same order."""
    told = [[str(each) for each in line] for line in lines]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).digest()


class LineFault(NamedTuple):
    """Why a line was refused: the key and facts of its sentence, and the member that is wrong."""

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
    digest: bytes
    lines: int
    state: str
    sent_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None

    def move(self, step: str, *, now: datetime) -> ExchangeSettlement:
        """The settlement after ``step``; raises SettlementStateConflict."""
        needs, leads_to, _ = STEPS[step]
        if self.state not in needs:
            raise SettlementStateConflict(state=self.state)
        if leads_to == SETTLED:
            return replace(self, state=leads_to, ended_at=now)
        return replace(self, state=leads_to, started_at=now, ended_at=None)

    def is_shown_to(self, viewer: Viewer) -> bool:
        """Its exchange sees it, and who answers for the programme."""
        return viewer.sees_all or viewer.tenant_id == self.exchange_id


class CountedSettlement(NamedTuple):
    """A settlement, and how many of its lines wait, are settled and refused."""

    settlement: ExchangeSettlement
    waiting: int
    settled: int
    refused: int
