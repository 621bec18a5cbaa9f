"""Values of a mapping: a text with ``{columns}`` in it, and what is done to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from app.files.refusals import BlankValue, UnreadableNumber, UnreadableTime
from behaviours.civil_time import instant, moments_shown_as

_COLUMN = re.compile(r"\{([^{}]+)\}")
# As many decimals as an action's quantity may have.
_STEP = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class TextValue:
    """``"{card_no}-{equ_no}"``: constants as they stand, columns from the row, blanks refused."""

    template: str
    replace: tuple[tuple[re.Pattern[str], str], ...] = ()

    @property
    def columns(self) -> list[str]:
        """The columns that it reads."""
        return [match[1] for match in _COLUMN.finditer(self.template)]

    def of(self, row: Mapping[str, str], blank: frozenset[str]) -> str:
        def column(match: re.Match[str]) -> str:
            value = row.get(match[1], "").strip()
            if value in blank:
                raise BlankValue(column=match[1])
            return value

        made = _COLUMN.sub(column, self.template)
        for pattern, by in self.replace:
            made = pattern.sub(by, made)
        return made


@dataclass(frozen=True, slots=True)
class TimeValue:
    """A time: its text, its format (None: ISO 8601) and the zone of times that state none."""

    text: TextValue
    format: str | None
    zone: ZoneInfo
    plus: timedelta = timedelta()

    @property
    def columns(self) -> list[str]:
        return self.text.columns

    def of(self, row: Mapping[str, str], blank: frozenset[str]) -> datetime:
        text = self.text.of(row, blank)
        try:
            found = (
                datetime.fromisoformat(text)
                if self.format is None
                else datetime.strptime(text, self.format)  # noqa: DTZ007 - the zone follows
            )
        except ValueError:
            if self.format is None:
                raise UnreadableTime("not_iso", sent=text) from None
            raise UnreadableTime("other_format", sent=text, format=self.format) from None
        # In UTC, because rides are ordered and measured: a zone's own clock is moved twice a year.
        return (self._placed(text, found) if found.tzinfo is None else instant(found)) + self.plus

    def _placed(self, text: str, wall: datetime) -> datetime:
        moments = moments_shown_as(wall, self.zone)
        if len(moments) != 1:
            case = "shown_twice" if moments else "never_shown"
            raise UnreadableTime(case, sent=text, zone=self.zone.key)
        return moments[0]


@dataclass(frozen=True, slots=True)
class NumberValue:
    """A quantity: as the file has it, or ``sum``med over a group's rows, times a factor."""

    text: TextValue
    times: Decimal | None
    is_sum: bool

    @property
    def columns(self) -> list[str]:
        return self.text.columns

    def of(self, rows: Sequence[Mapping[str, str]], blank: frozenset[str]) -> str:
        if not self.is_sum and self.times is None:
            return self.text.of(rows[0], blank)
        total = sum(
            (self._decimal(row, blank) for row in (rows if self.is_sum else rows[:1])), Decimal()
        )
        made = (total * (self.times or 1)).quantize(_STEP, rounding=ROUND_HALF_EVEN)
        plain = f"{made:f}".rstrip("0").rstrip(".")
        return plain or "0"

    def _decimal(self, row: Mapping[str, str], blank: frozenset[str]) -> Decimal:
        text = self.text.of(row, blank)
        try:
            found = Decimal(text)
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite():
            raise UnreadableNumber(sent=text)
        return found
