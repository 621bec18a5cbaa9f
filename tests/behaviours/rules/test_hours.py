"""Hours of the day: a rule for the valley tariff takes what lies in the night, as a whole."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.messages.catalogues import sentence
from behaviours.actions.judgement import InvalidInterval, judge_by
from behaviours.actions.shipped import load_version
from behaviours.document import DocumentError
from behaviours.rules.methodology import Version
from tests.behaviours.builders import EXAMPLES, a_document, an_action
from tests.builders.civil import CHINA

INTERVAL = 'interval: {required: false, most_hours: "24"}'


def a_rule(first: str, last: str) -> Version:
    within = f'within: {{from: "{first}", to: "{last}"}}'
    hours = INTERVAL.replace("}", f", {within}}}")
    # The examples of a document begin at midnight.
    examples = EXAMPLES.format(quantities='mass: "1"', evidence="", saved_mg="2000000")
    return load_version(a_document().replace(INTERVAL, hours), examples, "test/methodology.yaml")


def taken(version: Version, start: str, hours: float | None = None) -> bool:
    at = datetime.fromisoformat(f"2025-03-01T{start}").replace(tzinfo=CHINA)
    action = an_action(
        "x",
        occurred_at=at,
        ended_at=at + timedelta(hours=hours) if hours else None,
        quantities={"mass": "1"},
        evidence={"thing_id": "t"},
    )
    try:
        judge_by(version, action, at.date(), today=at.date() + timedelta(days=2), zone=CHINA)
    except InvalidInterval as refusal:
        return refusal.pointer != "/occurred_at"
    return True


@pytest.mark.parametrize(
    ("start", "hours", "fits"),
    [
        ("22:00", 8, True),
        ("22:00", 8.1, False),
        ("23:30", 2, True),
        ("00:00", 6, True),
        ("05:59", None, True),
        ("06:00", None, False),
        ("12:00", 1, False),
        ("21:59", 1, False),
        ("05:00", 18, False),
    ],
)
def test_a_action_of_the_night_lies_in_one_night(start, hours, fits):
    assert taken(a_rule("22:00", "06:00"), start, hours) is fits


@pytest.mark.parametrize(
    ("start", "hours", "fits"),
    [("00:00", 7, True), ("06:59", None, True), ("07:00", None, False), ("06:30", 1, False)],
)
def test_hours_that_do_not_pass_midnight_are_of_one_day(start, hours, fits):
    assert taken(a_rule("00:00", "07:00"), start, hours) is fits


@pytest.mark.parametrize(
    ("first", "last", "problem"),
    [("22:00", "22:00", "the hours are empty"), ("22", "06:00", "not a time of day"),
     ("24:00", "06:00", "not a time of day")],
)  # fmt: skip
def test_hours_that_are_none_are_refused_where_they_stand(first, last, problem):
    with pytest.raises(DocumentError) as caught:
        a_rule(first, last)
    assert problem in sentence(caught.value)
    assert caught.value.facts["field"].startswith("interval.within")
