"""What the rules of a programme say of installations: by which number, and within which bounds."""

from __future__ import annotations

from collections.abc import Sequence

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.claims import number_of
from behaviours.actions.installation import (
    InstallationOfAnother,
    InstallationUnknown,
    RegisteredInstallation,
)
from behaviours.civil_time import instant
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import Rulebook


def installation_of(
    accepted: AcceptedAction, found: Sequence[RegisteredInstallation]
) -> RegisteredInstallation | InstallationUnknown | InstallationOfAnother:
    """Of the installations that have or had the action's number, the one that the action is of.

    The one of the participant's in whose life the action lies; of several in which it does not,
    the last. The refusal says nothing of whose it is.
    """
    version, action = accepted.version, accepted.action
    assert version.trust.installation is not None
    pointer, kind = f"/evidence/{number_of(version)[0]}", version.trust.installation.kind
    if not found:
        return InstallationUnknown(
            pointer=pointer, methodology=version.label, installation_kind=kind
        )
    own = [
        each
        for each in found
        if each.holder.participant_id and each.holder.participant_id.hex == action.participant_id
    ]
    if not own:
        return InstallationOfAnother(pointer=pointer, installation_kind=kind)
    interval = instant(action.occurred_at), instant(action.ended_at or action.occurred_at)
    alive = [each for each in own if each.installation.lives(*interval, accepted.occurred_on)]
    return max(alive or own, key=lambda each: each.installation_id)


def number_kinds_of(rulebook: Rulebook, kind: str) -> set[str]:
    """The kinds of claims that rules make of the numbers of a kind of installation."""
    return {number_of(version)[1] for version in _of_kind(rulebook, kind)}


def behaviours_of(rulebook: Rulebook, kind: str) -> set[str]:
    """What is done by installations of a kind."""
    return {version.behaviour for version in _of_kind(rulebook, kind)}


def states_capacity(rulebook: Rulebook, kind: str) -> bool:
    """Whether a rule bounds what installations of the kind do by their capacity."""
    return any(
        version.trust.installation is not None and version.trust.installation.capacity is not None
        for version in _of_kind(rulebook, kind)
    )


def _of_kind(rulebook: Rulebook, kind: str) -> list[Version]:
    return [
        version
        for version in rulebook.versions()
        if version.trust.installation is not None and version.trust.installation.kind == kind
    ]
