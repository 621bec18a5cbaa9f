"""A reversal and a selection at the same moment: one of them waits, and sees what the other did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.outbox import names
from app.store.events.gathering import gathering
from app.usecases.people.withdraw_entrustment import withdraw_entrustment
from app.usecases.pooling.select_chunk import select_chunk
from app.usecases.recording.reverse_actions import Reversing, reverse_actions
from app.wiring import Wiring
from behaviours.viewer import Viewer
from tests.builders.audit import assert_books_balance
from tests.builders.empty_market import market, shut
from tests.builders.held import while_held
from tests.builders.market import (
    NOW,
    a_pv_interval,
    bundle,
    pooled_pv,
    recorded,
    rows,
    run,
    selected,
    selecting,
    task,
)

__all__ = ["market", "shut"]


def reversing(wiring: Wiring, *actions: UUID) -> Any:
    def reverse(connection: Any) -> Any:
        return reverse_actions(
            connection,
            [Reversing(action, "a test") for action in actions],
            viewer=Viewer("operator", None),
            reversed_by="operator:test",
            rulebook=wiring.rulebook,
            policies=wiring.policies,
            now=NOW,
        )

    return reverse


def selecting_all(wiring: Wiring, bundle_id: UUID) -> Any:
    def select(connection: Any) -> Any:
        return select_chunk(
            connection, bundle_id, width=timedelta(days=400), zone=wiring.zone, now=NOW
        )

    return select


def entries(wiring: Wiring) -> set[UUID]:
    return {row["action_id"] for row in rows(wiring, "select action_id from bundle_entry")}


def test_a_selection_waits_for_a_reversal_and_leaves_out_what_it_took_back(market: Wiring) -> None:
    (_, gone), (_, stays), *_ = pooled_pv(market)
    bundle_id = selecting(market)
    while_held(
        market.database,
        reversing(market, gone),
        lambda: run(market, selecting_all(market, bundle_id)),
    )
    assert gone not in entries(market)
    assert stays in entries(market)
    assert bundle(market, bundle_id).reductions == 2
    assert_books_balance(market)


def test_a_bundle_that_was_opened_after_the_reversal_began_waits_for_it_too(
    market: Wiring,
) -> None:
    (_, gone), *_ = pooled_pv(market)
    opened: list[UUID] = []

    def select() -> None:
        opened.append(selecting(market))
        task(market, names.SELECT_BUNDLE, opened[0])

    while_held(market.database, reversing(market, gone), select)
    assert gone not in entries(market)
    assert bundle(market, opened[0]).reductions == 2
    assert_books_balance(market)


def test_a_reversal_waits_for_a_selection_and_takes_out_what_it_put_in(market: Wiring) -> None:
    (_, gone), *_ = pooled_pv(market)
    bundle_id = selecting(market)
    while_held(
        market.database,
        selecting_all(market, bundle_id),
        lambda: run(market, reversing(market, gone)),
    )
    assert gone not in entries(market)
    assert bundle(market, bundle_id).reductions == 2
    assert_books_balance(market)


def test_reversals_do_not_wait_for_one_another(market: Wiring) -> None:
    (_, one), (_, other), *_ = pooled_pv(market)
    database = market.database
    with database.engine.begin() as held, gathering(held, database.now):
        reversing(market, one)(held)
        run(market, reversing(market, other))
    assert_books_balance(market)


def test_a_report_does_not_wait_for_a_selection(market: Wiring) -> None:
    ((person, action), *_) = pooled_pv(market)
    (row,) = rows(market, "select provider_id from action where action_id = :id", id=action)
    bundle_id = selecting(market)
    with market.database.engine.begin() as held:
        selecting_all(market, bundle_id)(held)
        recorded(
            market,
            [a_pv_interval(person, row["provider_id"], "9", occurred_at=NOW - timedelta(days=40))],
        )
    assert bundle(market, bundle_id).reductions == 3


def test_reversals_of_what_two_bundles_hold_and_a_selection_do_not_stand_still(
    market: Wiring,
) -> None:
    """The reversal has one bundle and may touch the other, which the selection works on."""
    first = pooled_pv(market, people=2)
    selected(market)
    second = pooled_pv(market, people=2)
    bundle_id = selecting(market)
    while_held(
        market.database,
        reversing(market, first[0][1], second[0][1]),
        lambda: run(market, selecting_all(market, bundle_id)),
    )
    assert entries(market) == {first[1][1], second[1][1]}
    assert_books_balance(market)


def withdrawing(wiring: Wiring, person: UUID, entrustment: UUID) -> Any:
    return lambda connection: withdraw_entrustment(
        connection, person, [entrustment], clock=wiring.clock
    )


def entrusted(wiring: Wiring) -> tuple[UUID, UUID, UUID]:
    """(person, entrustment, action) of the first of three."""
    (person, action), *_ = pooled_pv(wiring)
    (row,) = rows(
        wiring, "select contribution_id from contribution where participant_id = :id", id=person
    )
    return person, row["contribution_id"], action


def test_a_selection_waits_for_a_withdrawal_and_leaves_out_what_it_ended(market: Wiring) -> None:
    person, entrustment, action = entrusted(market)
    bundle_id = selecting(market)
    while_held(
        market.database,
        withdrawing(market, person, entrustment),
        lambda: run(market, selecting_all(market, bundle_id)),
    )
    assert action not in entries(market)
    assert bundle(market, bundle_id).reductions == 2


def test_a_withdrawal_waits_for_a_selection_and_then_sees_what_it_put_in(market: Wiring) -> None:
    """It is in until the freeze, whose sweep removes it; the withdrawal holds its bundle."""
    person, entrustment, action = entrusted(market)
    bundle_id = selecting(market)

    def withdraw_and_look(connection: Any) -> bool:
        withdrawing(market, person, entrustment)(connection)
        with market.database.engine.connect() as other, pytest.raises(OperationalError):
            other.execute(
                text("select from bundle where bundle_id = :id for update nowait"),
                {"id": bundle_id},
            )
        return True

    assert while_held(
        market.database,
        selecting_all(market, bundle_id),
        lambda: run(market, withdraw_and_look),
    )
    assert action in entries(market)
    assert_books_balance(market)
