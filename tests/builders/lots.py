"""Lots for tests of points: by days from one moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from rewards.points.lots import Lot

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def lot(number: int, remaining: int, *, opens: int = -10, closes: int = 10) -> Lot:
    """A lot by days from now."""
    return Lot(
        UUID(int=number), NOW + timedelta(days=opens), NOW + timedelta(days=closes), remaining
    )


@st.composite
def some_lots(draw: st.DrawFn) -> list[Lot]:
    size = draw(st.integers(0, 8))
    lots = []
    for number in range(size):
        opens = draw(st.integers(-20, 5))
        closes = draw(st.integers(opens + 1, 25))
        lots.append(lot(number, draw(st.integers(0, 100)), opens=opens, closes=closes))
    return lots
