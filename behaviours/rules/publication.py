"""From which day a version may hold, and from which day it may be withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from behaviours.refusal import Conflict, Invalid, Refusal
from behaviours.rules.lifecycle import MethodologyVersion
from behaviours.rules.methodology import Version


class Drafted(NamedTuple):
    """A draft, and what would be refused if it were to be published today."""

    kept: MethodologyVersion
    obstacles: Sequence[Refusal]


class VersionExists(Conflict, code="METHODOLOGY_VERSION_EXISTS"):
    """There is a version with this name, or with this very content, already."""

    cases = ("taken", "same_content")


class StartsInThePast(Invalid, code="METHODOLOGY_STARTS_IN_THE_PAST"):
    """The version would be in force on a day before its publication."""


class StartsTogether(Conflict, code="METHODOLOGY_STARTS_TOGETHER"):
    """Another version of the behaviour starts on the same day in the same regions."""


class AlreadyWithdrawn(Conflict, code="METHODOLOGY_ALREADY_WITHDRAWN"):
    """The version was withdrawn before."""


class WithdrawnTooEarly(Invalid, code="WITHDRAWAL_TOO_EARLY"):
    """A withdrawal takes effect on a later day than that of its signatures."""


def check_start(version: Version, today: date) -> None:
    """An action that was recorded keeps its rule: raises StartsInThePast, MethodologyIncomplete."""
    if version.awaiting:
        # It would take the place of a rule that has its figures, and refuse every action.
        raise version.incomplete()
    if version.validity.starts_on < today:
        raise StartsInThePast(
            pointer="/document/in_force/from",
            methodology=version.label,
            in_force_from=version.validity.starts_on.isoformat(),
            today=today.isoformat(),
        )


def check_alone(version: Version, others: Iterable[Version]) -> None:
    """Nobody could say which of two holds that start together; raises StartsTogether."""
    for other in others:
        same = (
            other.behaviour == version.behaviour
            and other.validity.starts_on == version.validity.starts_on
        )
        if not same or other.label == version.label:
            continue
        both = other.validity.regions is None and version.validity.regions is None
        if both or (
            other.validity.regions
            and version.validity.regions
            and other.validity.regions & version.validity.regions
        ):
            raise StartsTogether(
                pointer="/document/in_force/from",
                methodology=other.label,
                in_force_from=other.validity.starts_on.isoformat(),
            )


def obstacles_of(version: Version, others: Iterable[Version], today: date) -> list[Refusal]:
    """What would be refused if the version were to be published today; told with its draft."""
    found: list[Refusal] = []
    for check in (partial(check_start, version, today), partial(check_alone, version, others)):
        try:
            check()
        except Refusal as refusal:
            found.append(refusal)
    return found


def check_withdrawal(withdrawn_from: date, today: date) -> None:
    """Raises WithdrawnTooEarly for a day that has begun."""
    if withdrawn_from <= today:
        raise WithdrawnTooEarly(pointer="/from", today=today.isoformat())
