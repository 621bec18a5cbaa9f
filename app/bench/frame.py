"""The frame of the bench: cases, the figures they find, and what was promised of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypedDict

from app.bench.ground import Ground


class FigureShown(TypedDict):
    """A figure in the report of a bench."""

    name: str
    median: float
    rounds: list[float]
    unit: str
    at_least: float | None
    at_most: float | None
    holds: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number: the median of interleaved rounds, and what was promised of it.

    ``at_least`` or ``at_most`` is the promise; without either the figure is there to be read.
    """

    name: str
    rounds: tuple[float, ...]
    unit: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def value(self) -> float:
        return median(self.rounds)

    @property
    def holds(self) -> bool:
        """Whether the promise is kept; a figure without a promise always does."""
        if self.at_least is not None:
            return self.value >= self.at_least
        return self.at_most is None or self.value <= self.at_most

    def as_dict(self) -> FigureShown:
        return {
            "name": self.name,
            "median": round(self.value, 4),
            "rounds": [round(one, 4) for one in self.rounds],
            "unit": self.unit,
            "at_least": self.at_least,
            "at_most": self.at_most,
            "holds": self.holds,
        }


def ratio(
    name: str,
    ours: Sequence[float],
    theirs: Sequence[float],
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Figure:
    """One number against another, round by round: what is compared met the same machine."""
    rounds = tuple(one / other for one, other in zip(ours, theirs, strict=True))
    return Figure(name, rounds, "ratio", at_least=at_least, at_most=at_most)


@dataclass(frozen=True, slots=True)
class BenchCase:
    """Something that is measured; ``run`` yields figures as it finds them.

    ``when_named``: it takes so long, or so much room, that it runs only when it is asked for.
    """

    name: str
    title: str
    run: Callable[[Ground], Iterator[Figure]]
    when_named: bool = False
