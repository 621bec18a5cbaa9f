"""Values of a mapping: a text with ``{columns}`` in it, and what is done to it.

One idea of a text, an id and a time for every kind of file, and the same that the API has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from behaviours.civil_time import day_ends_at, instant, moments_shown_as
from behaviours.file_refusals import BlankValue, SpreadsheetNumber, UnreadableText, UnreadableTime
from behaviours.files.limits import VALUE_CHARACTERS

_COLUMN = re.compile(r"\{([^{}]+)\}")
# What a spreadsheet makes of a long number: its last digits are gone, or a point stands behind it.
_SPOILT = re.compile(r"[0-9](\.[0-9]+)?[Ee]\+[0-9]+|[0-9]\.[0-9]+[Ee][0-9]+", re.ASCII)
_POINTED = re.compile(r"[0-9]+\.0+", re.ASCII)
_LONG_POINTED = re.compile(r"[0-9]{9,}\.0+", re.ASCII)
# What a text is: one that tells people or events apart, a number, or any other.
ID, NUMBER, OTHER = "id", "number", "other"
# The end of a day, as meters write it; no clock shows it, so it can mean nothing else.
_MIDNIGHT = re.compile(r"(?<![0-9:])24:00(:00(\.0+)?)?(?![0-9:])", re.ASCII)
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?P<clock>[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})?)?",
    re.ASCII,
)
# As everywhere in the API; what lies outside overflows what is reckoned from it.
YEARS = range(1900, 3000)
_INVISIBLE = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})


class Pattern(Protocol):
    """A compiled pattern of the linear-time engine."""

    def sub(self, repl: str, text: str) -> str: ...


def plain(text: str) -> str:
    """A cell without the space and the invisible characters around it."""
    if text.isascii() and text.isprintable():
        return text.strip()
    first, end = 0, len(text)
    while first < end and _is_nothing(text[first]):
        first += 1
    while end > first and _is_nothing(text[end - 1]):
        end -= 1
    return text[first:end]


def is_seen(text: str) -> bool:
    """Whether a text has only characters that somebody can see, and spaces."""
    return not any(unicodedata.category(character) in _INVISIBLE for character in text)


def _is_nothing(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) == "Cf"


@dataclass(frozen=True, slots=True)
class TextValue:
    """``"{card_no}-{equ_no}"``: constants as they stand, columns from the row, blanks refused.

    What a spreadsheet made of a long number is refused, unless the text is to be a ``number``; in
    an ``id`` so is every number with nought behind its point.
    """

    template: str
    replace: tuple[tuple[Pattern, str], ...] = ()
    kind: str = OTHER

    @property
    def columns(self) -> list[str]:
        """The columns that it reads."""
        return [match[1] for match in _COLUMN.finditer(self.template)]

    def of(self, row: Mapping[str, str], blank: frozenset[str]) -> str:
        """The text of a row; refuses what is blank, unreadable, or spoilt."""

        def column(match: re.Match[str]) -> str:
            value = plain(row.get(match[1], ""))
            if value in blank:
                raise BlankValue(column=match[1])
            self._check(match[1], value)
            return value

        made = _COLUMN.sub(column, self.template)
        for pattern, by in self.replace:
            made = pattern.sub(by, made)
            if len(made) > VALUE_CHARACTERS:
                raise UnreadableText("long", most=VALUE_CHARACTERS)
        if not made.strip():
            raise BlankValue(column=", ".join(self.columns) or self.template)
        return made

    def _check(self, column: str, value: str) -> None:
        if not value.isascii() or not value.isprintable():
            for character in value:
                if unicodedata.category(character) in _INVISIBLE:
                    point = f"U+{ord(character):04X}"
                    raise UnreadableText("invisible", column=column, character=point)
        if len(value) > VALUE_CHARACTERS:
            raise UnreadableText("long", most=VALUE_CHARACTERS)
        if self.kind == NUMBER:
            return
        narrow = value if value.isascii() else unicodedata.normalize("NFKC", value)
        pointed = _POINTED if self.kind == ID else _LONG_POINTED
        if _SPOILT.fullmatch(narrow) or pointed.fullmatch(narrow):
            raise SpreadsheetNumber(column=column, sent=value)


@dataclass(frozen=True, slots=True)
class TimeValue:
    """A time: its text, its format (None: ISO 8601) and the zone of times that state none.

    ``clock`` is the time of day of a text that names only the day.
    """

    text: TextValue
    format: str | None
    zone: ZoneInfo
    plus: timedelta = timedelta()
    clock: time | None = None

    @property
    def columns(self) -> list[str]:
        """The columns that it reads."""
        return self.text.columns

    def of(self, row: Mapping[str, str], blank: frozenset[str]) -> datetime:
        """The moment, in UTC, because rides are ordered and measured; refuses what is none."""
        text = self.text.of(row, blank)
        written, ends_day = _MIDNIGHT.subn(lambda found: "00" + found[0][2:], text)
        found = self._read(text, written)
        if found.year not in YEARS:
            raise UnreadableTime("outside_calendar", sent=text)
        if ends_day and found.tzinfo is None and found.time() == time():
            # A day has one end, also where clocks never show midnight, or show it twice.
            moment = day_ends_at(found.date(), self.zone)
        else:
            found += timedelta(days=ends_day)
            moment = placed(text, found, self.zone) if found.tzinfo is None else instant(found)
        return within_calendar(text, moment + self.plus)

    def _read(self, text: str, written: str) -> datetime:
        # Digits of other scripts are read by Python, and by nobody else.
        if any(one.isdigit() and not one.isascii() for one in written):
            raise UnreadableTime("other_digits", sent=text)
        if self.format is None:
            iso = _ISO.fullmatch(written)
            if iso is None:
                raise UnreadableTime("not_iso", sent=text)
            if not iso["clock"] and self.clock is None:
                raise UnreadableTime("no_clock", sent=text)
        try:
            found = (
                datetime.fromisoformat(written.replace(",", "."))
                if self.format is None
                else datetime.strptime(written, self.format)  # noqa: DTZ007 - the zone follows
            )
        except ValueError:
            if self.format is None:
                raise UnreadableTime("not_iso", sent=text) from None
            raise UnreadableTime("other_format", sent=text, format=self.format) from None
        return found if self.clock is None else datetime.combine(found.date(), self.clock)


def placed(text: str, wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clocks of a zone show a time; refuses none and two."""
    moments = moments_shown_as(wall, zone)
    if len(moments) != 1:
        case = "shown_twice" if moments else "never_shown"
        raise UnreadableTime(case, sent=text, zone=zone.key)
    return moments[0]


def within_calendar(text: str, moment: datetime) -> datetime:
    """The moment, unless it lies in no year that anything is reckoned with."""
    if moment.year not in YEARS:
        raise UnreadableTime("outside_calendar", sent=text)
    return moment


def days_later(moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The moment at which the clocks of a zone show the same time, civil days later."""
    if not days:
        return moment
    wall = moment.astimezone(zone)
    try:
        later = wall.replace(tzinfo=None, fold=0) + timedelta(days=days)
    except OverflowError:
        raise UnreadableTime("outside_calendar", sent=wall.isoformat()) from None
    moments = moments_shown_as(within_calendar(wall.isoformat(), later), zone)
    if not moments:
        raise UnreadableTime("never_shown", sent=later.isoformat(), zone=zone.key)
    return moments[-1 if wall.fold else 0]
