"""Draw the statements of merchants whose days up to a cut-off are over."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.redemption.merchant_statements import WaitingMerchant, draw, waiting_merchants
from app.store.trading.money_book import post_money
from behaviours.civil_time import civil_day, day_ends_at, start_of_day
from behaviours.settlement_terms import SettlementTerms, period_of
from rewards.ledger.money import BOOKED_AFTER, owe
from rewards.redemption.merchant_statement import SpanOfMerchant

CHUNK_MERCHANTS = 200


def draw_statements(
    connection: Connection,
    terms: SettlementTerms,
    *,
    zone: ZoneInfo,
    clock: Clock,
    merchants: int = CHUNK_MERCHANTS,
) -> int:
    """How many were drawn, of at most so many merchants; run it again until it reports none.

    Of a merchant that several periods wait for, the first one is drawn. A period in which nothing
    happened has no statement. What the statement comes to is owed in the money book.
    """
    if terms.cut_off is None:
        return 0
    now = clock.now()
    over = start_of_day(period_of(civil_day(now - BOOKED_AFTER, zone), terms.cut_off)[0], zone)
    waiting = waiting_merchants(connection, before=over, most=merchants)
    spans = [_span(each, terms.cut_off, zone=zone) for each in waiting]
    if not spans:
        return 0
    drawn = draw(connection, new_ids(len(spans)), spans, now=now)
    postings = [
        posting
        for each in drawn
        for posting in owe(each.statement_id, each.merchant_id, each.settlement.net_fen)
    ]
    if postings:
        post_money(connection, postings, now=now)
    # Another process that was first drew them: this one looks again.
    return max(1, len(drawn))


def _span(waiting: WaitingMerchant, cut_off: str, *, zone: ZoneInfo) -> SpanOfMerchant:
    first, last = period_of(civil_day(waiting.first_at, zone), cut_off)
    if waiting.last_day is not None:
        # The programme may count other periods now than when the last one was drawn.
        first = max(first, date.fromordinal(waiting.last_day.toordinal() + 1))
    return SpanOfMerchant(
        waiting.merchant_id,
        waiting.number + 1,
        waiting.carried_fen,
        first,
        last,
        start_of_day(first, zone),
        day_ends_at(last, zone),
    )
