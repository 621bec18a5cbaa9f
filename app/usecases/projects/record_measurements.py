"""State values that were measured in an open period; a correction names the value before it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.projects.design_changes import counting_design
from app.store.projects.measurements import add_measurements, current_measurements
from app.usecases.projects.hold_period_of import hold_period_of
from behaviours.projects.measurement import (
    Measurement,
    NewMeasurement,
    check_measurements,
    check_superseding,
)
from behaviours.projects.monitoring import MEASURE
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer


def record_measurements(
    connection: Connection,
    period_id: UUID,
    said: Sequence[NewMeasurement],
    *,
    rulebook: ProgrammeRulebook,
    by: Viewer,
    clock: Clock,
) -> list[Measurement]:
    """The values as they are kept, all of them or none.

    Raises PeriodStateConflict, UnfitSurvey, MeasurementUnfit, MeasuredBefore and what
    ``hold_period_of`` raises.
    """
    period, project = hold_period_of(connection, period_id, by=by)
    now = clock.now()
    period.move(MEASURE, now=now)
    counting = counting_design(connection, project, period.starts_on)
    version = rulebook.version_by_digest(counting.rule_digest)
    check_measurements(version, period.span, said)
    check_superseding(said, current_measurements(connection, period_id))
    assert by.user_id is not None, "whoever states has a name"
    user_id = by.user_id
    made = [
        Measurement.made_of(identifier, period_id, each, user_id, now)
        for identifier, each in zip(new_ids(len(said)), said, strict=True)
    ]
    add_measurements(connection, made)
    return made
