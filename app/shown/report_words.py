"""How a report writes its amounts: every digit that its JSON has, in the unit that people read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol


class Words(Protocol):
    """The messages of one language by their keys."""

    def __call__(self, key: str, *, facts: Mapping[str, object] | None = None) -> str:
        """The message with its facts filled in."""


def in_t(mg: str | int) -> str:
    """Milligrams as tonnes, to the last digit."""
    return f"{plain(tonnes(mg))} t CO2e"


def tonnes(mg: str | int) -> Decimal:
    """Milligrams as tonnes."""
    return Decimal(mg).scaleb(-9)


def area(m2: int) -> str:
    """Square metres as hectares, to the last digit."""
    return f"{plain(Decimal(m2).scaleb(-4))} ha"


def per_cent(ppm: int) -> str:
    """Millionths as per cent, to the last digit."""
    return f"{plain(Decimal(ppm).scaleb(-4))} %"


def plain(number: Decimal | str) -> str:
    """A number without noughts that say nothing, to the last digit."""
    written = f"{Decimal(number):f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def last_day(days: Any) -> str:
    """The last of some days, of which ``to`` is the one after."""
    return (date.fromisoformat(days["to"]) - timedelta(days=1)).isoformat()


def span_of(days: Any) -> str:
    """The first and the last of some days."""
    return f"{days['from']} – {last_day(days)}"


def keyed(key: Sequence[str]) -> str:
    """The key of a cell; a plain number has none."""
    return ".".join(key) or "–"


def united(value: str, unit: str) -> str:
    """A value with its unit; a plain ratio has none."""
    return plain(value) if unit == "1" else f"{plain(value)} {unit}"
