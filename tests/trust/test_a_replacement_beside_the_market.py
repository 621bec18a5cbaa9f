"""A replacement of units, beside whatever else is done with them or with the bundle.

Each is done twice: while the other one is not committed yet, and the other way round. Whoever comes
second waits; no unit is cancelled and used, no shortfall is made good twice, the books balance.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.store.database import Connection
from app.usecases.pooling.ask_replacement import ask_replacement
from app.usecases.pooling.withdraw_replacement import withdraw_replacement
from app.usecases.registry.transfer_units import transfer_units
from app.usecases.trading.list_units import list_units
from app.wiring import Wiring
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer
from rewards.pooling.refusals import BundleStateConflict
from rewards.registry.refusals import (
    AlreadyRetired,
    BlockNotAvailable,
    MoreThanIsShort,
    NotEnoughUnits,
    ReplacementDone,
    ReplacementWithdrawn,
    UnknownUnits,
)
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance
from tests.builders.empty_market import market, shut
from tests.builders.held import while_held
from tests.builders.market import NOW, PV, bundle, issued, pooled_pv, rows, run
from tests.builders.people import a_user, an_organisation
from tests.builders.selling import programme_block, retirement_of
from tests.builders.shortfall import HELD_T, Short, Work, a_short_bundle, reversal
from tests.builders.viewers import enterprise

__all__ = ["market", "shut"]


@pytest.fixture
def short(market: Wiring) -> Short:
    return a_short_bundle(market)


def listing(short: Short) -> Work:
    return lambda connection: list_units(
        connection,
        short.given,
        quantity_t=HELD_T,
        price_fen_per_tonne=5_000,
        viewer=enterprise(short.giver),
        clock=StandingClock(NOW),
    )


def transferring(short: Short) -> Work:
    other = an_organisation(short.wiring, "enterprise")
    return lambda connection: transfer_units(
        connection,
        short.given,
        quantity_t=HELD_T,
        from_id=short.giver,
        to_id=other,
        client_reference=secrets.token_hex(8),
        clock=StandingClock(NOW),
    )


def retiring(short: Short) -> Work:
    return retirement_of(short.wiring, short.giver, HELD_T, short.given)


DONE = [
    (listing, BlockNotAvailable),
    (transferring, UnknownUnits),
    (retiring, AlreadyRetired),
]
NAMES = [each.__name__ for each, _ in DONE]


def given_t(short: Short) -> int:
    (row,) = rows(
        short.wiring,
        "select coalesce(sum(cancelled_t), 0)::int as t from cover where kind = 'units'",
    )
    return row["t"]


@pytest.mark.parametrize(("prepare", "why"), DONE, ids=NAMES)
def test_a_replacement_that_waits_takes_nothing_that_was_used_meanwhile(
    short: Short, prepare: Callable[[Short], Work], why: type[Refusal]
) -> None:
    work, offered = prepare(short), short.offered(short.short_t)
    with pytest.raises(why):
        while_held(short.wiring.database, work, lambda: run(short.wiring, short.signing(offered)))
    assert (given_t(short), short.suspended_t()) == (0, short.short_t)
    assert_books_balance(short.wiring)


@pytest.mark.parametrize("prepare", [each for each, _ in DONE], ids=NAMES)
def test_what_waits_for_a_replacement_is_refused_what_was_cancelled(
    short: Short, prepare: Callable[[Short], Work]
) -> None:
    short_t, work, offered = short.short_t, prepare(short), short.offered(short.short_t)
    with pytest.raises(BlockNotAvailable):
        while_held(short.wiring.database, short.signing(offered), lambda: run(short.wiring, work))
    assert (given_t(short), short.suspended_t()) == (short_t, 0)
    assert_books_balance(short.wiring)


def taking_back(short: Short, offered: UUID) -> Work:
    return lambda connection: withdraw_replacement(
        connection,
        offered,
        by=Viewer("enterprise", short.giver, short.giver),
        signed_for=short.wiring.programme.signed_for,
        clock=short.wiring.clock,
    )


def test_the_last_signature_that_waits_for_a_withdrawal_takes_nothing(short: Short) -> None:
    offered = short.offered(short.short_t)
    with pytest.raises(ReplacementWithdrawn):
        while_held(
            short.wiring.database,
            taking_back(short, offered),
            lambda: run(short.wiring, short.signing(offered)),
        )
    assert (given_t(short), short.suspended_t()) == (0, short.short_t)
    assert_books_balance(short.wiring)


def test_a_withdrawal_that_waits_for_the_last_signature_comes_too_late(short: Short) -> None:
    short_t, offered = short.short_t, short.offered(short.short_t)
    with pytest.raises(ReplacementDone):
        while_held(
            short.wiring.database,
            short.signing(offered),
            lambda: run(short.wiring, taking_back(short, offered)),
        )
    assert (given_t(short), short.suspended_t()) == (short_t, 0)
    assert not rows(short.wiring, "select * from replacement_withdrawal")
    assert_books_balance(short.wiring)


@pytest.mark.parametrize("parts", [1, 2])
def test_two_replacements_of_one_shortfall_make_it_good_once(short: Short, parts: int) -> None:
    """Each gives all of it, or more than half of it: there is room for one."""
    short_t = short.short_t
    quantity_t = short_t if parts == 1 else short_t // 2 + 1
    stock = programme_stock(short)
    first = short.offered(quantity_t)
    made = run(
        short.wiring,
        ask_replacement,
        short.bundle_id,
        block_id=stock,
        quantity_t=quantity_t,
        viewer=Viewer("operator", None, a_user(short.wiring, "operator")),
        client_reference="of the programme",
        clock=short.wiring.clock,
    )
    with pytest.raises((BundleStateConflict, MoreThanIsShort)):
        while_held(
            short.wiring.database,
            short.signing(first),
            lambda: run(short.wiring, short.signing(made.asked.replacement_id)),
        )
    assert given_t(short) == quantity_t
    assert short.suspended_t() == short_t - quantity_t
    assert_books_balance(short.wiring)


def programme_stock(short: Short) -> Any:
    pooled_pv(short.wiring)
    return programme_block(short.wiring, issued(short.wiring, methodology=PV))


def test_two_authorities_who_sign_at_once_cancel_the_units_once(short: Short) -> None:
    short_t, offered = short.short_t, short.offered(short.short_t)
    answers = at_once([lambda: run(short.wiring, short.signing(offered))] * 4)
    assert {each.posting_id for each in answers} == {answers[0].posting_id}
    assert answers[0].posting_id is not None
    assert given_t(short) == short_t
    assert_books_balance(short.wiring)


@pytest.mark.parametrize("replacement_waits", [True, False])
def test_a_replacement_beside_another_reversal_of_the_bundle(
    short: Short, replacement_waits: bool
) -> None:
    short_t, offered = short.short_t, short.offered(short.short_t)
    works = (reversal(short.wiring, short.actions[0]), short.signing(offered))
    held, waits = works if replacement_waits else works[::-1]
    while_held(short.wiring.database, held, lambda: run(short.wiring, waits))
    after = bundle(short.wiring, short.bundle_id)
    assert (after.state, given_t(short)) == ("suspended", short_t)
    # What was taken back second is short, whole: the reserve was empty.
    assert after.shortfall_mg > 0
    assert short.suspended_t() == min(short.short_t, short.tonnes("suspended"))
    assert_books_balance(short.wiring)


@pytest.mark.parametrize("replacement_waits", [True, False])
def test_a_replacement_beside_a_reversal_of_what_the_given_units_rest_on(
    short: Short, replacement_waits: bool
) -> None:
    (theirs,) = rows(
        short.wiring,
        "select action_id from bundle_entry join unit_block using (bundle_id) where block_id = :id",
        id=short.given,
    )
    offered = short.offered(short.short_t)
    works = (reversal(short.wiring, theirs["action_id"]), short.signing(offered))
    held, waits = works if replacement_waits else works[::-1]

    def both() -> None:
        while_held(short.wiring.database, held, lambda: run(short.wiring, waits))

    if replacement_waits:
        # Suspended whole: it covers nothing, not even itself.
        with pytest.raises(Refusal):
            both()
        assert given_t(short) == 0
    else:
        both()
        assert bundle(short.wiring, short.bundle_id).state == "issued"
    assert_books_balance(short.wiring)


def test_two_bundles_that_are_made_good_with_one_anothers_units_do_not_wait_for_ever(
    market: Wiring,
) -> None:
    one, other = a_short_bundle(market), a_short_bundle(market)

    def of(short: Short, giver: Short) -> Any:
        (block,) = rows(
            market,
            "select block_id from unit_block where owner_id = :id and state = 'active'",
            id=giver.buyer,
        )
        made = run(
            market,
            ask_replacement,
            short.bundle_id,
            block_id=block["block_id"],
            quantity_t=2,
            viewer=Viewer("enterprise", giver.buyer, giver.buyer),
            client_reference=secrets.token_hex(8),
            clock=market.clock,
        )
        run(market, short.signing(made.asked.replacement_id, "operator"))
        return made.asked.replacement_id

    before = one.short_t + other.short_t
    works = [one.signing(of(one, other)), other.signing(of(other, one))]
    answers = at_once([lambda work=work: run(market, work) for work in works])
    assert all(each.posting_id for each in answers)
    assert one.short_t + other.short_t == before - 4
    assert_books_balance(market)


def test_many_at_once_leave_the_books_balanced(short: Short) -> None:
    first, second = short.offered(short.short_t), short.offered(1)
    works: list[Callable[[Connection], Any]] = [
        short.signing(first),
        retiring(short),
        short.signing(second),
        reversal(short.wiring, short.actions[0]),
        transferring(short),
        short.signing(first),
    ]
    outcomes = at_once([lambda work=work: run(short.wiring, work) for work in works])
    kinds = (Refusal, NotEnoughUnits)
    assert any(not isinstance(each, kinds) for each in outcomes)
    assert_books_balance(short.wiring)
