"""From a sealed bundle to whole tonnes, with a place for every milligram."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.clock import StandingClock
from app.outbox import names
from app.usecases.pooling.cancel_bundle import cancel_bundle
from app.usecases.pooling.sign_issue import sign_issue
from app.wiring import Wiring
from rewards.pooling.refusals import (
    BundleStateConflict,
)
from rewards.registry.issuing import TONNE_MG
from tests.builders.actions import a_ride
from tests.builders.bundle_steps import assert_every_milligram_has_a_place
from tests.builders.market import (
    METRO,
    NOW,
    PV,
    an_entrusting_person,
    bundle,
    issued,
    open_gate,
    operator,
    pooled_pv,
    recorded,
    rows,
    run,
    sealed,
    selected,
    selecting,
    somebody,
    task,
)
from tests.builders.people import an_organisation
from tests.builders.selling import programme_block


def test_issuing_rounds_down_and_gives_every_milligram_a_place(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id = issued(market, found_per_mille=990)
    made = bundle(market, bundle_id)
    assert made.selected_mg + made.carried_in_mg == (
        made.deducted_mg + made.reserve_mg + made.issued_t * TONNE_MG + made.carried_out_mg
    )
    assert 0 < made.carried_out_mg < TONNE_MG
    (units,) = rows(
        market,
        "select upper(numbers) - lower(numbers) as t from unit_block where state = 'active'",
    )
    assert units["t"] == made.issued_t
    assert_every_milligram_has_a_place(market)


def test_d16_the_remainder_goes_to_the_next_bundle_of_its_family_vintage_and_class(
    market: Wiring,
) -> None:
    pooled_pv(market)
    first = bundle(market, issued(market, methodology=PV))
    pooled_pv(market)
    assert bundle(market, selected(market, methodology=METRO)).carried_in_mg == 0
    held = selected(market, methodology=PV)
    assert bundle(market, held).carried_in_mg == first.carried_out_mg
    # One remainder is carried into one bundle, and comes back when that one is let go.
    assert bundle(market, selected(market, methodology=PV)).carried_in_mg == 0
    run(
        market,
        cancel_bundle,
        held,
        by=operator(),
        clock=StandingClock(NOW),
    )
    task(market, names.RELEASE_BUNDLE, held)
    second = bundle(market, issued(market, methodology=PV))
    assert second.carried_in_mg == first.carried_out_mg
    assert_every_milligram_has_a_place(market)


def test_the_reserve_is_numbered_when_it_holds_whole_tonnes(market: Wiring) -> None:
    pooled_pv(market, people=1, kwh="100000")
    made = bundle(market, issued(market, methodology=PV))
    (buffer,) = rows(
        market,
        "select upper(numbers) - lower(numbers) as t from unit_block where state = 'buffer'",
    )
    assert buffer["t"] == made.reserve_mg // TONNE_MG > 0
    pooled_pv(market, people=1, kwh="100000")
    second = bundle(market, issued(market, methodology=PV))
    numbered = sum(
        row["t"]
        for row in rows(
            market,
            "select upper(numbers) - lower(numbers) as t from unit_block where state = 'buffer'",
        )
    )
    assert numbered == (made.reserve_mg + second.reserve_mg) // TONNE_MG


def test_serial_numbers_run_on_without_gap_over_bundles(market: Wiring) -> None:
    for _ in range(3):
        pooled_pv(market)
        issued(market, methodology=PV)
    found = rows(
        market, "select lower(numbers) as a, upper(numbers) as b from unit_block order by numbers"
    )
    assert found[0]["a"] == 1
    assert [row["a"] for row in found[1:]] == [row["b"] for row in found[:-1]]


def test_issuing_needs_both_and_happens_once(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id = sealed(market)

    def sign(role: str) -> list[str]:
        return run(
            market,
            sign_issue,
            bundle_id,
            by=somebody(role),
            clock=StandingClock(NOW),
        ).awaiting

    assert sign("authority") == ["operator"]
    assert rows(market, "select 1 from unit_block") == []
    assert sign("operator") == []
    with pytest.raises(BundleStateConflict):
        sign("operator")
    assert programme_block(market, bundle_id)


def test_points_do_not_move_when_reductions_are_bundled(market: Wiring) -> None:
    pooled_pv(market)
    before = rows(market, "select * from points_account order by participant_id")
    transfers = rows(market, "select count(*) from points_transfer")
    issued(market)
    assert rows(market, "select * from points_account order by participant_id") == before
    assert rows(market, "select count(*) from points_transfer") == transfers


def test_a_metro_ride_ends_in_a_bundle_after_its_gate_is_open(shut: Wiring) -> None:
    provider = an_organisation(shut, "provider")
    person = an_entrusting_person(shut, provider)
    recorded(shut, [a_ride(person, provider, occurred_at=NOW - timedelta(days=9))])
    (made,) = rows(shut, "select methodology, version from action")
    open_gate(shut, made["methodology"], made["version"])
    bundle_id = selecting(shut)
    task(shut, names.SELECT_BUNDLE, bundle_id)
    assert bundle(shut, bundle_id).selected_mg == 46_000
