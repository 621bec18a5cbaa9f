"""What a PostgreSQL server says of itself: its version, its safety, the step of its books."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.store.database import Database
from app.store.people.data_keys import newest_key_id
from app.store.platform.readiness import newest_step, step_of, unfinished_steps
from app.store.roles import OWN, serving_as

SETTINGS = text(
    "SELECT name, setting FROM pg_settings WHERE name = ANY("
    "ARRAY['fsync', 'full_page_writes', 'synchronous_commit', 'server_version_num'])"
)
_CLOCK = text("select clock_timestamp()")


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """`major` is 18 for PostgreSQL 18.4; `step` is None in an unmigrated database."""

    major: int
    unsafe: tuple[str, ...]
    step: str | None
    # What is still to be carried over; nothing before the newest step is reached.
    unfinished: tuple[str, ...]
    # The master key that wraps the newest person's data key; None where nobody has one.
    master_key_id: bytes | None
    # How far the server's clock is ahead of this machine's.
    clock_ahead: timedelta
    # By which right a process would serve from it: a word of ``app.store.roles``.
    serving_by: str


class ServerUnreachable(Exception):
    """The server did not answer; the message is the driver's first line, without the password."""


def ask_server(url: str) -> ServerFacts:
    """Ask the server behind `url`; `unsafe` names the settings that can lose an answer."""
    with closing(Database(url, pool_size=1)) as database:
        try:
            return replace(database.transact(_facts), serving_by=serving_as(url).by)
        except DBAPIError as problem:
            raise ServerUnreachable(str(problem.orig).strip().splitlines()[0]) from problem


def _facts(connection: Connection) -> ServerFacts:
    settings: dict[str, str] = {row.name: row.setting for row in connection.execute(SETTINGS)}
    step = step_of(connection)
    return ServerFacts(
        major=int(settings.pop("server_version_num")) // 10_000,
        unsafe=tuple(sorted(name for name, value in settings.items() if value == "off")),
        step=step,
        unfinished=tuple(unfinished_steps(connection)) if step == newest_step() else (),
        master_key_id=newest_key_id(connection) if step == newest_step() else None,
        clock_ahead=connection.execute(_CLOCK).scalar_one() - datetime.now(UTC),
        serving_by=OWN,
    )
