"""Random actions over every rule that can be used: the programme and the oracle agree.

``ORACLE_ACTIONS`` says how many; a million are compared by ``python -m tests.oracle.compare``.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from decimal import Decimal

from behaviours.actions.shipped import METHODOLOGIES_FOLDER, load_rulebook
from tests.oracle.compare import EXACT_FROM, compare, oracle, pairs, programme
from tests.oracle.rules import OracleRule, Question, document_at

COUNT = int(os.environ.get("ORACLE_ACTIONS", "20000"))


def test_the_programme_and_the_oracle_differ_by_nothing():
    outcome = compare(COUNT)
    assert outcome.differences == []
    assert outcome.compared == COUNT
    assert outcome.by_rule.keys() == {version.label for version, _ in pairs()}
    # Most of them are of use: they save something, and some are refused for each reason.
    assert outcome.saved > COUNT / 2
    assert {"NO_FACTOR_FOR_AREA", "NOT_ELIGIBLE"} <= outcome.refused.keys()


def test_a_difference_of_one_figure_is_found():
    """The comparison can fail: a rule read with another factor saves something else."""
    version = load_rulebook().version("bj.low_carbon_travel", "2024")
    document = document_at(METHODOLOGIES_FOLDER / "bj/metro_ride/2024")
    asked = Question({"trips": "3"}, {"ride_id": "r"}, "CN-44", date(2026, 3, 1), date(2026, 3, 1))
    assert programme(version, asked) == oracle(OracleRule(document), asked)
    figure = document["parameters"]["EF_trip"]["values"][0]
    figure["value"] = str(Decimal(figure["value"]) + Decimal("0.000001"))
    assert programme(version, asked) != oracle(OracleRule(document), asked)


def test_what_a_division_loses_in_its_last_digit_costs_no_milligram():
    """Seven kilometres on 0.085 / 0.42 kWh at 0.4419, by the rule of old and on either day."""
    version = load_rulebook().version("csae.ev_distance", "2021-2")
    rule = OracleRule(document_at(METHODOLOGIES_FOLDER / "csae/ev_distance/2021-2"))
    lost = 0
    for kilometres in range(1, 400):
        asked = Question(
            {"distance_km": str(kilometres)},
            {"vin": "LSVAA4182E2000001"},
            "CN-44",
            EXACT_FROM,
            EXACT_FROM,
        )
        exact = oracle(rule, asked)
        assert programme(version, asked) == exact
        before = asked._replace(
            on=EXACT_FROM - timedelta(days=1), recorded_on=EXACT_FROM - timedelta(days=1)
        )
        # Of the day before a recorded milligram stays: one less where the exact sum is whole.
        old = programme(version, before)
        assert isinstance(old, int)
        assert isinstance(exact, int)
        assert exact - old in {0, 1}
        if old != exact:
            assert rule.exact_mg(before) == exact
            lost += 1
    assert lost
