"""SQL of projects: what each says of itself and where it stands."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.inserting import by_name, insert_into
from app.store.log.acting import held, kept
from app.store.paging import newest_first
from behaviours.projects.project import Entruster, Project, ProjectStatement

_SAID = (
    *("name", "summary", "region", "methodology", "methodology_digest"),
    *("owner_name", "owner_code"),
)
_STANDS = (
    *("state", "state_at", "notice_until", "noticed_design"),
    *("validator_id", "number", "ends_before"),
)
_COLUMNS = ("project_id", "applicant_id", *_SAID, "applied_at", *_STANDS)
READ_PROJECT = f"select {', '.join(_COLUMNS)} from project"
_ADD = text(insert_into("project", _COLUMNS))
_ONE = text(f"{READ_PROJECT} where project_id = :project_id")
_HOLD = text(f"{_ONE.text} for update")
_SHARE = text(f"{_ONE.text} for share")
_CHANGED = ("applicant_id", *_SAID, *_STANDS)
_WRITE = text(
    f"update project set {', '.join(f'{name} = :{name}' for name in _CHANGED)}"
    " where project_id = :project_id"
)
_PAGE = newest_first(
    f"""
    {READ_PROJECT}
     where (cast(:applicant_id as uuid) is null
            or cast(:applicant_id as uuid) in (applicant_id, validator_id))
       and (cast(:area as text) is null or region = :area)
       and (cast(:state as text) is null or state = :state)
    """,
    by="project_id",
)
_PUBLIC = newest_first(
    f"""
    {READ_PROJECT}
     where noticed_design is not null
       and (cast(:state as text) is null or state = :state)
    """,
    by="project_id",
)


def add_project(connection: Connection, project: Project) -> None:
    """Keep a new one."""
    connection.execute(_ADD, _row(project))
    kept(project)


def find_project(connection: Connection, project_id: UUID) -> Project | None:
    """The project as it is at this moment."""
    row = connection.execute(_ONE, {"project_id": project_id}).one_or_none()
    return project_of(row) if row else None


def hold_project(connection: Connection, project_id: UUID) -> Project | None:
    """The project, which nobody else moves until the transaction ends."""
    row = connection.execute(_HOLD, {"project_id": project_id}).one_or_none()
    return held(project_of(row)) if row else None


def share_project(connection: Connection, project_id: UUID) -> Project | None:
    """The project, which nobody moves until the transaction ends; others may share it."""
    row = connection.execute(_SHARE, {"project_id": project_id}).one_or_none()
    return project_of(row) if row else None


def write_project(connection: Connection, project: Project) -> None:
    """Keep what a project says by now, and where it stands."""
    connection.execute(_WRITE, _row(project))
    kept(project)


def list_projects(
    connection: Connection,
    *,
    applicant_id: UUID | None,
    area: str | None,
    state: str | None,
    before: UUID | None,
    most: int,
) -> list[Project]:
    """Those of an applicant or a validator, of a city or in a state, newest first; None is all."""
    asked = {
        "applicant_id": applicant_id,
        "area": area,
        "state": state,
        "before": before,
        "most": most,
    }
    return [project_of(row) for row in connection.execute(_PAGE, asked)]


def list_public_projects(
    connection: Connection, *, state: str | None, before: UUID | None, most: int
) -> list[Project]:
    """Those that were on public notice, newest first; ``state`` None is all."""
    asked = {"state": state, "before": before, "most": most}
    return [project_of(row) for row in connection.execute(_PUBLIC, asked)]


def _row(project: Project) -> Mapping[str, object]:
    said, owner = project.said, project.said.owner
    return {
        "project_id": project.project_id,
        "applicant_id": project.applicant_id,
        "name": said.name,
        "summary": said.summary,
        "region": said.region,
        "methodology": said.methodology,
        "methodology_digest": said.digest,
        "owner_name": owner.name if owner else None,
        "owner_code": owner.credit_code if owner else None,
        "applied_at": project.applied_at,
        **by_name(_STANDS, project),
    }


def project_of(row: Any) -> Project:
    """A row of ``READ_PROJECT`` as the project that it is."""
    owner = Entruster(row.owner_name, row.owner_code) if row.owner_name else None
    said = ProjectStatement(
        row.name, row.summary, row.region, row.methodology, row.methodology_digest, owner
    )
    return Project(
        row.project_id,
        row.applicant_id,
        said,
        applied_at=row.applied_at,
        **{name: getattr(row, name) for name in _STANDS},
    )
