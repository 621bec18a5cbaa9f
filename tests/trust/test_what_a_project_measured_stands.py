"""What a project expects is reproduced, what it measured is never changed, and no day counts twice.

The numbers of the tests' names are those of projects.md, §7.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.store.database import Connection
from app.store.projects.measurements import current_measurements
from app.store.projects.periods import find_period
from app.usecases.projects.lock_period import lock_period
from app.usecases.projects.state_ex_ante import state_ex_ante
from app.wiring import Wiring
from behaviours.projects.designed import DaySpan
from behaviours.projects.ex_ante import ExAnteNotReproduced, ExAnteStands, ExAnteUnfit, NewExAnte
from behaviours.projects.measurement import SUBSTITUTED, MeasuredBefore, MeasurementUnfit
from behaviours.projects.monitoring import (
    MonitoringPeriod,
    PeriodOutside,
    PeriodOverlaps,
    PeriodStateConflict,
)
from behaviours.projects.plausible import SurveyImplausible
from behaviours.refusal import Refusal
from tests.builders.at_once import at_once
from tests.builders.held import while_held
from tests.builders.market import rows
from tests.builders.monitored import Sunny, days

SPAN = days("2024-07-01", "2025-01-01")
HALF = {"export": {"M1.2024": "410250", "M2.2024": "205125", "M3.2024": "98750"}}
# 300 MWh at 0.656525 t.
YEAR_MG = 196_957_500_000


@pytest.fixture
def designed(wiring: Wiring) -> Sunny:
    return Sunny(wiring)


@pytest.fixture
def sunny(designed: Sunny) -> Sunny:
    designed.expected()
    designed.registered()
    return designed


def state(project: Sunny, said: NewExAnte) -> None:
    project.run(state_ex_ante, project.project_id, said, by=project.owner, **project.ruled)


def kept(project: Sunny, period_id: UUID) -> MonitoringPeriod:
    found = project.run(find_period, period_id)
    assert isinstance(found, MonitoringPeriod)
    return found


def test_e8_rows_are_civil_years_the_first_and_the_last_short(designed: Sunny) -> None:
    forty = days("2027-08-18", "2067-08-18").by_year()
    assert (len(forty), forty[0].days, forty[-1].days) == (41, 136, 229)
    assert sum(each.days for each in forty) == (date(2067, 8, 18) - date(2027, 8, 18)).days
    # Two and a half years: a short row and two whole ones.
    said = designed.table(*[YEAR_MG] * 3)
    with pytest.raises(ExAnteUnfit):
        state(designed, said._replace(rows=said.rows[:2]))
    merged = said.rows[1]._replace(span=DaySpan(said.rows[1].span.starts_on, date(2027, 1, 1)))
    with pytest.raises(ExAnteUnfit):
        state(designed, said._replace(rows=(said.rows[0], merged)))
    state(designed, said)
    found = rows(
        designed.wiring,
        "select ends_before - starts_on as days, saved_mg from ex_ante_row"
        " where project_id = :id order by starts_on",
        id=designed.project_id,
    )
    assert [tuple(each.values()) for each in found] == [(n, YEAR_MG) for n in (184, 365, 365)]
    # The same again changes nothing; another one would need another design.
    state(designed, said)
    with pytest.raises(ExAnteStands):
        state(designed, designed.table(*[YEAR_MG * 2] * 3, kwh="200000"))


def test_e18_a_table_that_the_engine_does_not_reproduce_is_refused(designed: Sunny) -> None:
    with pytest.raises(ExAnteNotReproduced) as refused:
        state(designed, designed.table(YEAR_MG, YEAR_MG + 1, YEAR_MG))
    assert (refused.value.case, refused.value.pointer) == ("row", "/rows/1/saved_mg")
    assert refused.value.facts["computed_mg"] == str(YEAR_MG)
    # 400 kW run 8,760 h at most: 3,504 MWh a year and meter.
    with pytest.raises(SurveyImplausible) as impossible:
        state(designed, designed.table(*[YEAR_MG * 50] * 3, kwh="5000000"))
    assert impossible.value.case == "capacity"


def test_e20_the_total_is_of_all_rows(designed: Sunny) -> None:
    with pytest.raises(ExAnteNotReproduced) as refused:
        state(designed, designed.table(*[YEAR_MG] * 3, total_mg=YEAR_MG))
    assert refused.value.case == "total"
    assert refused.value.facts["computed_mg"] == str(3 * YEAR_MG)


def test_e5_days_outside_the_crediting_period_are_never_monitored(sunny: Sunny) -> None:
    for starts_on, ends_before in (("2024-06-30", "2024-12-31"), ("2026-07-01", "2027-01-02")):
        with pytest.raises(PeriodOutside) as refused:
            sunny.open(starts_on, ends_before)
        assert refused.value.case == "outside"
    with pytest.raises(PeriodOutside):
        sunny.open("2025-01-01", "2025-01-01")


def test_e6_no_day_is_monitored_twice_and_a_gap_is_printed(sunny: Sunny) -> None:
    first = sunny.open("2024-07-01", "2024-10-01")
    for starts_on, ends_before in (("2024-09-30", "2025-01-01"), ("2024-07-01", "2024-07-02")):
        with pytest.raises(PeriodOverlaps):
            sunny.open(starts_on, ends_before)
    second = sunny.open("2024-10-11", "2025-01-01")
    # The table itself refuses it, whoever writes.
    with pytest.raises(IntegrityError), sunny.wiring.database.engine.begin() as connection:
        connection.execute(
            text("update monitoring_period set starts_on = '2024-09-30' where period_id = :id"),
            {"id": second},
        )
    span = days("2024-10-11", "2025-01-01")
    sunny.measure(second, sunny.measured(span, HALF))
    sunny.lock(second)
    content = sunny.report(second).content
    assert content["basic"]["unmonitored_before"] == [{"from": "2024-10-01", "to": "2024-10-11"}]
    assert kept(sunny, first).state == "open"


def test_two_open_the_same_days_at_once_and_one_has_them(sunny: Sunny) -> None:
    answers = at_once([partial(sunny.open, "2025-01-01", f"2025-0{n}-01") for n in (3, 4, 5)])
    assert sum(isinstance(each, UUID) for each in answers) == 1
    assert {each.code for each in answers if isinstance(each, Refusal)} == {"PERIOD_OVERLAPS"}


def test_a_correction_names_the_value_before_it_and_both_stay(sunny: Sunny) -> None:
    period = sunny.open("2024-07-01", "2025-01-01")
    said = sunny.measured(SPAN, HALF)
    made = sunny.measure(period, said)
    exported = next(each for each in made if (each.parameter, each.key) == ("export", "M1.2024"))
    again = next(each for each in said if (each.parameter, each.key) == ("export", "M1.2024"))
    with pytest.raises(MeasuredBefore) as refused:
        sunny.measure(period, [again])
    assert refused.value.case == "cell"
    corrected = again._replace(value="400000", supersedes=exported.measurement_id)
    with pytest.raises(MeasurementUnfit) as unsaid:
        sunny.measure(period, [corrected])
    assert unsaid.value.case == "reason"
    corrected = corrected._replace(reason="The reading was mistyped.")
    answers = at_once([partial(sunny.measure, period, [corrected])] * 3)
    assert sum(isinstance(each, list) for each in answers) == 1
    assert {each.code for each in answers if isinstance(each, Refusal)} == {"MEASURED_BEFORE"}
    counts = {(e.parameter, e.key): e.value for e in sunny.run(current_measurements, period)}
    assert counts["export", "M1.2024"] == "400000"
    with pytest.raises(DBAPIError), sunny.wiring.database.engine.begin() as connection:
        connection.execute(text("update measurement set value = '0' where period_id = :id"),
                           {"id": period})  # fmt: skip


def test_a_value_that_comes_beside_the_lock_is_refused(sunny: Sunny) -> None:
    period = sunny.open("2024-07-01", "2025-01-01")
    said = sunny.measured(SPAN, HALF)
    made = sunny.measure(period, said)
    late = said[0]._replace(
        value="1", supersedes=made[0].measurement_id, reason="Late.", quality=SUBSTITUTED
    )

    def refused() -> str:
        try:
            sunny.measure(period, [late])
        except PeriodStateConflict as refusal:
            return refusal.code
        return "taken"

    def lock(connection: Connection) -> None:
        named = {**sunny.ruled, **sunny.zoned}
        lock_period(connection, period, by=sunny.owner, **named)

    assert while_held(sunny.wiring.database, lock, refused) == "PERIOD_STATE_CONFLICT"
    assert kept(sunny, period).state == "data_locked"


def test_more_than_the_plant_can_make_is_not_locked(sunny: Sunny) -> None:
    period = sunny.open("2024-07-01", "2025-01-01")
    # 400 kW for 184 days: 1,766.4 MWh.
    sunny.measure(period, sunny.measured(SPAN, {"export": {"M1.2024": "1766401"}}))
    with pytest.raises(SurveyImplausible) as refused:
        sunny.lock(period)
    assert (refused.value.case, refused.value.facts["meter"]) == ("capacity", "M1")


def test_what_is_missing_is_printed_and_never_filled(sunny: Sunny) -> None:
    period = sunny.open("2024-07-01", "2025-01-01")
    said = [
        each
        for each in sunny.measured(SPAN, HALF)
        if (each.parameter, each.key) != ("export", "M3.2024")
    ]
    short = said[0]._replace(span=DaySpan(date(2024, 7, 11), SPAN.ends_before))
    sunny.measure(period, [short, *said[1:]])
    # The equation reads the missing cell: nothing comes out until a value is stated for it.
    with pytest.raises(Refusal):
        sunny.lock(period)
    gone = next(each for each in sunny.measured(SPAN, HALF) if each.key == "M3.2024")
    zero = gone._replace(value="0", quality=SUBSTITUTED, reason="The logger was stolen.")
    sunny.measure(period, [zero])
    sunny.lock(period)
    monitored = sunny.report(period).content["monitored"]
    assert monitored["gaps"] == [
        {"parameter": said[0].parameter, "key": said[0].key, "from": "2024-07-01",
         "to": "2024-07-11"}
    ]  # fmt: skip
    assert monitored["substitutions"] == [
        {"parameter": "export", "key": "M3.2024", "reason": "The logger was stolen."}
    ]
    # No instrument of this project was ever calibrated.
    assert {each["key"] for each in monitored["uncalibrated"]} >= {"M1.2024", "M2.2024"}
