"""SQL of public notices of projects: rows are only added."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.ids import public
from app.store.inserting import insert_into
from app.store.log.acting import tell
from behaviours.projects.project import ProjectNotice

_ADD = text(insert_into("project_notice", ProjectNotice._fields)).bindparams(
    bindparam("by_rule", type_=JSONB)
)
_READ = text(
    f"select {', '.join(ProjectNotice._fields)} from project_notice"
    " where project_id = :project_id order by number"
)


def add_notice(connection: Connection, notice: ProjectNotice) -> None:
    """Keep a notice of a held project."""
    connection.execute(_ADD, notice._asdict())
    told = {"design": f"sha256:{notice.digest.hex()}", "notice_until": notice.last_day.isoformat()}
    tell("project", public("prj", notice.project_id), told)


def notices_of(connection: Connection, project_id: UUID) -> list[ProjectNotice]:
    """Every notice of a project, in their order."""
    rows = connection.execute(_READ, {"project_id": project_id})
    return [ProjectNotice(*row)._replace(digest=bytes(row.digest)) for row in rows]
