"""What was issued of projects before they could change hands was their applicant's."""

from __future__ import annotations

from app.wiring import Wiring
from tests.builders.audit import assert_books_balance
from tests.builders.earlier import back_and_up
from tests.builders.empty_market import market, shut
from tests.builders.market import rows
from tests.builders.monitored import Sunny, days

__all__ = ["market", "shut"]

BEFORE = "0101"


def test_what_was_issued_before_was_the_applicants(market: Wiring) -> None:
    sunny = Sunny(market)
    sunny.expected()
    sunny.registered()
    period = sunny.open()
    made = {"export": {"M1.2024": "410250", "M1.2025": "402600"}}
    sunny.measure(period, sunny.measured(days("2024-07-01", "2025-07-01"), made))
    sunny.verified(period, sunny.a_verifier())
    sunny.issue(period)
    asked = "select vintage, owner_id, quantity_t from issuance_share order by vintage"
    kept = rows(market, asked)
    owner = sunny.owner.tenant_id
    assert [tuple(each.values()) for each in kept] == [(2024, owner, 269), (2025, owner, 264)]
    back_and_up(market, BEFORE)
    assert rows(market, asked) == kept
    assert_books_balance(market)
