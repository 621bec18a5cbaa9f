"""What the rules of a programme say of installations: by which number, and within which bounds."""

from __future__ import annotations

from behaviours.actions.claims import number_of
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import Rulebook


def number_kinds_of(rulebook: Rulebook, kind: str) -> set[str]:
    """The kinds of claims that rules make of the numbers of a kind of installation."""
    return {number_of(version)[1] for version in _of_kind(rulebook, kind)}


def states_capacity(rulebook: Rulebook, kind: str) -> bool:
    """Whether a rule bounds what installations of the kind do by their capacity."""
    return any(
        version.installation is not None and version.installation.capacity is not None
        for version in _of_kind(rulebook, kind)
    )


def _of_kind(rulebook: Rulebook, kind: str) -> list[Version]:
    return [
        version
        for version in rulebook.versions()
        if version.installation is not None and version.installation.kind == kind
    ]
