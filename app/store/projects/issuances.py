"""SQL of what was issued of projects' periods, and of what their losses still owe."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import public
from app.store.inserting import insert_into
from app.store.log.acting import tell
from app.store.tables.metadata import in_words
from behaviours.json_value import JsonObject
from behaviours.projects.issuance import ProjectIssuance
from rewards.registry.block import UNUSED


class LastIssued(NamedTuple):
    """A period that was issued; it ends before a civil day."""

    period_id: UUID
    ends_before: date


_ADD = text(insert_into("project_issuance", ProjectIssuance._fields))
_ONE = text(
    f"select {', '.join(ProjectIssuance._fields)} from project_issuance"
    " where period_id = :period_id"
)
_OWED = text(
    "select cast(coalesce(sum(deficit_mg - set_off_mg), 0) as bigint) from project_issuance"
    " where project_id = :project_id"
)
_LAST = text(
    """
    select p.period_id, p.ends_before from monitoring_period p
      join project_issuance i on i.period_id = p.period_id
     where i.project_id = :project_id order by p.ends_before desc limit 1
    """
)
_OUTSTANDING = text(
    f"""
    select cast(coalesce(sum(upper(u.numbers) - lower(u.numbers)), 0) as bigint)
      from monitoring_period p
      join bundle b on b.period_id = p.period_id
      join unit_block u on u.bundle_id = b.bundle_id
     where p.project_id = :project_id and {in_words("u.state", *UNUSED)}
    """
)


def add_issuance(connection: Connection, issuance: ProjectIssuance) -> None:
    """Keep what a period came to in the end; once for each."""
    connection.execute(_ADD, issuance._asdict())
    told: JsonObject = {
        "credited_mg": issuance.credited_mg,
        "set_off_mg": issuance.set_off_mg,
        "deficit_mg": issuance.deficit_mg,
        "unit_class": issuance.unit_class,
    }
    tell("monitoring_period", public("mpd", issuance.period_id), told)


def find_issuance(connection: Connection, period_id: UUID) -> ProjectIssuance | None:
    """What was issued of a period, if it was."""
    found = connection.execute(_ONE, {"period_id": period_id}).one_or_none()
    return ProjectIssuance(*found) if found else None


def owed_mg(connection: Connection, project_id: UUID) -> int:
    """What losses of earlier periods have not been made up for yet; the project is held."""
    found: int = connection.execute(_OWED, {"project_id": project_id}).scalar_one()
    return found


def outstanding_t(connection: Connection, project_id: UUID) -> int:
    """Tonnes of a held project's units that somebody may use yet; the reserve's are nobody's."""
    found: int = connection.execute(_OUTSTANDING, {"project_id": project_id}).scalar_one()
    return found


def last_issued(connection: Connection, project_id: UUID) -> LastIssued | None:
    """The last period of a held project that was issued."""
    found = connection.execute(_LAST, {"project_id": project_id}).one_or_none()
    return LastIssued(*found) if found else None


def issued_before(connection: Connection, project_id: UUID) -> date | None:
    """The day after the last one of a held project whose reductions were issued."""
    last = last_issued(connection, project_id)
    return last and last.ends_before
