"""The money book: what was paid for units. Money is booked here, not kept: the bank keeps it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from rewards.ledger.chart import AccountType, Chart, Side, keyed
from rewards.ledger.posting import Posting

# What was begun in the last second of a day is booked by then.
BOOKED_AFTER: Final = timedelta(minutes=10)

BANK: Final = "bank"
ESCROW: Final = "escrow:"
PROCEEDS: Final = "proceeds:"
PEOPLE: Final = "people:"
SPONSORS: Final = "sponsors"
REDEEMED: Final = "redeemed"
MERCHANT: Final = "merchant:"
PAID_OUT: Final = "paid_out"

PAY: Final = "pay"
SETTLE: Final = "settle"
SHARE: Final = "share"
OWE: Final = "owe"
TAKE_BACK: Final = "take_back"
PAY_OUT: Final = "pay_out"

CHART: Final = Chart(
    book="money",
    unit="fen",
    accounts=(
        AccountType(BANK, Side.CREDIT, "what buyers paid in"),
        AccountType(ESCROW, Side.DEBIT, "held for one trade until its units are delivered"),
        AccountType(PROCEEDS, Side.DEBIT, "what one seller, or the programme, got for units"),
        AccountType(PEOPLE, Side.DEBIT, "owed to the people behind a bundle, of one distribution"),
        AccountType(SPONSORS, Side.DEBIT, "for the budgets out of which points are given"),
        AccountType(REDEEMED, Side.CREDIT, "what redeemed items cost the programme"),
        AccountType(MERCHANT, Side.DEBIT, "owed to one merchant by its statements"),
        AccountType(PAID_OUT, Side.DEBIT, "what merchants were paid"),
    ),
    kinds={
        PAY: ((ESCROW, BANK),),
        SETTLE: ((PROCEEDS, ESCROW),),
        SHARE: ((PEOPLE, PROCEEDS), (SPONSORS, PROCEEDS)),
        OWE: ((MERCHANT, REDEEMED),),
        TAKE_BACK: ((REDEEMED, MERCHANT),),
        PAY_OUT: ((PAID_OUT, MERCHANT),),
    },
)


def settle(trade_id: UUID, *, seller_id: UUID | None, amount_fen: int) -> list[Posting]:
    """A confirmed payment goes through the trade's escrow to its seller; None: the programme."""
    escrow, proceeds = escrow_account(trade_id), proceeds_account(seller_id)
    return [
        CHART.posting(PAY, escrow, BANK, amount_fen, trade_id),
        CHART.posting(SETTLE, proceeds, escrow, amount_fen, trade_id),
    ]


def share_out(distribution_id: UUID, *, people_fen: int, sponsors_fen: int) -> list[Posting]:
    """Of what the programme got: the people's part and the sponsors'; the rest stays with it."""
    programme = proceeds_account(None)
    return [
        CHART.posting(SHARE, account, programme, fen, distribution_id)
        for account, fen in (
            (keyed(PEOPLE, distribution_id), people_fen),
            (SPONSORS, sponsors_fen),
        )
        if fen
    ]


def owe(statement_id: UUID, merchant_id: UUID, net_fen: int) -> list[Posting]:
    """What a merchant's statement comes to: owed, or taken back where more was reversed."""
    merchant = keyed(MERCHANT, merchant_id)
    if net_fen > 0:
        return [CHART.posting(OWE, merchant, REDEEMED, net_fen, statement_id)]
    if net_fen < 0:
        return [CHART.posting(TAKE_BACK, REDEEMED, merchant, -net_fen, statement_id)]
    return []


def pay_out(statement_id: UUID, merchant_id: UUID, due_fen: int) -> list[Posting]:
    """A statement's sum, paid to its merchant."""
    return [CHART.posting(PAY_OUT, PAID_OUT, keyed(MERCHANT, merchant_id), due_fen, statement_id)]


def escrow_account(trade_id: UUID) -> str:
    """Where the money of a trade is while units and money change hands."""
    return keyed(ESCROW, trade_id)


def proceeds_account(seller_id: UUID | None) -> str:
    """What a seller got for units; None is the programme."""
    return f"{PROCEEDS}programme" if seller_id is None else keyed(PROCEEDS, seller_id)


def yuan(fen: int) -> str:
    """Whole fen as yuan with two decimals, exactly."""
    sign, size = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{size // 100}.{size % 100:02d}"
