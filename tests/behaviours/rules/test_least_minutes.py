"""Least duration: what an action takes by its rule when it is sent without an end."""

from __future__ import annotations

import pytest

from app.messages.catalogues import sentence
from behaviours.document import DocumentError
from tests.behaviours.builders import a_document, a_version

INTERVAL = 'interval: {required: false, most_hours: "24"}'


def a_rule(least: str | None) -> int | None:
    said = f', least_minutes: "{least}"' if least else ""
    document = a_document().replace(INTERVAL, INTERVAL.replace("}", f"{said}}}"))
    return a_version(document).told.interval.least_minutes


def test_a_rule_may_say_how_long_an_action_takes_at_least() -> None:
    assert (a_rule("3"), a_rule("1440"), a_rule(None)) == (3, 1440, None)


@pytest.mark.parametrize(
    ("least", "problem"), [("0", "whole number"), ("1.5", "whole number"), ("1441", "whole number")]
)
def test_a_least_duration_is_a_number_of_minutes_within_a_day(least: str, problem: str) -> None:
    with pytest.raises(DocumentError) as caught:
        a_rule(least)
    assert problem in sentence(caught.value)


def test_an_action_cannot_take_at_least_longer_than_at_most() -> None:
    document = a_document().replace(
        INTERVAL, 'interval: {required: false, most_hours: "1", least_minutes: "61"}'
    )
    with pytest.raises(DocumentError) as caught:
        a_version(document)
    assert caught.value.facts["field"] == "interval.least_minutes"
