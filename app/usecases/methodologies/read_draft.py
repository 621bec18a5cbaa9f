"""Read a version on its way: for those who work on rules, and unknown to everybody else."""

from __future__ import annotations

from app.store.database import Connection
from app.store.methodologies.versions import find_version
from behaviours.rules.lifecycle import MethodologyVersion, works_on_rules
from behaviours.rules.rulebook import UnknownMethodology
from behaviours.viewer import Viewer


def read_draft(
    connection: Connection, code: str, version: str, *, viewer: Viewer | None
) -> MethodologyVersion:
    """The version as it stands; raises UnknownMethodology."""
    found = find_version(connection, code, version) if works_on_rules(viewer) else None
    if found is None:
        raise UnknownMethodology("version", methodology=f"{code}@{version}")
    return found
