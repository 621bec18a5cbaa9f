"""SQL of validations of projects: attempts, opinions, and what surrounds who validates."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.ids import public
from app.store.inserting import insert_into
from app.store.log.acting import tell
from app.store.pooling.verifiers import pool_now, ties_now
from app.store.projects.owner_changes import owners_beside
from behaviours.admission import WAS_ADMITTED
from behaviours.projects.project import IN_VALIDATION, Project
from behaviours.projects.validation import (
    ENDED,
    LateValidation,
    ProjectValidation,
    ValidationOpinion,
)
from rewards.pooling.verifiers import BundleSurroundings

_SEAT = text(insert_into("project_validation", ProjectValidation._fields)).bindparams(
    bindparam("said", type_=JSONB)
)
_GIVE = text(insert_into("validation_opinion", ValidationOpinion._fields))
_ATTEMPTS = text(
    f"select {', '.join(ProjectValidation._fields)} from project_validation"
    " where project_id = :project_id order by attempt"
)
_OPINIONS = text(
    f"select {', '.join(ValidationOpinion._fields)} from validation_opinion"
    " where project_id = :project_id order by attempt"
)
# The owner for whom another applied, where it takes part itself.
_OWNERS = text(
    f"""
    select organisation_id from organisation_application
     where credit_code = :owner_code and state in {WAS_ADMITTED}
    """
)
_BUYERS = text("select organisation_id from organisation where kind in ('enterprise', 'exchange')")
_LEFT = text(
    f"""
    select v.validator_id from project_validation v
      join validation_opinion o on o.project_id = v.project_id and o.attempt = v.attempt
     where v.project_id = :project_id and v.validator_id is not null and o.verdict = '{ENDED}'
    """
)
_LATE = text(
    f"""
    select p.project_id, p.validator_id, p.state_at from project p
     where p.state = '{IN_VALIDATION}' and p.state_at < :before
       and (cast(:area as text) is null or p.region = :area)
     order by p.state_at, p.project_id limit :most
    """
)


def add_validation(connection: Connection, validation: ProjectValidation) -> None:
    """Keep who validates a held project."""
    connection.execute(_SEAT, validation._asdict())
    who = validation.validator_id
    told = {"validator": public("org", who) if who else None, "how": validation.how}
    tell("project", public("prj", validation.project_id), told)


def add_opinion(connection: Connection, opinion: ValidationOpinion) -> None:
    """Keep how an attempt of a held project ended."""
    connection.execute(_GIVE, opinion._asdict())
    tell("project", public("prj", opinion.project_id), {"verdict": opinion.verdict})


def validations_of(connection: Connection, project_id: UUID) -> list[ProjectValidation]:
    """Every attempt, in their order."""
    rows = connection.execute(_ATTEMPTS, {"project_id": project_id})
    return [ProjectValidation(*row)._replace(digest=bytes(row.digest)) for row in rows]


def opinions_of(connection: Connection, project_id: UUID) -> list[ValidationOpinion]:
    """How each attempt that is over ended."""
    rows = connection.execute(_OPINIONS, {"project_id": project_id})
    return [
        ValidationOpinion(*row)._replace(sha256=bytes(row.sha256) if row.sha256 else None)
        for row in rows
    ]


def surroundings_of_project(
    connection: Connection, project: Project, behaviour: str
) -> BundleSurroundings:
    """What it is decided by who may validate a project, which the caller holds with the pool.

    Its applicant and its owner are parties, and who owned it before or is to, and everybody who may
    buy what it comes to.
    """
    owner = project.said.owner
    owners = connection.execute(_OWNERS, {"owner_code": owner.credit_code if owner else None})
    left = connection.execute(_LEFT, {"project_id": project.project_id})
    return BundleSurroundings(
        providers=frozenset({project.applicant_id, *owners.scalars()})
        | owners_beside(connection, project.project_id),
        buyers=frozenset(connection.execute(_BUYERS).scalars()),
        behaviours=frozenset({behaviour}),
        pool=pool_now(connection),
        ties=ties_now(connection),
        declined=frozenset(left.scalars()),
    )


def late_validations(
    connection: Connection, *, before: datetime, area: str | None, most: int
) -> list[LateValidation]:
    """Those that have had their validator since before a moment, the oldest first."""
    given = {"before": before, "area": area, "most": most}
    return [LateValidation(*row) for row in connection.execute(_LATE, given)]
