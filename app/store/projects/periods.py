"""SQL of monitoring periods: where each stands, and which days a project has monitored."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.store.inserting import by_name, insert_into
from app.store.log.acting import held, kept
from app.store.tables.metadata import in_words
from behaviours.projects.designed import DaySpan
from behaviours.projects.monitoring import FREE, STANDING, MonitoringPeriod

_COLUMNS = tuple(each.name for each in fields(MonitoringPeriod))
_READ = f"select {', '.join(_COLUMNS)} from monitoring_period"
_ADD = text(insert_into("monitoring_period", _COLUMNS)).bindparams(
    bindparam("sets", type_=JSONB), bindparam("labels", type_=JSONB)
)
_CHANGED = ("state", "state_at", "notice_until", "verifier_id", "attempt")
_WRITE = text(
    f"update monitoring_period set {', '.join(f'{name} = :{name}' for name in _CHANGED)}"
    " where period_id = :period_id"
)
_ONE = text(f"{_READ} where period_id = :period_id")
_HOLD = text(f"{_READ} where period_id = :period_id for update")
_OF_PROJECT = text(f"{_READ} where project_id = :project_id order by number desc")
_OVERLAPPING = text(
    f"""
    select number from monitoring_period
     where project_id = :project_id and not ({in_words("state", *FREE)})
       and daterange(starts_on, ends_before) && daterange(:starts_on, :ends_before)
     order by number limit 1
    """
)
_BEFORE = text(
    f"""
    select period_id from monitoring_period
     where project_id = :project_id and ends_before <= :starts_on
       and {in_words("state", *STANDING)}
     order by ends_before desc limit 1
    """
)
_AFTER = text(
    f"""
    select exists (select from monitoring_period
                    where project_id = :project_id and starts_on >= :ends_before
                      and {in_words("state", *STANDING)})
    """
)


def add_period(connection: Connection, period: MonitoringPeriod) -> None:
    """Keep a new one."""
    connection.execute(_ADD, by_name(_COLUMNS, period))
    kept(period)


def find_period(connection: Connection, period_id: UUID) -> MonitoringPeriod | None:
    """The period as it is at this moment."""
    return _first(connection.execute(_ONE, {"period_id": period_id}).all())


def hold_period(connection: Connection, period_id: UUID) -> MonitoringPeriod | None:
    """The period, which nobody else moves or measures until the transaction ends."""
    found = _first(connection.execute(_HOLD, {"period_id": period_id}).all())
    return held(found) if found else None


def write_period(connection: Connection, period: MonitoringPeriod) -> None:
    """Keep where a period stands, that the caller holds."""
    connection.execute(_WRITE, by_name(("period_id", *_CHANGED), period))
    kept(period)


def periods_of(connection: Connection, project_id: UUID) -> list[MonitoringPeriod]:
    """Every period of a project, newest first."""
    rows = connection.execute(_OF_PROJECT, {"project_id": project_id})
    return [MonitoringPeriod(*row) for row in rows]


def overlapping(connection: Connection, project_id: UUID, span: DaySpan) -> int | None:
    """The number of a period that has some of these days; the project is held."""
    asked = {"project_id": project_id, **span._asdict()}
    found: int | None = connection.execute(_OVERLAPPING, asked).scalar_one_or_none()
    return found


def standing_before(connection: Connection, period: MonitoringPeriod) -> UUID | None:
    """The last period that ended before this one begins and was found right."""
    asked = {"project_id": period.project_id, "starts_on": period.starts_on}
    found: UUID | None = connection.execute(_BEFORE, asked).scalar_one_or_none()
    return found


def is_followed(connection: Connection, period: MonitoringPeriod) -> bool:
    """Whether a later period was found right already, and started from what was before it."""
    asked = {"project_id": period.project_id, "ends_before": period.ends_before}
    found: bool = connection.execute(_AFTER, asked).scalar_one()
    return found


def _first(rows: Sequence[Sequence[Any]]) -> MonitoringPeriod | None:
    return MonitoringPeriod(*rows[0]) if rows else None
