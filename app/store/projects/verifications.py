"""SQL of verifications of periods: who may, and what was said in the end."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import public
from app.store.inserting import insert_into
from app.store.log.acting import tell
from behaviours.json_value import JsonObject
from behaviours.projects.verification import VerificationOpinion

# One organisation has one role for a project: that is the key of the table.
_ADD_BODY = text(
    "insert into project_body (project_id, organisation_id, role, since)"
    " values (:project_id, :organisation_id, :role, :now) on conflict do nothing"
)
_BODIES = text("select organisation_id, role from project_body where project_id = :project_id")
_ADD_OPINION = text(insert_into("verification_opinion", VerificationOpinion._fields))
_OPINIONS = text(
    f"select {', '.join(VerificationOpinion._fields)} from verification_opinion"
    " where period_id = :period_id order by attempt"
)


def add_body(
    connection: Connection, project_id: UUID, organisation_id: UUID, role: str, *, now: datetime
) -> None:
    """Say what an organisation does for a project; what it does already stays."""
    given = {"project_id": project_id, "organisation_id": organisation_id, "role": role}
    if connection.execute(_ADD_BODY, {**given, "now": now}).rowcount:
        told: JsonObject = {role: public("org", organisation_id)}
        tell("project", public("prj", project_id), told)


def bodies_of(connection: Connection, project_id: UUID) -> Mapping[UUID, str]:
    """What each organisation does for a project."""
    rows = connection.execute(_BODIES, {"project_id": project_id})
    return {row.organisation_id: row.role for row in rows}


def add_opinion(connection: Connection, opinion: VerificationOpinion) -> None:
    """Keep an opinion; one of each attempt."""
    connection.execute(_ADD_OPINION, opinion._asdict())
    told: JsonObject = {
        "verdict": opinion.verdict,
        "deduction_mg": opinion.deduction_mg,
        "attempt": opinion.attempt,
    }
    tell("monitoring_period", public("mpd", opinion.period_id), told)


def opinions_of(connection: Connection, period_id: UUID) -> list[VerificationOpinion]:
    """The opinions of all attempts, in order."""
    rows = connection.execute(_OPINIONS, {"period_id": period_id})
    return [VerificationOpinion(*row) for row in rows]
