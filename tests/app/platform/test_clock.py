"""The clock: real time, or ahead of it in test mode; never back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.clock import Clock


def test_a_new_clock_tells_real_time_in_utc(tmp_path: Path) -> None:
    before = datetime.now(UTC)
    now = Clock(tmp_path / "clock").now()
    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta()


def test_every_process_sees_an_advance(tmp_path: Path) -> None:
    ours, theirs = Clock(tmp_path / "clock"), Clock(tmp_path / "clock")
    theirs.now()
    ours.advance(86_400)
    ours.advance(60)
    assert theirs.offset() == timedelta(days=1, minutes=1)
    assert theirs.now() - datetime.now(UTC) > timedelta(days=1)


@pytest.mark.parametrize("seconds", [0, -1, 10**10])
def test_it_moves_forward_only_and_not_out_of_the_calendar(tmp_path: Path, seconds: int) -> None:
    clock = Clock(tmp_path / "clock")
    with pytest.raises(ValueError, match="forward only"):
        clock.advance(seconds)
    assert not (tmp_path / "clock").exists()


def test_many_advances_stay_inside_the_calendar(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock")
    clock.advance(99 * 366 * 86_400)
    with pytest.raises(ValueError, match="100 years ahead"):
        clock.advance(99 * 366 * 86_400)


def test_in_live_mode_there_is_only_real_time() -> None:
    clock = Clock(None)
    with pytest.raises(ValueError, match="test mode"):
        clock.advance(60)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)


def test_no_advance_is_lost_when_many_come_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: Clock(tmp_path / "clock").advance(1), range(40)))
    assert Clock(tmp_path / "clock").offset() == timedelta(seconds=40)
