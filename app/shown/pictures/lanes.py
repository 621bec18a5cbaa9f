"""Lanes over months: since when and until when each version of a thing holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from markupsafe import Markup

from app.shown.pictures import svg
from behaviours.civil_time import months_later

WIDTH, NAMES, ROW, BAR, FOOT = 960, 190, 32, 16, 30
ROOM: Final = WIDTH - NAMES
BEFORE, AFTER = 24, 12


class Lane(NamedTuple):
    """A version: its name, its state, the days it holds (None: without end), what is said of it."""

    name: str
    state: str
    starts_on: date
    ends_on: date | None
    said: str


class MonthWindow(NamedTuple):
    """The months that are shown, from the first day of one up to that of another."""

    first: date
    end: date

    def x(self, day: date) -> int:
        """Where a day stands; what lies outside stands at the edge."""
        whole = (self.end - self.first).days
        return NAMES + min(max((day - self.first).days, 0), whole) * ROOM // whole


def window_around(today: date) -> MonthWindow:
    """Two years before the month of today, and one after it."""
    month = today.replace(day=1)
    return MonthWindow(months_later(month, -BEFORE), months_later(month, AFTER))


def lanes(rows: Sequence[Lane], today: date, summary: str) -> Markup:
    """The picture; a bar that goes on beyond the edge has an arrow there."""
    window = window_around(today)
    parts = []
    foot = len(rows) * ROW + 4
    for at in range(0, BEFORE + AFTER + 1, 6):
        month = months_later(window.first, at)
        x = window.x(month)
        anchor = "end" if at == BEFORE + AFTER else "start"
        parts += [
            svg.line(x, 0, x, foot, "grid"),
            svg.words(x, foot + 18, f"{month:%Y-%m}", "label quiet", anchor=anchor),
        ]
    for at, row in enumerate(rows):
        parts += _lane(row, at * ROW + 8, window)
    x = window.x(today)
    parts.append(svg.line(x, 0, x, foot, "now"))
    return svg.picture(WIDTH, foot + FOOT, summary, parts)


def _lane(row: Lane, y: int, window: MonthWindow) -> list[str]:
    left = window.x(row.starts_on)
    right = window.x(row.ends_on) if row.ends_on else WIDTH
    named = svg.words(0, y + 13, svg.shortened(row.name, NAMES - 8))
    wide = max(right - left, 2)
    # A version that begins after the window is a mark at its edge.
    bar = svg.rect(min(left, WIDTH - 2), y, wide, BAR, f"lane-{row.state}", title=row.said)
    goes_on = row.ends_on is None or row.ends_on > window.end
    arrow = [svg.words(WIDTH - 4, y + 13, "▸", "label", anchor="end")] if goes_on else []
    came = [svg.words(left + 4, y + 13, "◂")] if row.starts_on < window.first else []
    return [named, bar, *came, *arrow]
