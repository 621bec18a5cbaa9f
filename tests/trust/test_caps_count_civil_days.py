"""Caps of a day count the civil day of the programme's place, also of 25 and of 23 hours.

The clocks of New York go back in November and forward in March. A day that was counted by the wall
clock, by 24 hours or in another place would let somebody earn twice at midnight, or not at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.clock import Clock
from app.settings import Settings
from app.usecases.platform.start_programme import start_programme
from app.wiring import Wiring
from behaviours.civil_time import day_ends_at, start_of_day
from behaviours.programme import SHIPPED
from tests.app.recording.conftest import Scene, a_scene
from tests.builders.audit import assert_books_balance
from tests.builders.processes import own_wiring
from tests.builders.programmes import text_stating

NEW_YORK = ZoneInfo("America/New_York")
ONE = timedelta(seconds=1)


class Told(Clock):
    """A clock that tells what it is told to; tokens live by real time."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(None)
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def a_day_of(hours: int) -> date:
    """The day of so many hours in next year's New York."""
    first = date(datetime.now(UTC).year + 1, 1, 1)
    days = (first + timedelta(days=each) for each in range(365))
    return next(each for each in days if length(each) == timedelta(hours=hours))


def length(day: date) -> timedelta:
    return day_ends_at(day, NEW_YORK) - start_of_day(day, NEW_YORK)


@pytest.fixture(name="make")
def _make(
    settings: Settings, fresh_database: str, tmp_path: Path
) -> Iterator[Callable[[datetime], tuple[Scene, Told]]]:
    """A provider with a quota of four actions a day, and its person, at a moment."""
    quotas = '{actions_per_day: "4"}'
    text = text_stating(quotas=quotas).replace("Asia/Shanghai", NEW_YORK.key)
    assert NEW_YORK.key in text
    assert NEW_YORK.key not in SHIPPED.read_text(encoding="utf-8")
    (tmp_path / "programme.yaml").write_text(text, encoding="utf-8")
    made = own_wiring(settings, fresh_database, data_dir=tmp_path)
    made.database.transact(start_programme, made.programmes, now=made.clock.now())

    def scene_at(moment: datetime) -> tuple[Scene, Told]:
        clock = Told(moment)
        wiring: Wiring = replace(made, clock=clock)
        return a_scene(wiring), clock

    yield scene_at
    made.close()


def bags(scene: Scene, at: datetime) -> dict[str, Any]:
    """Nine times with one's own bag at a moment: 45 points of the 100 that a day has."""
    body = scene.body(
        behaviour="own_bag",
        occurred_at=at.isoformat(),
        quantities={"times": "9"},
        evidence={"receipt_no": f"R-{secrets.token_hex(8)}"},
    )
    answer = scene.report(body)
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.json
    assert said["state"] == "quantified", said
    return said


def shift_of(day: date) -> datetime:
    """The instant at which the clocks of the day go back or forward: at two o'clock."""
    return start_of_day(day, NEW_YORK) + timedelta(hours=2)


@pytest.mark.parametrize("hours", [25, 23])
def test_points_of_a_day_are_capped_from_midnight_to_midnight(
    make: Callable[[datetime], tuple[Scene, Told]], hours: int
) -> None:
    day = a_day_of(hours)
    begins, ends = start_of_day(day, NEW_YORK), day_ends_at(day, NEW_YORK)
    scene, clock = make(ends + timedelta(days=1))

    def award(at: datetime) -> tuple[int, str | None]:
        # Each is reported on another day, so that no provider's quota is in the way.
        clock.moment += timedelta(days=1)
        points = bags(scene, at)["points"]
        return points["awarded"], points["limited_by"]

    # Both sides of the shift, of which the wall clock shows the same in the longer day.
    before, after = shift_of(day) - timedelta(minutes=30), shift_of(day) + timedelta(minutes=30)
    if hours == 25:
        shown = [f"{each.astimezone(NEW_YORK):%H:%M}" for each in (before, after)]
        assert shown == ["01:30", "01:30"]
    assert [award(each) for each in (begins, before, after, ends - ONE)] == [
        (45, None), (45, None), (10, "own_bag:per_day"), (0, "own_bag:per_day"),
    ]  # fmt: skip
    assert [award(each) for each in (begins - ONE, ends)] == [(45, None), (45, None)]
    assert_books_balance(scene.wiring)


@pytest.mark.parametrize("hours", [25, 23])
def test_a_quota_of_a_day_ends_at_the_midnight_of_its_place(
    make: Callable[[datetime], tuple[Scene, Told]], hours: int
) -> None:
    day = a_day_of(hours)
    begins, ends = start_of_day(day, NEW_YORK), day_ends_at(day, NEW_YORK)
    scene, clock = make(begins - ONE)

    def reported(at: datetime) -> tuple[str, str | None]:
        """What a ride of three hours before becomes, and from when its points can be spent."""
        clock.moment = at
        occurred = at - timedelta(hours=3, minutes=20 * scene.reported)
        answer = scene.report(scene.body(occurred_at=occurred.isoformat()))
        assert answer.status_code == 201, answer.text
        return answer.json["state"], answer.json["points"]["available_at"]

    assert reported(begins - ONE) == ("quantified", f"{begins:%Y-%m-%dT%H:%M:%SZ}")
    moments = (begins, shift_of(day) - ONE, shift_of(day), ends - 2 * ONE, ends - ONE, ends)
    states, available = zip(*(reported(each) for each in moments), strict=True)
    assert states == (*["quantified"] * 4, "held", "quantified")
    assert set(available[:4]) == {f"{ends:%Y-%m-%dT%H:%M:%SZ}"}
    assert available[5] == f"{day_ends_at(day + timedelta(days=1), NEW_YORK):%Y-%m-%dT%H:%M:%SZ}"
    assert_books_balance(scene.wiring)
