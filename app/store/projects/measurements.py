"""SQL of what was measured of projects: rows are only added, and a correction names another."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import public
from app.store.inserting import insert_into
from app.store.log.acting import tell
from behaviours.projects.measurement import Calibration, Measurement

_ADD = text(insert_into("measurement", Measurement._fields))
_READ = f"select {', '.join(f'm.{name}' for name in Measurement._fields)} from measurement m"
_CURRENT = text(
    f"""
    {_READ}
     where m.period_id = :period_id
       and not exists (select from measurement s where s.supersedes = m.measurement_id)
     order by m.parameter, m.key
    """
)
_CALIBRATE = text(insert_into("calibration", Calibration._fields) + " on conflict do nothing")
_CALIBRATIONS = text(
    f"select {', '.join(Calibration._fields)} from calibration"
    " where project_id = :project_id order by instrument, calibrated_on"
)


def add_measurements(connection: Connection, made: Sequence[Measurement]) -> None:
    """Keep values of a period that the caller holds."""
    if not made:
        return
    connection.execute(_ADD, [each._asdict() for each in made])
    corrected = sum(each.supersedes is not None for each in made)
    told = {"measurements": len(made), "corrections": corrected}
    tell("monitoring_period", public("mpd", made[0].period_id), told)


def current_measurements(connection: Connection, period_id: UUID) -> list[Measurement]:
    """What counts of a period: every value in whose place no other one stands."""
    rows = connection.execute(_CURRENT, {"period_id": period_id})
    return [Measurement(*row)._replace(evidence=bytes(row.evidence)) for row in rows]


def add_calibrations(connection: Connection, made: Sequence[Calibration]) -> None:
    """Keep calibrations of a project's instruments; one of the same day stands as it is."""
    if made:
        connection.execute(_CALIBRATE, [each._asdict() for each in made])
        tell("project", public("prj", made[0].project_id), {"calibrations": len(made)})


def calibrations_of(connection: Connection, project_id: UUID) -> list[Calibration]:
    """Every calibration of a project's instruments."""
    rows = connection.execute(_CALIBRATIONS, {"project_id": project_id})
    return [Calibration(*row)._replace(evidence=bytes(row.evidence)) for row in rows]
