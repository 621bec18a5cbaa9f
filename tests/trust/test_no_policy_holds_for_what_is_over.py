"""The audit sees a points policy that holds for days that were over when it was signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from app.clock import StandingClock
from app.settings import Settings
from app.store.audit.policies import PUBLISHED_BEFORE
from app.wiring import Wiring
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.methodologies import Office
from tests.builders.points_policies import policy, published
from tests.builders.series import NOW, TODAY, processes, report

NEXT = TODAY + timedelta(days=30)


@pytest.fixture
def process(settings: Settings, fresh_database: str) -> Iterator[Callable[..., Wiring]]:
    yield from processes(settings, fresh_database)


def test_a_policy_that_was_signed_after_what_it_pays_is_named(
    process: Callable[..., Wiring],
) -> None:
    wiring = process()
    published(Office(wiring), policy(NEXT, {"hold_days": 2}))
    later = Office(replace(wiring, clock=StandingClock(NOW + timedelta(days=31))))
    assert report(later, NOW + timedelta(days=31)).json["points"]["awarded"] > 0
    assert_books_balance(later.wiring)
    name, log = PUBLISHED_BEFORE.name, "log_signatures"
    assert name == "points_policies"
    ours = "subject_kind = 'points_policy'"
    # Whoever signs stands in the log, too.
    assert_each_is_seen(
        later.wiring,
        {
            f"update signature set signed_at = signed_at + interval '40 days' where {ours}": [
                name,
                log,
            ],
            f"update signature set verb = verb || '0' where {ours}": [name, log],
            "update points_policy set in_force_from = in_force_from - 30": [name],
            "update points_policy set digest = '\\x00'": [name],
        },
    )
