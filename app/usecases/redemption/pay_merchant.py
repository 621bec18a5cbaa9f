"""State that a merchant's statement was paid."""

from __future__ import annotations

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.store.database import Connection
from app.store.redemption.merchant_statements import (
    hold_merchant_statement,
    payout_is_taken,
    write_payout,
)
from app.store.trading.money_book import post_money
from behaviours.civil_time import civil_day
from behaviours.viewer import Viewer
from rewards.ledger.money import pay_out
from rewards.redemption.merchant_statement import (
    PAY,
    MerchantStatement,
    Payout,
    PayoutReferenceTaken,
    UnknownMerchantStatement,
)


def pay_merchant(
    connection: Connection,
    statement_id: UUID,
    reference: str,
    paid_on: date,
    *,
    by: Viewer,
    zone: ZoneInfo,
    clock: Clock,
) -> MerchantStatement:
    """The statement as paid, all of it by one payment of the bank; the merchant reads which.

    Raises UnknownMerchantStatement, MerchantStatementStateConflict, PayoutDayWrong and
    PayoutReferenceTaken.
    """
    statement = hold_merchant_statement(connection, statement_id)
    if statement is None or not statement.is_for(by):
        raise UnknownMerchantStatement("merchant_statement")
    assert by.user_id is not None, "a person of the programme states it"
    now = clock.now()
    paid = statement.move(
        PAY,
        Payout(reference, paid_on, by.user_id, now),
        drawn_on=civil_day(statement.drawn_at, zone),
        today=civil_day(now, zone),
    )
    if payout_is_taken(connection, statement, reference):
        raise PayoutReferenceTaken(pointer="/reference", reference=reference)
    write_payout(connection, paid)
    owed = pay_out(paid.statement_id, paid.merchant_id, paid.due_fen)
    post_money(connection, owed, now=now)
    return paid
