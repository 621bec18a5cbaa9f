"""Long steps that are killed anywhere, and bundles that meet: everything once, nothing lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.outbox import names
from app.store.registry.carbon_book import places
from app.usecases.pooling.prove_inclusion import prove_inclusion
from app.wiring import Wiring
from rewards.pooling.inclusion import verify_inclusion
from rewards.pooling.sum_tree import leaf, root_of
from tests.builders.audit import assert_books_balance
from tests.builders.killed_child import chop_finely, killed
from tests.builders.market import (
    a_pv_interval,
    an_entrusting_person,
    bundle,
    pooled_pv,
    recorded,
    rows,
    run,
    sealing,
    selecting,
    task,
)
from tests.builders.parallel import at_once
from tests.builders.people import an_organisation

KILLS = [(1, False), (1, True), (2, False), (2, True), (3, False), (4, True)]


def actions_of_many_months(wiring: Wiring, count: int = 24) -> set[UUID]:
    """Entrusted generation, spread over half a year."""
    provider = an_organisation(wiring, "provider")
    starts_at = datetime(2026, 1, 3, tzinfo=UTC)
    actions = [
        a_pv_interval(
            an_entrusting_person(wiring, provider),
            provider,
            str(1000 + number),
            occurred_at=starts_at + number * timedelta(days=7, hours=1),
        )
        for number in range(count)
    ]
    return set(recorded(wiring, actions))


@pytest.mark.parametrize(("nth", "committed"), KILLS)
def test_a_killed_selection_ends_as_if_it_had_not_been_killed(
    market: Wiring, nth: int, committed: bool
) -> None:
    actions = actions_of_many_months(market)
    bundle_id = selecting(market)
    assert killed(market.settings, names.SELECT_BUNDLE, bundle_id, nth=nth, committed=committed)
    assert bundle(market, bundle_id).state == "selecting"
    task(market, names.SELECT_BUNDLE, bundle_id)
    made = bundle(market, bundle_id)
    taken = rows(
        market, "select action_id, saved_mg from bundle_entry where bundle_id = :id", id=bundle_id
    )
    assert {row["action_id"] for row in taken} == actions
    assert made.state == "selected"
    assert made.reductions == len(taken)
    assert made.selected_mg == sum(row["saved_mg"] for row in taken)


@pytest.mark.parametrize(("nth", "committed"), [*KILLS, (5, False)])
def test_d13_a_killed_sealing_ends_with_the_root_of_the_leaves(
    market: Wiring, monkeypatch: pytest.MonkeyPatch, nth: int, committed: bool
) -> None:
    chop_finely(monkeypatch.setattr)
    pooled_pv(market, people=9)
    bundle_id = sealing(market)
    assert killed(market.settings, names.SEAL_BUNDLE, bundle_id, nth=nth, committed=committed)
    task(market, names.SEAL_BUNDLE, bundle_id)
    made = bundle(market, bundle_id)
    assert made.state == "sealed"
    entries = rows(market, "select action_id, salt, saved_mg from bundle_entry order by action_id")
    root = root_of(leaf(row["salt"], row["action_id"], row["saved_mg"]) for row in entries)
    assert (made.root, made.selected_mg) == root
    postings = rows(market, "select 1 from carbon_posting where credit_account = 'pool'")
    assert len(postings) == 1
    assert all(each.balanced for each in run(market, places))


def test_many_chunks_give_the_same_root_and_proofs(
    market: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    pooled = pooled_pv(market, people=11)
    chop_finely(monkeypatch.setattr)
    bundle_id = sealing(market)
    task(market, names.SEAL_BUNDLE, bundle_id)
    made = bundle(market, bundle_id)
    chunks = rows(market, "select leaves from bundle_chunk order by chunk_no")
    assert [row["leaves"] for row in chunks] == [2, 2, 2, 2, 2, 1]
    entries = rows(market, "select action_id, salt, saved_mg from bundle_entry order by action_id")
    root = root_of(leaf(row["salt"], row["action_id"], row["saved_mg"]) for row in entries)
    assert (made.root, made.selected_mg) == root
    for person, action in pooled:
        found = run(
            market, lambda connection, p=person, a=action: prove_inclusion(connection, p, a)
        )
        assert verify_inclusion(found.proof, root_digest=root.digest.hex(), total_mg=root.sum_mg)


def test_bundles_that_select_at_once_share_the_pool_without_overlap(market: Wiring) -> None:
    actions = actions_of_many_months(market)
    bundles = [selecting(market) for _ in range(4)]
    outcomes = at_once(
        market.settings.database_url or "",
        [
            lambda _connection, each=each: task(market, names.SELECT_BUNDLE, each) and None
            for each in bundles
        ],
    )
    assert outcomes == [None] * 4
    taken = rows(market, "select action_id, bundle_id from bundle_entry")
    assert sorted(row["action_id"] for row in taken) == sorted(actions)
    for bundle_id in bundles:
        own = sum(row["bundle_id"] == bundle_id for row in taken)
        assert bundle(market, bundle_id).reductions == own


def test_one_selection_run_twice_at_once_selects_once(market: Wiring) -> None:
    actions = actions_of_many_months(market)
    bundle_id = selecting(market)
    at_once(
        market.settings.database_url or "",
        [lambda _connection: task(market, names.SELECT_BUNDLE, bundle_id) and None] * 4,
    )
    made = bundle(market, bundle_id)
    assert (made.state, made.reductions) == ("selected", len(actions))
    assert_books_balance(market)
