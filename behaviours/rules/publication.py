"""From which day a version may hold, and from which day it may be withdrawn."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from behaviours.refusal import Conflict, Invalid, Refusal
from behaviours.rules.filling import only_supplies
from behaviours.rules.lifecycle import MethodologyVersion
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import nearest


class Drafted(NamedTuple):
    """A draft, and what would be refused if it were to be published today.

    ``grade`` is that on which one rests that supplies figures.
    """

    kept: MethodologyVersion
    obstacles: Sequence[Refusal]
    grade: str = ""


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


def check_start(version: Version, today: date, others: Collection[Version] = ()) -> None:
    """An action that was recorded keeps its rule: raises StartsInThePast, MethodologyIncomplete.

    A version that only supplies what one of the ``others`` awaited may reach back to that one's
    first day, as long as no other rule has priced an action of those days that it would price.
    """
    if version.awaiting:
        # It would take the place of a rule that has its figures, and refuse every action.
        raise version.incomplete()
    if version.validity.starts_on < today and not _reaches_back(version, today, others):
        raise StartsInThePast(
            pointer="/document/in_force/from",
            methodology=version.label,
            in_force_from=version.validity.starts_on.isoformat(),
            today=today.isoformat(),
        )


def _reaches_back(version: Version, today: date, others: Collection[Version]) -> bool:
    starts_on = version.validity.starts_on
    waited = any(
        only_supplies(version, other) and other.validity.starts_on <= starts_on for other in others
    )
    return waited and not any(
        _priced(other, version, starts_on, today)
        for other in others
        if other.behaviour == version.behaviour and other.label != version.label
    )


def _priced(other: Version, version: Version, since: date, today: date) -> bool:
    """Whether a rule priced actions of days before today that the version would price instead."""
    if other.awaiting or nearest(other) > nearest(version):
        return False
    first, last = other.validity.starts_on, other.validity.ends_on
    overlaps = first < today and (last is None or last >= since)
    return overlaps and _shares_region(other, version)


def _shares_region(one: Version, other: Version) -> bool:
    regions, others = one.validity.regions, other.validity.regions
    return regions is None or others is None or bool(regions & others)


def check_alone(version: Version, others: Iterable[Version]) -> None:
    """Nobody could say which of two holds that start together; raises StartsTogether."""
    for other in others:
        same = (
            other.behaviour == version.behaviour
            and other.validity.starts_on == version.validity.starts_on
        )
        # One that awaits figures takes no action, whenever it starts.
        if not same or other.label == version.label or other.awaiting:
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


def obstacles_of(version: Version, others: Collection[Version], today: date) -> list[Refusal]:
    """What would be refused if the version were to be published today; told with its draft."""
    found: list[Refusal] = []
    start = partial(check_start, version, today, others)
    for check in (start, partial(check_alone, version, others)):
        try:
            check()
        except Refusal as refusal:
            found.append(refusal)
    return found


def check_withdrawal(withdrawn_from: date, today: date) -> None:
    """Raises WithdrawnTooEarly for a day that has begun."""
    if withdrawn_from <= today:
        raise WithdrawnTooEarly(pointer="/from", today=today.isoformat())
