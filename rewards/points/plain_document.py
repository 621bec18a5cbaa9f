"""Documents whose values are YAML's own: numbers, dates and truths instead of texts."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from behaviours.document import DocumentError, Part
from behaviours.yaml_text import read_plain, read_tree

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class PlainPart(Part):
    """A value whose type is YAML's own: ``1000`` is a number and ``"1000"`` is none."""

    __slots__ = ()

    @property
    def plain(self) -> Any:
        """The value as YAML reads it."""
        value = self.origin.plain
        for step in self.steps:
            if isinstance(value, dict) and step not in value:
                # It is missing, which was noted.
                return None
            value = value[step]
        return value

    def text(self) -> str:
        if not isinstance(self.plain, str) or not self.plain.strip():
            self.flawed("plain.not_a_text")
            return ""
        return str(self.plain).strip()

    def flag(self) -> bool:
        if not isinstance(self.plain, bool):
            self.flawed("plain.not_a_flag")
            return False
        return self.plain

    def day(self) -> date:
        # A moment is a date, too, for Python.
        if type(self.plain) is not date:
            self.flawed("plain.not_a_day")
            return date.min
        return self.plain

    def number(self) -> Decimal:
        # True is a whole number, too, for Python.
        if type(self.plain) is not int:
            self.flawed("plain.not_a_number")
            return Decimal(0)
        return Decimal(self.plain)


class SentPart(PlainPart):
    """A value of a document that may have come as JSON, in which a day is a text."""

    __slots__ = ()

    def day(self) -> date:
        if isinstance(self.plain, str) and _DAY.fullmatch(self.plain):
            try:
                return date.fromisoformat(self.plain)
            except ValueError:
                # Such as the thirtieth of February.
                self.flawed("plain.not_a_day")
                return date.min
        return super().day()


def read_sent_tree(text: str, source: str, error: type[DocumentError]) -> SentPart:
    """As ``read_plain_tree``, of a document that was sent."""
    part = read_plain_tree(text, source, error)
    return SentPart(part.value, part.origin)


def read_plain_tree(text: str, source: str, error: type[DocumentError]) -> PlainPart:
    """The mapping that a document is, as ``read_tree``, with the values of ``read_plain``."""
    part = read_tree(text, source, error)
    plain = read_plain(text, source, error)
    _check_names(part, plain)
    return PlainPart(part.value, part.origin._replace(plain=plain))


def _check_names(part: Part, plain: Any) -> None:
    """Refuse names that YAML takes for a number, a date or a truth: they are found as texts."""
    if isinstance(part.value, dict):
        for name, inner in part.items():
            if name not in plain:
                raise inner.wrong("name_not_a_text")
            _check_names(inner, plain[name])
    elif isinstance(part.value, list):
        for each, value in zip(part.each(), plain, strict=True):
            _check_names(each, value)
