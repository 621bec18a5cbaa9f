"""What an exchange sold and gave back is what it was handed; the audit's lines ``exchange_lots``
and ``exchange_settlements`` derive it."""

from __future__ import annotations

from app.wiring import Wiring
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.empty_market import market, numbers_are_conserved, shut
from tests.builders.exchanges import handed, line, settled
from tests.builders.market import NOW
from tests.builders.people import an_organisation
from tests.builders.selling import an_owner

__all__ = ["market", "numbers_are_conserved", "shut"]


def test_the_audit_sees_what_an_exchange_did_not_settle(market: Wiring) -> None:
    seller, block_id = an_owner(market, 5)
    exchange, buyer = an_organisation(market, "exchange"), an_organisation(market, "enterprise")
    lot = handed(market, block_id, 5, seller=seller, exchange=exchange)
    settled(market, exchange, line(lot, buyer, 2), line(lot, buyer, 9))
    assert_books_balance(market)
    lots, sold = ["exchange_lots"], ["exchange_settlements"]
    stated = "update exchange_lot"
    told = "update exchange_trade"
    assert_each_is_seen(
        market,
        {
            "select 1": [],
            f"{stated} set document = convert_to('{{}}', 'UTF8')": lots,
            f"{stated} set serials_csv = ''": lots,
            f"{stated} set document_digest = sha256('')": lots,
            f"{stated} set exchange_id = gen_random_uuid()": sold,
            f"{stated} set returns_at = '{NOW}'": [*lots, *sold],
            f"{told} set price_fen_per_tonne = 4999": ["trade_deliveries", *sold],
            f"{told} set traded_at = '{NOW}'": sold,
            f"{told} set exchange_id = gen_random_uuid()": sold,
            "update exchange_settlement set lines = 3": sold,
            "update exchange_settlement_line set quantity_t = 3 where line = 1": sold,
            "update exchange_settlement_line set payment_reference = 'x' where line = 1": sold,
            "update exchange_settlement_line set buyer_id = gen_random_uuid() where line = 1": sold,
            "update exchange_settlement_line set state = 'waiting', fault = null where line = 2": (
                sold
            ),
        },
    )
