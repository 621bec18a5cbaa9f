"""The money book: what was paid for units. Money is booked here, not kept: the bank keeps it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from rewards.ledger.chart import AccountType, Chart, Side, keyed
from rewards.ledger.posting import Posting

BANK: Final = "bank"
ESCROW: Final = "escrow:"
PROCEEDS: Final = "proceeds:"

PAY: Final = "pay"
SETTLE: Final = "settle"

CHART: Final = Chart(
    book="money",
    unit="fen",
    accounts=(
        AccountType(BANK, Side.CREDIT, "what buyers paid in"),
        AccountType(ESCROW, Side.DEBIT, "held for one trade until its units are delivered"),
        AccountType(PROCEEDS, Side.DEBIT, "what one seller, or the programme, got for units"),
    ),
    kinds={PAY: ((ESCROW, BANK),), SETTLE: ((PROCEEDS, ESCROW),)},
)


def settle(trade_id: UUID, *, seller_id: UUID | None, amount_fen: int) -> list[Posting]:
    """A confirmed payment goes through the trade's escrow to its seller; None: the programme."""
    escrow, proceeds = escrow_account(trade_id), proceeds_account(seller_id)
    return [
        CHART.posting(PAY, escrow, BANK, amount_fen, trade_id),
        CHART.posting(SETTLE, proceeds, escrow, amount_fen, trade_id),
    ]


def escrow_account(trade_id: UUID) -> str:
    """Where the money of a trade is while units and money change hands."""
    return keyed(ESCROW, trade_id)


def proceeds_account(seller_id: UUID | None) -> str:
    """What a seller got for units; None is the programme."""
    return f"{PROCEEDS}programme" if seller_id is None else keyed(PROCEEDS, seller_id)
