"""Bars of days, weeks or months, in each the parts one on the other; what is taken back below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from app.shown.pictures import svg

WIDTH, LEFT, TOP, BOTTOM, HEIGHT = 960, 76, 12, 34, 300
ROOM: Final = HEIGHT - TOP - BOTTOM
LEGEND_ROW: Final = 24
# So many dates have room below the axis.
DATES: Final = 8


class BarPart(NamedTuple):
    """A part of a bar: of which series, by its place among them, how much, and what is said."""

    series: int
    amount: int
    said: str


class StackedBar(NamedTuple):
    """A bar: what is written below it, and its parts; negative amounts stand below nought."""

    name: str
    parts: Sequence[BarPart]

    @property
    def up(self) -> int:
        return sum(each.amount for each in self.parts if each.amount > 0)

    @property
    def down(self) -> int:
        return -sum(each.amount for each in self.parts if each.amount < 0)


class Scale(NamedTuple):
    """Where amounts lie: ``top`` and ``bottom`` are the outermost ticks, both counted from 0."""

    step: int
    top: int
    bottom: int

    def y(self, amount: int) -> int:
        return TOP + (self.top - amount) * ROOM // (self.top + self.bottom)


def scale_of(bars: Sequence[StackedBar]) -> Scale:
    """Round ticks around all of them."""
    up = max((each.up for each in bars), default=0)
    down = max((each.down for each in bars), default=0)
    marks = svg.ticks(max(up, down))
    step = marks[1]
    return Scale(step, max(-(-up // step) * step, step), -(-down // step) * step)


def stacked(
    bars: Sequence[StackedBar], series: Sequence[str], told: Sequence[str], summary: str
) -> Markup:
    """The picture; ``told`` are the amounts of the ticks in words, from the lowest one."""
    scale = scale_of(bars)
    parts = []
    for amount, said in zip(tick_amounts(bars), told, strict=True):
        y = scale.y(amount)
        parts += [
            svg.line(LEFT, y, WIDTH, y, "axis" if amount == 0 else "grid"),
            svg.words(LEFT - 8, y + 4, said, "label quiet", anchor="end"),
        ]
    wide = (WIDTH - LEFT) // max(len(bars), 1)
    every = -(-len(bars) // DATES)
    for at, bar in enumerate(bars):
        x = LEFT + at * (WIDTH - LEFT) // len(bars)
        parts += _bar(bar, x, max(wide - 1, 1), scale)
        if at % every == 0:
            parts.append(svg.words(x, HEIGHT - 12, bar.name, "label quiet"))
    parts += _legend(series)
    rows = -(-len(series) // 4)
    return svg.picture(WIDTH, HEIGHT + rows * LEGEND_ROW, summary, parts)


def tick_amounts(bars: Sequence[StackedBar]) -> range:
    """What the ticks stand for, from the lowest one."""
    scale = scale_of(bars)
    return range(-scale.bottom, scale.top + 1, scale.step)


def _bar(bar: StackedBar, x: int, wide: int, scale: Scale) -> list[str]:
    """Parts of one direction stand on each other by their running sums, so that none drifts."""
    drawn, up, down = [], 0, 0
    for part in bar.parts:
        if part.amount > 0:
            low, high = up, up + part.amount
            up = high
        else:
            low, high = down + part.amount, down
            down = low
        top, foot = scale.y(high), scale.y(low)
        if part.amount:
            tall = max(foot - top - 1, 1)
            kind = f"series-{part.series}"
            drawn.append(
                svg.rect(x, top, wide, tall, kind, title=part.said, hatched=part.amount < 0)
            )
    return drawn


def _legend(series: Sequence[str]) -> list[str]:
    drawn = []
    for at, name in enumerate(series):
        x, y = LEFT + at % 4 * 220, HEIGHT + at // 4 * LEGEND_ROW
        drawn += [svg.rect(x, y, 12, 12, f"series-{at}"), svg.words(x + 18, y + 11, name)]
    return drawn
