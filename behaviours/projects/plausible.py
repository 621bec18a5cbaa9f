"""What cannot be: more electricity than a plant can make, more growth than land has ever shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from behaviours.projects.design import METERS
from behaviours.projects.designed import DaySpan, DesignFacts, civil_year
from behaviours.projects.surveyed import rule_of
from behaviours.refusal import Conflict
from behaviours.rules.methodology import Version
from behaviours.rules.survey.run import SurveyRun
from behaviours.rules.survey_rule import Survey
from behaviours.rules.units import parse_unit

# Three times a planted forest of Guangdong (15.15 t/ha/yr, forestry.gov.cn 2021-02-02, official);
# a stock that was entered as a yearly change came to 92 (projects.md E18). The bound is our own.
MOST_T_PER_HA_YEAR: Final = 45
_MG_PER_T: Final = 1_000_000_000
_M2_PER_HA: Final = 10_000
_DAYS, _HOURS, _W_PER_KW = 365, 24, 1000
_KWH: Final = parse_unit("kWh")


class SurveyImplausible(Conflict):
    """A figure that cannot be: ``capacity``: more than the plant makes when it always runs;
    ``growth``: more by hectare and year than land has shown."""

    cases = ("capacity", "growth")


def check_plausible(version: Version, facts: DesignFacts, survey: Survey, run: SurveyRun) -> None:
    """Raises SurveyImplausible for the first figure that cannot be."""
    _check_meters(version, facts, survey)
    _check_growth(facts, survey, run)


def _check_meters(version: Version, facts: DesignFacts, survey: Survey) -> None:
    rule = rule_of(version)
    plants = {each.number: each for each in facts.meters}
    span = DaySpan(survey.starts_on, survey.ends_on)
    for name, quantity in rule.quantities.items():
        if METERS not in quantity.sets or not quantity.unit.fits(_KWH):
            continue
        scale = quantity.unit.factor_to(_KWH)
        for keys, value in survey.quantities[name].items():
            told = dict(zip(quantity.sets, keys, strict=True))
            plant = plants[told[METERS]]
            year = told.get(rule.years) if rule.years else None
            within = span.within(civil_year(int(year))) if year else span
            most = plant.capacity_w * _running_days(within, plant.connected_on) * _HOURS
            if value * scale.numerator * _W_PER_KW > Decimal(most) * scale.denominator:
                raise SurveyImplausible(
                    "capacity",
                    name=name,
                    key=".".join(keys),
                    value=f"{value:f}",
                    meter=plant.number,
                )


def _running_days(span: DaySpan, connected_on: date) -> int:
    return span.within(DaySpan(connected_on, date.max)).days


def _check_growth(facts: DesignFacts, survey: Survey, run: SurveyRun) -> None:
    days = (survey.ends_on - survey.starts_on).days
    most = MOST_T_PER_HA_YEAR * _MG_PER_T * facts.area_m2 * days
    if facts.area_m2 and run.mg * _M2_PER_HA * _DAYS > most:
        raise SurveyImplausible("growth", most=MOST_T_PER_HA_YEAR, area_m2=facts.area_m2)
