"""TaskRun: what a task function is given, and how it reports that it is alive."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from behaviours.json_value import JsonObject

# Two writes a second are enough for any reader.
REPORT_EVERY_S = 0.5


def _silent(_done: int, _total: int | None) -> None:
    """Nobody listens: a task function called by hand."""


@dataclass(slots=True)
class TaskRun:
    """One attempt at a task.

    ``report(done, total)`` is called at most twice a second; it may raise LeaseLost, which the
    task function lets through. ``done`` and ``total`` are the last that was reported.
    """

    task_id: UUID
    subject_id: UUID | None
    arguments: JsonObject
    attempt: int = 1
    report: Callable[[int, int | None], None] = _silent
    done: int = 0
    total: int | None = None
    _reported_at_s: float = field(default=float("-inf"), repr=False)

    def progress(self, done: int, total: int | None = None) -> None:
        """Report how far the work is, as often as is convenient: after every chunk."""
        self.done, self.total = done, total
        now_s = time.monotonic()
        if now_s - self._reported_at_s >= REPORT_EVERY_S:
            self._reported_at_s = now_s
            self.report(done, total)
