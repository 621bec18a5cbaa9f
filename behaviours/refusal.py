"""Refusal: the domain says no, and says why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class Refusal(Exception):
    """Base of every named refusal.

    A subclass sets ``code``, a stable UPPER_SNAKE identifier that clients may match on. An
    instance carries a sentence that tells the reader what to do, a JSON pointer to the part of
    the request that caused it (``""`` when the whole request did), and public ``details``.
    A refusal is an expected answer; a broken invariant is an assertion, never a Refusal.
    """

    code: ClassVar[str] = "REFUSED"

    def __init__(
        self, message: str, *, pointer: str = "", details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.pointer = pointer
        self.details: Mapping[str, Any] = details or {}
