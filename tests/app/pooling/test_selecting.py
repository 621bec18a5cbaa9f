"""Drafting a bundle, and selecting for it: what is entrusted and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.clock import StandingClock
from app.outbox import names
from app.usecases.pooling.approve_version import approve_version
from app.usecases.pooling.start_report import start_report
from app.wiring import Wiring
from rewards.pooling.refusals import (
    BadBundlePeriod,
    NothingSelected,
    UnknownBundleMethodology,
)
from rewards.registry.refusals import UnknownUnitClass
from rewards.signing import AlreadyApproved
from tests.builders.actions import a_ride
from tests.builders.bundle_steps import entries
from tests.builders.market import (
    METRO,
    NOW,
    PV,
    a_draft,
    a_person,
    a_pv_interval,
    an_entrusting_person,
    bundle,
    operator,
    pooled_pv,
    recorded,
    rows,
    run,
    selected,
    task,
)
from tests.builders.people import a_user, an_organisation


def noon(day: date) -> datetime:
    """In China."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def test_a_draft_states_a_class_a_methodology_and_days_of_one_vintage(market: Wiring) -> None:
    with pytest.raises(UnknownUnitClass):
        a_draft(market, unit_class="golden")
    with pytest.raises(UnknownBundleMethodology):
        a_draft(market, methodology="no.such_rule")
    with pytest.raises(BadBundlePeriod):
        a_draft(market, occurred_to=date(2025, 12, 31))
    with pytest.raises(BadBundlePeriod):
        a_draft(market, occurred_to=date(2027, 1, 1))


def test_selection_takes_what_is_entrusted_and_nothing_else(market: Wiring) -> None:
    pooled = pooled_pv(market)
    provider = an_organisation(market, "provider")
    stranger = a_person(market, provider)
    late = an_entrusting_person(market, provider)
    recorded(
        market,
        [
            a_pv_interval(stranger, provider, "500"),
            # In Shanghai this is the first of July already.
            a_pv_interval(late, provider, "500", occurred_at=datetime(2026, 6, 30, 16, tzinfo=UTC)),
        ],
        now=NOW + timedelta(days=1),
    )
    bundle_id = selected(market)
    assert entries(market, bundle_id) == set(pooled)
    made = bundle(market, bundle_id)
    assert made.state == "selected"
    assert made.reductions == 3
    assert (
        made.selected_mg
        == rows(market, "select sum(saved_mg)::bigint as mg from bundle_entry")[0]["mg"]
    )


def test_selection_keeps_to_methodology_and_region(market: Wiring) -> None:
    pooled_pv(market)
    assert entries(market, selected(market, methodology=METRO)) == set()
    assert entries(market, selected(market, region="CN-33")) == set()
    assert len(entries(market, selected(market, methodology=PV, region="CN-44"))) == 3


def test_an_act_that_is_behaviour_only_never_enters_a_bundle(market: Wiring) -> None:
    provider = an_organisation(market, "provider")
    person = an_entrusting_person(market, provider)
    recorded(market, [a_pv_interval(person, provider, "500")])
    market.database.transact(
        lambda connection: connection.exec_driver_sql(
            "set local session_replication_role = replica;"
            " update action set action_class = 'behaviour_only'"
        )
    )
    assert entries(market, selected(market)) == set()


def test_a_covered_emitters_own_reports_never_enter_a_bundle(market: Wiring) -> None:
    pooled_pv(market)
    market.database.transact(
        lambda connection: connection.exec_driver_sql(
            "update organisation set covered_emitter = true"
        )
    )
    assert entries(market, selected(market)) == set()


def test_a_version_on_press_figures_waits_for_two_people_of_two_roles(shut: Wiring) -> None:
    provider = an_organisation(shut, "provider")
    person = an_entrusting_person(shut, provider)
    ride = a_ride(person, provider, occurred_at=NOW - timedelta(days=30), region="CN-44")
    recorded(shut, [ride])
    version = rows(shut, "select methodology, version, provenance from action")[0]
    assert version["provenance"] == "press"
    assert entries(shut, selected(shut)) == set()

    def approve(role: str) -> None:
        user_id = a_user(shut, role)
        run(
            shut,
            approve_version,
            methodology=version["methodology"],
            version=version["version"],
            user_id=user_id,
            role=role,
            reason="the figure was checked",
            clock=StandingClock(NOW),
        )

    approve("operator")
    approve("operator")
    assert entries(shut, selected(shut)) == set()
    approve("authority")
    # Units for compliance are never made of it, whoever approves.
    assert entries(shut, selected(shut, unit_class="compliance", methodology=METRO)) == set()
    assert len(entries(shut, selected(shut))) == 1


def test_a_person_approves_a_version_once(shut: Wiring) -> None:
    user_id = a_user(shut, "operator")

    def approve() -> list:
        return run(
            shut,
            approve_version,
            methodology=PV,
            version="2022",
            user_id=user_id,
            role="operator",
            reason="x",
            clock=StandingClock(NOW),
        )

    assert len(approve()) == 1
    with pytest.raises(AlreadyApproved):
        approve()


def test_two_bundles_never_hold_the_same_reduction(market: Wiring) -> None:
    pooled_pv(market)
    first, second = selected(market), selected(market)
    assert len(entries(market, first)) == 3
    assert entries(market, second) == set()


def test_running_a_selection_again_changes_nothing(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id = selected(market)
    before = bundle(market, bundle_id), entries(market, bundle_id)
    task(market, names.SELECT_BUNDLE, bundle_id)
    assert (bundle(market, bundle_id), entries(market, bundle_id)) == before


def test_an_empty_selection_is_not_reported(market: Wiring) -> None:
    bundle_id = selected(market)
    with pytest.raises(NothingSelected):
        run(
            market,
            start_report,
            bundle_id,
            by=operator(),
            clock=StandingClock(NOW),
        )
