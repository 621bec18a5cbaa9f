"""What is taken back after the issue, by several people at once: once, and paid for once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.store.database import Connection
from app.usecases.trading.order_units import order_units
from app.wiring import Wiring
from behaviours.actions.refusals import AlreadyReversed
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance
from tests.builders.empty_market import market, shut
from tests.builders.held import while_held
from tests.builders.market import NOW, PV, bundle, issued, pooled_pv, rows, run
from tests.builders.people import an_organisation
from tests.builders.selling import listed, programme_block
from tests.builders.shortfall import reversal
from tests.builders.trading import trade_terms
from tests.trust.test_after_the_seal_nothing_exists_without_cover import Programme

__all__ = ["market", "shut"]


def in_a_bundle(wiring: Wiring) -> tuple[list[UUID], UUID]:
    """The actions of a bundle that is issued, and the bundle."""
    actions = [action for _, action in pooled_pv(wiring)]
    return actions, issued(wiring, methodology=PV)


def test_two_of_one_role_who_sign_at_once_reverse_it_once(market: Wiring) -> None:
    programme = Programme(market)
    actions, _ = in_a_bundle(market)
    action = actions[0]
    assert programme.reverse(action, programme.tokens("operator")).status_code == 202
    seconds = [programme.tokens("authority") for _ in range(4)]
    answers = at_once([lambda by=each: programme.reverse(action, by) for each in seconds])
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
    assert {each.json.get("code") for each in answers} == {None, "ALREADY_REVERSED"}
    assert len(rows(market, "select from reversal")) == 1
    assert_books_balance(market)


def test_two_roles_who_sign_at_once_are_the_first_and_the_second(market: Wiring) -> None:
    programme = Programme(market)
    actions, _ = in_a_bundle(market)
    for action in actions:
        both = [programme.tokens(role) for role in ("operator", "authority")]
        answers = at_once([lambda by=each, of=action: programme.reverse(of, by) for each in both])
        assert sorted(each.status_code for each in answers) == [201, 202]
    assert len(rows(market, "select from reversal")) == len(actions)
    assert_books_balance(market)


def test_the_whole_bundle_reversed_at_once_is_short_of_all_but_its_reserve(market: Wiring) -> None:
    actions, bundle_id = in_a_bundle(market)
    before = bundle(market, bundle_id)
    at_once([lambda of=each: run(market, reversal(market, of)) for each in actions])
    after = bundle(market, bundle_id)
    assert len(rows(market, "select from reversal")) == len(actions)
    assert after.shortfall_mg == before.selected_mg - before.deducted_mg - before.reserve_mg
    assert_books_balance(market)


def test_who_waits_for_the_same_reversal_reverses_nothing_more(market: Wiring) -> None:
    actions, _ = in_a_bundle(market)
    once = reversal(market, actions[0])
    again = reversal(market, actions[0])
    answer = while_held(market.database, once, lambda: run(market, again))
    assert [type(each) for each in answer] == [AlreadyReversed]
    assert_books_balance(market)


@pytest.mark.parametrize("reversal_waits", [True, False])
def test_a_block_that_is_split_meanwhile_is_suspended_in_its_parts(
    market: Wiring, reversal_waits: bool
) -> None:
    actions, bundle_id = in_a_bundle(market)
    issued_t = bundle(market, bundle_id).issued_t or 0
    listing_id = listed(market, programme_block(market, bundle_id), issued_t)
    buyer = an_organisation(market, "enterprise")

    def split(connection: Connection) -> Any:
        return order_units(
            connection,
            listing_id,
            quantity_t=1,
            buyer_id=buyer,
            client_reference="one of them",
            terms=trade_terms(),
            clock=StandingClock(NOW),
        )

    works = (split, reversal(market, actions[0]))
    held, waits = works if reversal_waits else works[::-1]
    while_held(market.database, held, lambda: run(market, waits))
    suspended = rows(
        market,
        "select coalesce(sum(upper(numbers) - lower(numbers)), 0)::int as t from unit_block"
        " where state = 'suspended'",
    )
    assert suspended == [{"t": -(-bundle(market, bundle_id).shortfall_mg // 10**9)}]
    assert_books_balance(market)
