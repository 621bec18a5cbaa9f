"""What a period is credited, what a verifier may leave, and what every step needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from behaviours.projects.designed import DaySpan
from behaviours.projects.ex_ante import ExAnteSpan, expected_mg
from behaviours.projects.finding import (
    ANSWERED,
    CLOSED,
    FORWARD,
    KEPT,
    RAISED,
    FindingAnswered,
    FindingOpen,
    ProjectFinding,
)
from behaviours.projects.monitoring import (
    OPEN,
    STATES,
    STEPS,
    MonitoringPeriod,
    PeriodRunning,
    PeriodStateConflict,
    ReportOnNotice,
    gaps_between,
)
from behaviours.projects.verification import (
    LARGE,
    MICRO,
    NEGATIVE,
    POSITIVE,
    SMALL,
    MaterialMisstatement,
    NewOpinion,
    OpinionUnfit,
    material_from_mg,
)
from behaviours.projects.vintages import by_civil_year, credited
from behaviours.rules.survey.run import ByVintage

NOW = datetime(2027, 3, 1, tzinfo=UTC)
T = 1_000_000_000
YEAR = DaySpan(date(2026, 1, 1), date(2027, 1, 1))


def a_period(state: str = OPEN) -> MonitoringPeriod:
    ids = UUID(int=1), UUID(int=2)
    return MonitoringPeriod(*ids, 1, *YEAR, {}, {}, state, UUID(int=3), NOW, NOW)


def years(*masses: int) -> list[ByVintage]:
    return [ByVintage(2024 + at, mg) for at, mg in enumerate(masses)]


def masses(found: tuple[ByVintage, ...]) -> list[int]:
    return [each.mg for each in found]


@pytest.mark.parametrize("step", STEPS)
def test_every_step_starts_where_the_table_says_and_nowhere_else(step: str) -> None:
    needs, leads_to, _ = STEPS[step]
    for state in STATES:
        if state in needs:
            assert a_period(state).move(step, now=NOW).state == leads_to
        else:
            with pytest.raises(PeriodStateConflict):
                a_period(state).move(step, now=NOW)


def test_nothing_is_locked_before_its_last_day_is_over() -> None:
    with pytest.raises(PeriodRunning):
        a_period().locked(now=NOW, today=date(2026, 12, 31))
    assert a_period().locked(now=NOW, today=date(2027, 1, 1)).state == "data_locked"


def test_nobody_verifies_what_is_on_notice() -> None:
    noticed = a_period("reported").noticed(date(2027, 3, 10), now=NOW)
    with pytest.raises(ReportOnNotice):
        noticed.seated(UUID(int=9), now=NOW, today=date(2027, 3, 10))
    seated = noticed.seated(UUID(int=9), now=NOW, today=date(2027, 3, 11))
    assert (seated.state, seated.attempt) == ("in_verification", 1)
    again = replace(seated, state="on_notice").seated(UUID(int=8), now=NOW, today=date(2027, 4, 1))
    assert (again.verifier_id, again.attempt) == (UUID(int=8), 2)


def test_e6_gaps_are_the_days_that_nobody_monitored() -> None:
    monitored = [
        DaySpan(date(2026, 3, 1), date(2026, 6, 1)),
        DaySpan(date(2026, 6, 1), date(2026, 7, 1)),
        DaySpan(date(2026, 9, 1), date(2027, 1, 1)),
    ]
    assert gaps_between(monitored, YEAR) == [
        DaySpan(date(2026, 1, 1), date(2026, 3, 1)),
        DaySpan(date(2026, 7, 1), date(2026, 9, 1)),
    ]


def test_e7_years_are_the_rules_own_and_together_the_result() -> None:
    span = DaySpan(date(2024, 7, 1), date(2025, 7, 1))
    told = [ByVintage(2024, 464_819_700_000), ByVintage(2025, 452_893_923_375)]
    assert by_civil_year(span, 917_713_623_375, told) == told
    # A milligram that both years were rounded down by is the last year's.
    assert by_civil_year(span, 917_713_623_376, told)[-1].mg == 452_893_923_376
    # Without years of the rule, by days: 184 and 181 of 365.
    assert by_civil_year(span, 365, []) == [ByVintage(2024, 184), ByVintage(2025, 181)]
    assert by_civil_year(span, -365, []) == [ByVintage(2024, -184), ByVintage(2025, -181)]


def test_e9_a_loss_is_owed_and_the_next_periods_make_up_for_it() -> None:
    # projects.md 5.2, example 3, and 5.3, example 2: never silently nought.
    lost = credited(years(-1_250 * T), deducted_mg=0, owed_mg=0)
    assert (masses(lost.by_year), lost.set_off_mg, lost.deficit_mg) == ([0], 0, 1_250 * T)
    # What is deducted of a loss makes it larger; what was owed before stays owed.
    more = credited(years(-50 * T), deducted_mg=T, owed_mg=1_250 * T)
    assert (more.set_off_mg, more.deficit_mg) == (0, 51 * T)
    part = credited(years(500 * T, 400 * T), deducted_mg=0, owed_mg=1_250 * T)
    assert (masses(part.by_year), part.set_off_mg, part.deficit_mg) == ([0, 0], 900 * T, 0)
    rest = credited(years(300 * T, 400 * T), deducted_mg=0, owed_mg=350 * T)
    assert (masses(rest.by_year), rest.set_off_mg) == ([0, 350 * T], 350 * T)


def test_e9_a_year_with_a_loss_takes_from_the_others() -> None:
    found = credited(years(100 * T, -30 * T, 50 * T), deducted_mg=0, owed_mg=0)
    assert masses(found.by_year) == [70 * T, 0, 50 * T]
    assert found.sum_mg == 120 * T


@pytest.mark.parametrize("deducted", [0, 1, 7, 999_999_999, 120 * T - 1, 120 * T, 120 * T + 1])
@pytest.mark.parametrize("owed", [0, 1, 60 * T, 500 * T])
def test_every_milligram_of_a_period_has_a_place(deducted: int, owed: int) -> None:
    masses_mg = years(100 * T + 3, -30 * T, 50 * T - 3)
    found = credited(masses_mg, deducted_mg=deducted, owed_mg=owed)
    reported = sum(each.mg for each in masses_mg)
    assert reported - deducted == found.sum_mg + found.set_off_mg - found.deficit_mg
    assert min(masses(found.by_year)) >= 0
    assert 0 <= found.set_off_mg <= owed


def test_what_was_expected_is_compared_by_days() -> None:
    rows = [ExAnteSpan(YEAR, 365 * T), ExAnteSpan(DaySpan(date(2027, 1, 1), date(2027, 7, 1)), T)]
    assert expected_mg(rows, DaySpan(date(2026, 12, 1), date(2027, 1, 1))) == 31 * T
    assert expected_mg(rows, DaySpan(date(2026, 12, 31), date(2028, 1, 1))) == 2 * T


def test_thresholds_follow_the_size_of_a_year() -> None:
    # projects.md §4: 14,023.1685 t of a small project: 5 % are 701.158425 t.
    assert material_from_mg(14_023_168_500_000, YEAR, SMALL) == 701_158_425_000
    assert material_from_mg(100 * T, YEAR, MICRO) == 10 * T
    for tonnes, per_mille in ((500_001, 5), (500_000, 10), (300_001, 10), (300_000, 20)):
        assert material_from_mg(tonnes * T, YEAR, LARGE) == tonnes * T * per_mille // 1000
    # Half a year of 300,000 t is a year of 600,000.
    half = DaySpan(date(2026, 1, 1), date(2026, 7, 2))
    assert material_from_mg(300_000 * T, half, LARGE) == 300_000 * T * 5 // 1000


def opinion(**changes: int | str) -> NewOpinion:
    return NewOpinion(POSITIVE, SMALL, 0, 0, "Read.")._replace(**changes)


def test_an_error_that_stays_uncorrected_is_deducted_and_not_material() -> None:
    mg = 14_023_168_500_000
    # 225.01875 t of 14,023.1685: 1.6046 %, deducted in whole.
    found = 225_018_750_000
    opinion(deduction_mg=found, uncorrected_mg=found).check(mg, YEAR, [])
    with pytest.raises(OpinionUnfit):
        opinion(deduction_mg=found - 1, uncorrected_mg=found).check(mg, YEAR, [])
    with pytest.raises(MaterialMisstatement):
        opinion(deduction_mg=mg, uncorrected_mg=701_158_425_001).check(mg, YEAR, [])
    with pytest.raises(OpinionUnfit):
        opinion(verdict=NEGATIVE, deduction_mg=1).check(mg, YEAR, [])


def a_finding(kind: str, state: str = RAISED) -> ProjectFinding:
    ids = UUID(int=1), UUID(int=2)
    return ProjectFinding(*ids, 1, kind, "5b", "Where?", UUID(int=3), NOW, state)


def test_a_positive_opinion_waits_for_every_finding() -> None:
    for state in (RAISED, ANSWERED):
        with pytest.raises(FindingOpen):
            opinion().check(T, YEAR, [a_finding("CAR", state)])
    opinion().check(T, YEAR, [a_finding("CAR", CLOSED), a_finding(FORWARD, KEPT)])
    opinion(verdict=NEGATIVE).check(T, YEAR, [a_finding("CAR")])


def test_a_finding_is_answered_before_it_is_closed_and_only_a_far_is_kept() -> None:
    a_finding("CL").replied(ANSWERED)
    a_finding("CL", ANSWERED).replied(CLOSED)
    a_finding(FORWARD).replied(KEPT)
    for kind, state, reply in (
        ("CL", RAISED, CLOSED),
        ("CAR", ANSWERED, KEPT),
        ("CAR", CLOSED, ANSWERED),
        (FORWARD, KEPT, CLOSED),
    ):
        with pytest.raises(FindingAnswered):
            a_finding(kind, state).replied(reply)
