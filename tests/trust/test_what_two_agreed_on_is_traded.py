"""What two agreed on, and nothing else, is traded; the audit's line ``negotiations`` derives it."""

from __future__ import annotations

from app.wiring import Wiring
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.empty_market import market, numbers_are_conserved, shut
from tests.builders.market import NOW
from tests.builders.negotiations import accepted, countered, offered, proposed
from tests.builders.people import an_organisation
from tests.builders.selling import an_owner
from tests.builders.viewers import enterprise

__all__ = ["market", "numbers_are_conserved", "shut"]


def test_the_audit_sees_a_trade_that_nobody_agreed_to(market: Wiring) -> None:
    seller, block_id = an_owner(market, 5)
    buyer, other = (an_organisation(market, "enterprise") for _ in range(2))
    waiting = offered(market, block_id, seller, other, proposed(1))
    one = offered(market, block_id, seller, buyer, proposed(4))
    countered(market, one, enterprise(buyer), proposed(3, 5_500))
    accepted(market, one, enterprise(seller))
    assert_books_balance(market)
    mine = f"negotiation_id = '{one.negotiation_id}'"
    line = ["negotiations"]
    assert_each_is_seen(
        market,
        {
            "select 1": [],
            f"update negotiation set quantity_t = 4 where {mine}": line,
            f"update negotiation set price_fen_per_tonne = 5400 where {mine}": line,
            f"update negotiation set rounds = 3 where {mine}": line,
            f"update negotiation set buyer_id = '{other}' where {mine}": line,
            f"update negotiation set closed_at = valid_until where {mine}": line,
            f"update negotiation set trade_id = gen_random_uuid() where {mine}": line,
            f"update negotiation_round set by_seller = true where {mine}": line,
            f"update negotiation_round set price_fen_per_tonne = 1 where {mine} and number = 2": (
                line
            ),
            f"update negotiation_round set valid_until = '{NOW}' where {mine} and number = 1": line,
            f"delete from negotiation_round where {mine} and number = 1": line,
            f"update negotiation set state = 'countered' where negotiation_id ="
            f" '{waiting.negotiation_id}'": [*line, "events_tell_states"],
        },
    )
