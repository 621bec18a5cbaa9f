"""Whether the database can be used: they answer, and have the shape this release needs."""

from __future__ import annotations

from importlib import resources

from sqlalchemy import Connection, text

_HAS_STEPS = text("select to_regclass('alembic_version') is not null")
_STEP = text("select version_num from alembic_version")
_UNFINISHED = text("select name from data_step where not done order by name")


def step_of(connection: Connection) -> str | None:
    """The migration step at which the database stands; None when they were never migrated."""
    if not connection.execute(_HAS_STEPS).scalar_one():
        return None
    return connection.execute(_STEP).scalar_one_or_none()


def unfinished_steps(connection: Connection) -> list[str]:
    """What is still to be carried over to the shape of this release, in a database at its step."""
    return list(connection.execute(_UNFINISHED).scalars())


def newest_step() -> str | None:
    """The newest step that this release brings; None while it brings none.

    Steps are numbered files that follow each other in one line, so the last name is the newest.
    """
    folder = resources.files("migrations") / "versions"
    names = sorted(
        each.name for each in folder.iterdir() if each.name[:4].isdigit() and each.name[4:5] == "_"
    )
    return names[-1][:4] if names else None
