"""Verbs after which tokens are dead: the process that answers knows it before it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from flask import Response

from app.http.once import once
from app.store.database import Connection
from app.tokens import tokens
from behaviours.json_value import JsonObject

Given = ParamSpec("Given")


class Revoking(Protocol):
    """What a verb did that takes access away."""

    @property
    def revoked(self) -> Iterable[str]:
        """The names under which tokens are revoked by it."""


Ended = TypeVar("Ended", bound=Revoking)


@dataclass(frozen=True, slots=True)
class once_revoking(once[Ended]):  # noqa: N801 - reads as a verb, as ``once`` does
    """As ``once``; what the verb revoked opens nothing here once the answer is out."""

    def __call__(
        self,
        verb: Callable[Concatenate[Connection, Given], Ended],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Response:
        """Run ``verb(connection, …)`` as ``once`` does, and note what it revoked."""
        revoked: list[str] = []

        def shown(done: Ended) -> JsonObject:
            revoked.extend(done.revoked)
            return self.shown(done)

        answer = once(shown, self.status, self.required)(verb, *given, **named)
        tokens().take_note(revoked)
        return answer
