"""What takes a second person: 202 while somebody has yet to sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from behaviours.json_value import JsonObject

Thing = TypeVar("Thing")


class YetToSign(Protocol):
    """What a signature came to."""

    @property
    def awaiting(self) -> Sequence[str]:
        """The roles that have yet to sign; with none it is done."""


def unless_awaited(done: int) -> Callable[[YetToSign], int]:
    """The status ``done``, or 202 while somebody has yet to sign; for ``once``."""

    def status(signed: YetToSign) -> int:
        return 202 if signed.awaiting else done

    return status


def with_awaited(
    show: Callable[[Thing], JsonObject],
) -> Callable[[tuple[Thing, Sequence[str]]], JsonObject]:
    """Shows a thing, and beside it the roles that have yet to sign; for ``once``."""

    def shown(done: tuple[Thing, Sequence[str]]) -> JsonObject:
        thing, awaiting = done
        return {**show(thing), "awaiting": list(awaiting)}

    return shown


def kept_when_signed(done: tuple[object, Sequence[str]]) -> int:
    """200 for a change of a thing that nobody has yet to sign, else 202; for ``once``."""
    _, awaiting = done
    return 202 if awaiting else 200


def made_when_signed(done: tuple[object, Sequence[str]]) -> int:
    """201 for a thing that nobody has yet to sign, else 202; for ``once``."""
    _, awaiting = done
    return 202 if awaiting else 201
