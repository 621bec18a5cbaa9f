"""Numbers and moments as pages show them: every amount is an integer, and none is rounded up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from behaviours.rules.units import kg
from rewards.ledger.money import yuan

_MG_PER_G: Final = 1_000
_MG_PER_KG: Final = 1_000_000
_MG_PER_T: Final = 1_000_000_000
_SHORT: Final = 10
_MONTHS: Final = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]


@dataclass(frozen=True)
class Figures:
    """Numbers in one language, moments by one zone."""

    language: str
    zone: ZoneInfo

    def mass(self, mg: int | str) -> str:
        """What a person reads: below 1 kg whole grams, below 1 t kg with two places, then t.

        ``≈`` stands before what is not exact; halves are rounded away from zero.
        """
        whole = int(mg)
        size = abs(whole)
        if size < _MG_PER_KG:
            unit, places, of, name = _MG_PER_G, 0, 1, self._unit("g")
        elif size < _MG_PER_T:
            unit, places, of, name = _MG_PER_KG, 2, 100, self._unit("kg")
        else:
            unit, places, of, name = _MG_PER_T, 2, 100, self._unit("t")
        parts, rest = divmod(size * of, unit)
        shown = parts + (2 * rest >= unit)
        number = f"{shown // of:,}" + (f".{shown % of:0{places}d}" if places else "")
        return f"{'≈ ' if rest else ''}{'-' if whole < 0 else ''}{number} {name}"

    def tonnes(self, whole: int) -> str:
        """Units, which are whole tonnes."""
        return f"{whole:,} {self._unit('t')}"

    def kilograms(self, mg: int | str) -> str:
        """What a desk reads: kilograms with six places, exactly."""
        return f"{_thousands(kg(int(mg)))} {self._unit('kg')}"

    def points(self, points: int | str) -> str:
        """Whole points."""
        return f"{int(points):,} {'分' if self._is_chinese else 'pts'}"

    def money(self, fen: int | str) -> str:
        """Fen as yuan: ``¥12.30``."""
        told = _thousands(yuan(int(fen)))
        return f"-¥{told[1:]}" if told.startswith("-") else f"¥{told}"

    def number(self, count: int | str) -> str:
        """A whole number with its thousands apart."""
        return f"{int(count):,}"

    def moment(self, at: str) -> str:
        """To the minute: ``2026-11-25 18:46``, in English ``25 Nov 2026, 18:46``."""
        civil = datetime.fromisoformat(at).astimezone(self.zone)
        if self._is_chinese:
            return f"{civil:%Y-%m-%d %H:%M}"
        return f"{civil.day} {_MONTHS[civil.month - 1]} {civil.year}, {civil:%H:%M}"

    def short_id(self, whole: str) -> str:
        """The kind and four of its digits, and the last six."""
        kind, mark, rest = whole.rpartition("_")
        return f"{kind}{mark}{rest[:4]}…{rest[-6:]}" if len(rest) > _SHORT else whole

    def grouped_hash(self, digest: str) -> str:
        """A hash in groups of eight."""
        return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))

    @property
    def _is_chinese(self) -> bool:
        return self.language == "zh-CN"

    def _unit(self, name: str) -> str:
        return {"g": "克", "kg": "千克", "t": "吨"}[name] if self._is_chinese else name


def _thousands(decimal: str) -> str:
    whole, point, rest = decimal.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-')):,}{point}{rest}"
