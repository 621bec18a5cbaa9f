"""Read a shadow run with its report; only operators learn which actions change most."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.methodologies.shadowing import find_run
from behaviours.rules.shadow import RunOfARule, UnknownShadowRun
from behaviours.viewer import Viewer


def read_shadow_run(
    connection: Connection, run_id: UUID, *, code: str, version: str, viewer: Viewer
) -> RunOfARule:
    """The run of this version; raises UnknownShadowRun."""
    run = find_run(connection, run_id)
    if run is None or (run.code, run.version) != (code, version):
        raise UnknownShadowRun("shadow_run", methodology=f"{code}@{version}")
    if run.report is None or viewer.role == "operator":
        return run
    largest = [each.copy() for each in run.report["largest"]]
    for each in largest:
        each.pop("action_id", None)
    return run._replace(report={**run.report, "largest": largest})
