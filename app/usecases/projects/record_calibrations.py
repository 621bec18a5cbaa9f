"""State that instruments of a project were calibrated, and until when they may be believed."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.measurements import add_calibrations, calibrations_of
from app.usecases.projects.hold_project_of import hold_project_of
from behaviours.projects.measurement import Calibration, NewCalibration
from behaviours.viewer import Viewer


def record_calibrations(
    connection: Connection,
    project_id: UUID,
    said: Sequence[NewCalibration],
    *,
    by: Viewer,
    clock: Clock,
) -> list[Calibration]:
    """Every calibration of the project. Raises MeasurementUnfit, ProjectStateConflict and what
    ``hold_project_of`` raises."""
    project = hold_project_of(connection, project_id, by=by)
    project.check_registered()
    for at, each in enumerate(said):
        each.check(f"/calibrations/{at}")
    assert by.user_id is not None, "whoever states has a name"
    now = clock.now()
    made = [Calibration(project_id, *each, by.user_id, now) for each in said]
    add_calibrations(connection, made)
    return calibrations_of(connection, project_id)
