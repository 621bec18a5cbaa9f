"""Refusal: the domain says no: of which kind, by which code, and with which facts.

The sentence that a reader sees is not here: it stands in the message catalogues, in every language
of the programme, under ``CODE`` or ``CODE.case``, and is filled with the facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from typing import Any, ClassVar, Final, TypeVar

Thing = TypeVar("Thing")


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

    def __init_subclass__(cls, *, kind: Kind | None = None, code: str | None = None) -> None:
        super().__init_subclass__()
        if kind is not None:
            cls.kind = kind
        elif code is not None:
            cls.code = code
        elif not hasattr(cls, "code"):
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
        # What else is refused of the same request, of rows of a file: told after this one.
        self.beside: tuple[Refusal, ...] = ()

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


class Malformed(Refusal, kind=Kind.MALFORMED):
    """Cannot be read at all."""


class Unauthenticated(Refusal, kind=Kind.UNAUTHENTICATED):
    """Nobody knows who is asking."""


class Forbidden(Refusal, kind=Kind.FORBIDDEN):
    """Who is asking may not."""


class Unknown(Refusal, kind=Kind.UNKNOWN):
    """There is no such thing, or not for who is asking."""


class Conflict(Refusal, kind=Kind.CONFLICT):
    """What stands in the books does not allow it."""


class Gone(Refusal, kind=Kind.GONE):
    """It was possible once, and its time is over."""


class Stale(Refusal, kind=Kind.STALE):
    """Somebody changed it meanwhile: read again."""


class Unsupported(Refusal, kind=Kind.UNSUPPORTED):
    """In a form that is not taken."""


class Invalid(Refusal, kind=Kind.INVALID):
    """Readable, and against a rule."""


class Busy(Refusal, kind=Kind.BUSY):
    """Too often: wait."""


class Unavailable(Refusal, kind=Kind.UNAVAILABLE):
    """A part of the service cannot be reached."""


KINDS: Final = (
    *(Malformed, Unauthenticated, Forbidden, Unknown, Conflict, Gone),
    *(Stale, Unsupported, Invalid, Busy, Unavailable),
)


class UnknownId(Unknown, code="NOT_FOUND"):
    """What is asked for does not exist, or is not the caller's to see.

    A subject names its own things by a subclass with ``cases`` of its own; the code stays.
    """


@contextmanager
def about(place: str) -> Iterator[None]:
    """What is refused inside is refused of the part of the request to which ``place`` points."""
    try:
        yield
    except Refusal as refused:
        refused.pointer = f"{place}{refused.pointer}"
        raise


def about_row(at: int) -> AbstractContextManager[None]:
    """What is refused inside is refused of this row of a file, counted from nought."""
    return about(f"/rows/{at}")


def found_or(found: Thing | None, otherwise: Refusal) -> Thing:
    """What was looked for; raises ``otherwise`` when it was not found."""
    if found is None:
        raise otherwise
    return found
