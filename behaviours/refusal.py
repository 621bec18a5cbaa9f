"""Refusal: the domain says no: of which kind, by which code, and with which facts.

The sentence that a reader sees is not here: it stands in the message catalogues, in every language
of the programme, under ``CODE`` or ``CODE.case``, and is filled with the facts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar, Final


class Kind(StrEnum):
    """What sort of no it is; how a page, a status or an exit code says it is decided above."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"
    CONFLICT = "conflict"
    GONE = "gone"
    STALE = "stale"
    UNSUPPORTED = "unsupported"
    INVALID = "invalid"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"


class Refusal(Exception):
    """Base of every named refusal.

    A subclass is declared under its kind, as ``class SoldOut(Conflict)``. Its ``code``, a stable
    identifier that clients may match on, is its name in capitals (``SOLD_OUT``), unless it was
    published under another one: ``class UnknownCode(Unknown, code="CODE_UNKNOWN")``. Whoever
    renames a class keeps its code. It sets ``cases`` where one code has several sentences. What
    stands below a named refusal has its code.

    An instance names its case, carries a JSON pointer to the part of the request that caused it
    (``""`` when the whole request did), and the public ``facts`` that its sentence speaks of. A
    refusal is an expected answer; a broken invariant is an assertion, never a Refusal.
    """

    kind: ClassVar[Kind]
    code: ClassVar[str]
    cases: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, *, code: str | None = None) -> None:
        super().__init_subclass__()
        if code is not None:
            cls.code = code
        elif "kind" not in vars(cls) and not hasattr(cls, "code"):
            cls.code = code_of(cls.__name__)

    def __init__(
        self,
        case: str = "",
        *,
        pointer: str = "",
        **facts: Any,
    ) -> None:
        assert case in self.cases if self.cases else not case, (self.code, case)
        super().__init__(case)
        self.case = case
        self.pointer = pointer
        self.facts: Mapping[str, Any] = facts

    @property
    def key(self) -> str:
        """Under what its sentence stands in the message catalogues."""
        return f"{self.code}.{self.case}" if self.case else self.code

    def __str__(self) -> str:
        """For logs: the key and the facts."""
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.key}({told})"


def code_of(name: str) -> str:
    """The code of a class of this name: ``SoldOut`` is SOLD_OUT."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()


class Malformed(Refusal):
    """Cannot be read at all."""

    kind = Kind.MALFORMED


class Unauthenticated(Refusal):
    """Nobody knows who is asking."""

    kind = Kind.UNAUTHENTICATED


class Forbidden(Refusal):
    """Who is asking may not."""

    kind = Kind.FORBIDDEN


class Unknown(Refusal):
    """There is no such thing, or not for who is asking."""

    kind = Kind.UNKNOWN


class Conflict(Refusal):
    """What stands in the books does not allow it."""

    kind = Kind.CONFLICT


class Gone(Refusal):
    """It was possible once, and its time is over."""

    kind = Kind.GONE


class Stale(Refusal):
    """Somebody changed it meanwhile: read again."""

    kind = Kind.STALE


class Unsupported(Refusal):
    """In a form that is not taken."""

    kind = Kind.UNSUPPORTED


class Invalid(Refusal):
    """Readable, and against a rule."""

    kind = Kind.INVALID


class Busy(Refusal):
    """Too often: wait."""

    kind = Kind.BUSY


class Unavailable(Refusal):
    """A part of the service cannot be reached."""

    kind = Kind.UNAVAILABLE


KINDS: Final = (
    *(Malformed, Unauthenticated, Forbidden, Unknown, Conflict, Gone),
    *(Stale, Unsupported, Invalid, Busy, Unavailable),
)


class UnknownId(Unknown, code="NOT_FOUND"):
    """What is asked for does not exist, or is not the caller's to see.

    A subject names its own things by a subclass with ``cases`` of its own; the code stays.
    """
