"""Faults: what is wrong with single members of a request, each with its place, code and facts.

Their sentences stand in the catalogues under ``field:CODE`` or ``field:CODE.case``, and are put in
words when the answer is made, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from behaviours.refusal import Invalid
from behaviours.said import Said


class Fault(NamedTuple):
    """One fault: a JSON pointer (``?name`` for a filter) and what is to be said about it."""

    pointer: str
    said: Said

    @property
    def code(self) -> str:
        """What programs match on."""
        return self.said.partition(":")[2].partition(".")[0]


class ValidationFailed(Invalid):
    """Members of the request are missing, unknown or not of the stated shape."""

    cases = ("whole", "whole_and_more", "member", "members")

    def __init__(self, faults: Sequence[Fault]) -> None:
        pointer, about = faults[0]
        more = len(faults) > 1
        case = ("members" if more else "member") if pointer else "whole" + "_and_more" * more
        super().__init__(case, pointer=pointer, place=pointer, detail=about, count=len(faults))
        self.faults = tuple(faults)


def said(code: str, case: str = "", **facts: Any) -> Said:
    """What is wrong with a member, to be put in words later."""
    return Said(f"field:{code}.{case}" if case else f"field:{code}", facts)


# What marshmallow says, as ours.
_SAID = {
    "Missing data for required field.": said("REQUIRED"),
    "Unknown field.": said("UNKNOWN_MEMBER"),
    "Field may not be null.": said("NULL"),
    "Invalid input type.": said("WRONG_TYPE", "object"),
    "Invalid type.": said("WRONG_TYPE", "object"),
    "Not a valid mapping type.": said("WRONG_TYPE", "object"),
    "Not a valid string.": said("WRONG_TYPE", "string"),
    "Not a valid list.": said("WRONG_TYPE", "array"),
    "Not a valid boolean.": said("WRONG_TYPE", "boolean"),
    "Not a valid integer.": said("WRONG_TYPE", "integer"),
}


def invalid(pointer: str, code: str, case: str = "", **facts: Any) -> ValidationFailed:
    """The refusal for one fault."""
    return ValidationFailed([Fault(pointer, said(code, case, **facts))])


def faults_of(messages: Any, pointer: str = "") -> Iterator[Fault]:
    """marshmallow's nested messages as faults, in order."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            step = "" if name == "_schema" else f"/{escape(name)}"
            yield from faults_of(inner, pointer + step)
    elif isinstance(messages, list | tuple):
        for each in messages:
            yield from faults_of(each, pointer)
    elif isinstance(messages, Said):
        yield Fault(pointer, messages)
    else:
        yield Fault(pointer, _SAID.get(messages) or said("INVALID"))


def escape(name: object) -> str:
    """One step of a JSON pointer (RFC 6901, section 3)."""
    return str(name).replace("~", "~0").replace("/", "~1")
