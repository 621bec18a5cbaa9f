"""The clock of the programme. In test mode it can be moved forward, never back."""

from __future__ import annotations

import fcntl
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

# Far enough for any expiry or vintage a test wants, near enough for `datetime` to hold.
MOST_SECONDS = 100 * 366 * 86_400


class Clock:
    """Tells the time, in UTC.

    `path` names the file that holds the offset in seconds (test mode), shared by every process of
    the programme: a process sees another's `advance` at its next `now()`. With None (live mode)
    there is only real time.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC) + self.offset()

    def told_by(self, other: datetime) -> datetime:
        """The moment of the programme at which another clock, the database's, tells ``other``."""
        return other + self.offset()

    def real_now(self) -> datetime:
        """The present moment by which tokens live, however far this clock was moved."""
        return datetime.now(UTC)

    def offset(self) -> timedelta:
        """By how much this clock is ahead of real time; read again only when the file changed."""
        if self._path is None:
            return self._offset
        try:
            facts = self._path.stat()
        except FileNotFoundError:
            return timedelta()
        # A replaced file has a new inode, also when both writes fall into one tick of mtime.
        seen = (facts.st_mtime_ns, facts.st_ino)
        if seen != self._seen:
            self._offset = timedelta(seconds=int(self._path.read_text()))
            self._seen = seen
        return self._offset

    def advance(self, seconds: int) -> datetime:
        """Move the clock forward by `seconds` > 0, for every process; returns the new time.

        Raises ValueError in live mode, and for a number that is not between 1 and 100 years.
        """
        if self._path is None:
            raise ValueError("The clock can only be moved in test mode (TANPUHUI_MODE=test).")
        if not 0 < seconds <= MOST_SECONDS:
            raise ValueError("The clock moves forward only: give seconds from 1 to 100 years.")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # One at a time, so that of two advances at the same moment none is lost.
        with self._path.with_name("clock.lock").open("a") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            ahead = int(self.offset().total_seconds()) + seconds
            if ahead > MOST_SECONDS:
                raise ValueError("The clock cannot be more than 100 years ahead of real time.")
            _write(self._path, f"{ahead}\n")
        return self.now()


class StandingClock(Clock):
    """Tells one moment: of a story that is retold, of a run that is to come out the same."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(None)
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def told_by(self, other: datetime) -> datetime:  # noqa: ARG002 - one moment for all
        return self.moment


def _write(path: Path, text: str) -> None:
    """Whole or not at all: readers do not lock."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix="clock-")
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    Path(name).replace(path)
