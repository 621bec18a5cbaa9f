"""Read what was done with a version: whole by those who work on rules, in outline by the public."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from app.store.database import Connection
from app.store.methodologies.steps import steps_of
from behaviours.rules.lifecycle import StepTaken, works_on_rules
from behaviours.rules.rulebook import Rulebook
from behaviours.viewer import Viewer


class StepsSeen(NamedTuple):
    """The steps, oldest first; ``whole`` when the viewer may see who said what."""

    steps: list[StepTaken]
    whole: bool


def read_history(
    connection: Connection, code: str, version: str, *, viewer: Viewer | None, rulebook: Rulebook
) -> StepsSeen:
    """Every step; the public sees those of what was published. Raises UnknownMethodology."""
    steps = steps_of(connection, code, version)
    if works_on_rules(viewer):
        return StepsSeen(steps, whole=True)
    rulebook.version(code, version)
    return StepsSeen([replace(each, details={}) for each in steps], whole=False)
