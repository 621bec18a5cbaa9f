"""Refusal: the domain says no: of which kind, by which code, and with which facts.

The sentence that a reader sees is not here: it stands in the message catalogues, in every language
of the programme, under ``CODE`` or ``CODE.case``, and is filled with the facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar


class Kind(StrEnum):
    """What sort of no it is; how a page, a status or an exit code says it is decided above."""

    MALFORMED = "malformed"  # cannot be read at all
    UNAUTHENTICATED = "unauthenticated"  # nobody knows who is asking
    FORBIDDEN = "forbidden"  # who is asking may not
    UNKNOWN = "unknown"  # there is no such thing, or not for who is asking
    CONFLICT = "conflict"  # what stands in the books does not allow it
    GONE = "gone"  # it was possible once, and its time is over
    STALE = "stale"  # somebody changed it meanwhile: read again
    UNSUPPORTED = "unsupported"  # in a form that is not taken
    INVALID = "invalid"  # readable, and against a rule
    BUSY = "busy"  # too often: wait
    UNAVAILABLE = "unavailable"  # a part of the service cannot be reached


class Refusal(Exception):
    """Base of every named refusal.

    A subclass is declared with its ``kind`` and its ``code``, a stable UPPER_SNAKE identifier that
    clients may match on, as ``class SoldOut(Refusal, kind=Kind.CONFLICT, code="SOLD_OUT")``; it
    sets ``cases`` where one code has several sentences. An instance names its case, carries a JSON
    pointer to the part of the request that caused it (``""`` when the whole request did), and the
    public ``facts`` that its sentence speaks of. A refusal is an expected answer; a broken
    invariant is an assertion, never a Refusal.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    code: ClassVar[str] = "REFUSED"
    cases: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, *, kind: Kind | None = None, code: str | None = None) -> None:
        super().__init_subclass__()
        if kind is not None:
            cls.kind = kind
        if code is not None:
            cls.code = code

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


class UnknownId(Refusal, kind=Kind.UNKNOWN, code="NOT_FOUND"):
    """What is asked for does not exist, or is not the caller's to see.

    A subject names its own things by a subclass with ``cases`` of its own; the code stays.
    """
