"""The twenty cases that bit registries (projects.md, §7), and the tests that show each.

Two of them have their test here; ``SHOWN`` names those of every case, and is held true by looking
each of them up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import ModuleType

import pytest

from app.ids import new_id
from app.usecases.projects.state_ex_ante import state_ex_ante
from app.usecases.recording.declare_elsewhere import declare_elsewhere
from app.usecases.recording.withdraw_declaration import withdraw_declaration
from app.wiring import Wiring
from behaviours.actions.declared import DeclaredNumber
from tests.behaviours.projects import (
    test_design as designs,
    test_land as land,
    test_losses_by_plots as plots,
    test_owner_changes as owners,
    test_periods as periods,
)
from tests.builders.answers import refusal
from tests.builders.audit import assert_books_balance
from tests.builders.empty_market import market, shut
from tests.builders.market import rows
from tests.builders.marsh import Marsh
from tests.builders.monitored import Sunny
from tests.trust import (
    test_a_project_is_issued_what_was_verified as issued,
    test_crediting_periods_are_renewed as renewed,
    test_designs_of_projects_change as changed,
    test_land_is_held_once as held,
    test_projects_are_registered as registered,
    test_projects_change_hands as handed,
    test_what_a_project_lost_is_replaced as lost,
    test_what_a_project_measured_stands as measured,
)

__all__ = ["market", "shut"]

SHOWN: Mapping[str, Mapping[ModuleType, tuple[str, ...]]] = {
    "E1": {
        land: ("test_neighbours_share_a_border_and_no_land", "test_what_two_share_is_shown"),
        held: ("test_land_of_another_project_is_refused_and_what_is_shared_is_shown",),
    },
    "E2": {registered: ("test_e2_land_is_held_until_its_project_is_off_the_register",)},
    "E3": {registered: ("test_e3_the_meter_of_a_registered_project_is_refused_under_any_title",)},
    "E4": {
        registered: (
            "test_e4_a_meter_that_is_declared_elsewhere_is_not_registered",
            "test_e4_a_declaration_that_is_found_later_suspends",
            "test_e4_a_registration_and_a_declaration_never_miss_each_other",
        )
    },
    "E5": {
        measured: ("test_e5_days_outside_the_crediting_period_are_never_monitored",),
        renewed: ("test_e5_a_crediting_period_is_renewed_and_days_between_are_nobodys",),
    },
    "E6": {
        measured: ("test_e6_no_day_is_monitored_twice_and_a_gap_is_printed",),
        periods: ("test_e6_gaps_are_the_days_that_nobody_monitored",),
    },
    "E7": {
        issued: ("test_e7_a_period_over_new_year_is_issued_by_civil_year",),
        periods: ("test_e7_years_are_the_rules_own_and_together_the_result",),
    },
    "E8": {measured: ("test_e8_rows_are_civil_years_the_first_and_the_last_short",)},
    "E9": {
        issued: ("test_e9_a_loss_is_issued_as_nothing_and_set_off_against_the_next",),
        periods: ("test_e9_a_loss_is_owed_and_the_next_periods_make_up_for_it",),
    },
    "E10": {
        lost: (
            "test_e10_a_storm_is_reported_stops_the_issue_and_is_paid_by_the_reserve",
            "test_e10_a_loss_that_was_measured_and_settled_is_lost_once",
        ),
        plots: ("test_e10_a_plot_that_nobody_visited_counts_as_bare",),
    },
    "E11": {
        lost: (
            "test_e11_what_its_owner_did_not_report_the_programme_does",
            "test_e11_five_years_without_a_verification_are_treated_as_a_loss",
            "test_e11_a_loss_that_was_reported_late_stands_on_the_list",
        )
    },
    "E12": {
        lost: (
            "test_e12_what_the_reserve_lacks_is_stated_and_as_many_units_stand_still",
            "test_e12_what_is_for_sale_already_is_not_ordered_either",
        )
    },
    "E13": {periods: ("test_a_positive_opinion_waits_for_every_finding",)},
    "E14": {
        handed: (
            "test_e14_units_stay_and_the_running_period_is_split_by_day",
            "test_e14_the_running_period_is_whose_the_act_names",
        ),
        owners: ("test_e14_the_running_period_is_whose_the_act_says_or_split_by_day",),
    },
    "E15": {
        renewed: ("test_e15_a_renewal_takes_the_version_in_force_and_the_days_before_keep_theirs",)
    },
    "E16": {},
    "E17": {
        issued: ("test_e17_whoever_validated_or_belongs_with_who_did_verifies_nothing",),
        changed: (
            "test_e17_who_validated_a_change_verifies_nothing_and_who_verifies_validates_none",
        ),
    },
    "E18": {measured: ("test_e18_a_table_that_the_engine_does_not_reproduce_is_refused",)},
    "E19": {designs: ("test_e19_areas_follow_from_the_land_and_longitude_stands_first",)},
    "E20": {measured: ("test_e20_the_total_is_of_all_rows",)},
}
HERE = {
    "E13": "test_e13_the_risk_is_stated_once_and_the_engine_reads_it",
    "E16": "test_e16_a_project_of_another_regime_applies_anew",
}


@pytest.mark.parametrize("case", [f"E{number}" for number in range(1, 21)])
def test_each_case_is_shown_by_tests_that_are_there(case: str) -> None:
    shown = [getattr(where, name) for where, names in SHOWN[case].items() for name in names]
    shown += [globals()[HERE[case]]] if case in HERE else []
    assert shown
    assert all(callable(each) for each in shown)


def test_e13_the_risk_is_stated_once_and_the_engine_reads_it(market: Wiring) -> None:
    marsh = Marsh(market)
    marsh.registered()
    period = marsh.grown("2025-01-01", "2026-01-01", "1000")
    path = f"/v1/monitoring-periods/mpd_{period.hex}"
    report = marsh.http.get(f"{path}/report", token=marsh.applicant.token).json["report"]
    stated = report["fixed_parameters"]["risk_percent"]["values"]
    run = report["calculation"]
    assert run["inputs"]["project_parameters"]["risk_percent"]["values"] == stated == "15"
    assert int(run["run"]["results"]["buffer"]) == 150_000_000_000


def test_e16_a_project_of_another_regime_applies_anew(market: Wiring) -> None:
    sunny = Sunny(market)
    sunny.meters = ("C1",)
    said = DeclaredNumber(
        "ccer", "CCER-1", "meter", sunny.issuer, {"meter_id": "C1"}, date(2016, 1, 1)
    )
    sunny.run(declare_elsewhere, declared=[said], declared_by=new_id(), **sunny.ruled)
    refused = sunny.applicant.state(sunny.path, sunny.designed())
    assert refusal(refused) == (409, "DECLARED_ELSEWHERE")
    (found,) = rows(
        sunny.wiring, "select declaration_id from declared_elsewhere where reference = 'CCER-1'"
    )
    named = {"reason": "It left the old regime.", "by": new_id(), **sunny.later}
    sunny.run(withdraw_declaration, found["declaration_id"], **named)
    assert sunny.applicant.state(sunny.path, sunny.designed()).status_code == 201
    table = sunny.table(*[65_652_500_000] * 3)
    sunny.run(state_ex_ante, sunny.project_id, table, by=sunny.owner, **sunny.ruled)
    # By every step, and under a number of its own.
    sunny.registered()
    told = sunny.applicant.get(sunny.path).json
    assert told["number"].startswith("TPH-P2027-")
    assert_books_balance(sunny.wiring)
