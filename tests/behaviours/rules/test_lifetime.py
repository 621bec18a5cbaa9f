"""What an appliance saves over its life: credited at once, or year by year when each is over."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.judgement import check_times, judge_by
from behaviours.actions.quantify import quantify
from behaviours.actions.reduction import Reduction
from behaviours.actions.refusals import InTheFuture
from behaviours.actions.shipped import load_version
from behaviours.refusal import Refusal
from behaviours.rules.formula_functions import NotEligible
from behaviours.rules.methodology import Version
from tests.behaviours.builders import EXAMPLES, a_document, an_action
from tests.builders.civil import CHINA
from tests.builders.refusals import refuses

# As the guide writes it: the year is the action, and its length weighs what was saved in it.
BY_YEAR = (
    'eligibility:\n  - {name: alive, if: "years_between(bought_on, on) < life", '
    "meaning: Within its life., source: book, grade: official}\n"
)


def by_year() -> Version:
    document = a_document(
        equations={
            "part": ("days / year_length", "1"),
            "ER": ("kwh_a_year * part * EF", "kgCO2e"),
        },
        quantities={"kwh_a_year": "kWh"},
        parameters={
            "EF": ("0.5", "kgCO2e/kWh"),
            "year_length": ("365", "day"),
            "life": ("3", "1"),
        },
        evidence="  bought_on: {meaning: Day of the purchase., type: date}",
        extra=BY_YEAR,
    )
    document = document.replace(
        'required: false, most_hours: "24"', 'required: true, most_hours: "8784"'
    )
    document = document.replace(
        "claims: [{kind: thing, evidence: [thing_id]}]",
        "claims: [{kind: appliance_year, evidence: [thing_id], per: year}]",
    )
    examples = EXAMPLES.format(
        quantities='kwh_a_year: "100"', evidence=", bought_on: 2025-01-01", saved_mg="50000000"
    ).replace("    saved_mg", '    ended_after_hours: "8760"\n    saved_mg')
    return load_version(document, examples, "test/methodology.yaml")


def reported(year: int, begins: date | None = None) -> AcceptedAction | Refusal:
    starts = begins or date(year, 1, 1)
    action = an_action(
        "test_action",
        quantities={"kwh_a_year": "100"},
        evidence={"thing_id": "ac-1", "bought_on": "2023-07-02"},
        # Civil midnight in China.
        occurred_at=datetime(starts.year, starts.month, starts.day, tzinfo=CHINA).astimezone(UTC),
        ended_at=datetime(year + 1, 1, 1, tzinfo=CHINA).astimezone(UTC),
    )
    try:
        return judge_by(by_year(), action, starts, today=date(2030, 1, 1), zone=CHINA)
    except Refusal as refusal:
        return refusal


def credited(accepted: AcceptedAction | Refusal) -> int | Refusal:
    assert isinstance(accepted, AcceptedAction), accepted
    (answer,) = quantify([accepted])
    return answer.saved_mg if isinstance(answer, Reduction) else answer


def test_each_year_of_its_life_is_credited_and_no_year_after():
    assert [credited(reported(year)) for year in (2025, 2026)] == [50_000_000, 50_000_000]
    after = credited(reported(2027))
    assert isinstance(after, NotEligible)


def test_a_year_of_which_it_had_a_part_is_weighed_by_its_days():
    # From 2 July 2024 on: 183 of 365 days.
    part = credited(reported(2024, date(2024, 7, 2)))
    assert part == int(Decimal(100) * 183 / 365 / 2 * 1_000_000)


def test_the_same_appliance_is_claimed_once_a_year():
    keys = []
    for year in (2025, 2025, 2026):
        accepted = reported(year)
        assert isinstance(accepted, AcceptedAction)
        keys.append(accepted.claims[0].value)
    assert keys[0] == keys[1] != keys[2]


def test_a_year_is_not_reported_before_it_is_over():
    """The end of the action is the end of the year, and nothing is recorded before its end."""
    year = an_action(
        "test_action",
        occurred_at=datetime(2026, 1, 1, tzinfo=UTC),
        ended_at=datetime(2027, 1, 1, tzinfo=UTC),
    )
    with refuses(InTheFuture):
        check_times(year, datetime(2026, 12, 31, tzinfo=UTC))
    check_times(year, datetime(2027, 1, 1, tzinfo=UTC))
