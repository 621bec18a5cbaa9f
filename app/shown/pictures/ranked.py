"""Bars in order of length, one below the other, each with its name and its number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from app.shown.pictures import svg

WIDTH, ROW, BAR, NAMES, NUMBERS = 720, 30, 18, 150, 130
ROOM: Final = WIDTH - NAMES - NUMBERS


class RankedBar(NamedTuple):
    """A row: its name, its amount, and the amount as it is told."""

    name: str
    amount: int
    told: str


def ranked(bars: Sequence[RankedBar], summary: str) -> Markup:
    """The longest first; bars start at nought, and what is below it is hatched to the left."""
    rows = sorted(bars, key=lambda each: (-each.amount, each.name))
    most = max((each.amount for each in rows), default=0)
    least = min((each.amount for each in rows), default=0)
    span = max(most, 0) - min(least, 0)
    zero = NAMES + svg.scaled(-min(least, 0), ROOM, span)
    parts = []
    for at, each in enumerate(rows):
        y = at * ROW + 4
        wide = max(svg.scaled(abs(each.amount), ROOM, span), 1 if each.amount else 0)
        left = zero if each.amount >= 0 else zero - wide
        parts += [
            svg.words(0, y + 14, svg.shortened(each.name, NAMES - 8)),
            svg.rect(
                left,
                y,
                wide,
                BAR,
                "series-0",
                title=f"{each.name}: {each.told}",
                hatched=each.amount < 0,
            ),
            svg.words(
                zero + (wide if each.amount >= 0 else 0) + 6, y + 14, each.told, "label quiet"
            ),
        ]
    parts.append(svg.line(zero, 0, zero, len(rows) * ROW, "axis"))
    return svg.picture(WIDTH, max(len(rows), 1) * ROW + 4, summary, parts)
