"""The audit sees an action that was counted by a figure before two people had signed it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from app.settings import Settings
from app.store.audit.supplied import SUPPLIED_VALUES
from app.wiring import Wiring
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.methodologies import Office
from tests.builders.series import GUANGDONG, NOW, processes, published, report


@pytest.fixture
def process(settings: Settings, fresh_database: str) -> Iterator[Callable[..., Wiring]]:
    yield from processes(settings, fresh_database)


def test_an_action_that_is_older_than_the_signatures_of_its_figure_is_named(process):
    office = Office(process())
    (value_id,) = published(office, GUANGDONG)
    action = report(office, NOW).json["id"]
    shown = office.send("GET", f"/v1/actions/{action}/calculation", by="operator").json
    assert [each["id"] for each in shown["supplied"]] == [value_id]
    assert_books_balance(office.wiring)
    name, log = SUPPLIED_VALUES.name, "log_signatures"
    assert name == "supplied_values"
    later = "signed_at = signed_at + interval '1 hour'"
    ours = "subject_kind = 'series_value'"
    # Whoever signs stands in the log, too; a figure that is gone cannot be computed with again.
    assert_each_is_seen(
        office.wiring,
        {
            f"update signature set {later} where {ours}": [name, log],
            f"update signature set {later} where {ours} and role = 'authority'": [name, log],
            f"delete from signature where {ours} and role = 'authority'": [name, log],
            "update series_value set holds_from = holds_from + 30": [name],
            "update series_value set data_year = data_year - 1": [name],
        },
    )
