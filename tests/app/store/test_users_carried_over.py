"""Users of before there were states: who could come in is active, who could not has ended."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

import alembic.command
import psycopg

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id

BEFORE = "0036"


def test_users_are_carried_over_and_back(make_database: Callable[[], str]) -> None:
    url = make_database()
    alembic.command.upgrade(alembic_configuration(url), BEFORE)
    people = [
        ("operator", None, None),
        ("authority", None, datetime(2026, 5, 1, tzinfo=UTC)),
        ("participant", new_id(), None),
        ("participant", new_id(), datetime(2026, 6, 1, tzinfo=UTC)),
    ]
    names = [f"{role}-{secrets.token_hex(4)}" for role, _, _ in people]
    with psycopg.connect(url) as connection:
        for name, (role, person, disabled_at) in zip(names, people, strict=True):
            connection.execute(
                "insert into app_user (user_id, username, password_hash, role, participant_id,"
                " created_at, disabled_at) values (%s, %s, 'hash', %s, %s, now(), %s)",
                (new_id(), name, role, person, disabled_at),
            )
    upgrade(url)
    with psycopg.connect(url) as connection:
        found = {
            row[0]: row[1:]
            for row in connection.execute(
                "select username, display_name, state, password_hash, ended_at from app_user"
            )
        }
        assert [found[name] for name in names] == [
            (names[0], "active", "hash", None),
            (names[1], "ended", None, people[1][2]),
            (None, "active", "hash", None),
            (None, "ended", None, people[3][2]),
        ]
        _afterwards(connection)
    alembic.command.downgrade(alembic_configuration(url), BEFORE)
    with psycopg.connect(url) as connection:
        back = connection.execute(
            "select username, password_hash, disabled_at is null from app_user order by created_at"
        ).fetchall()
    # Nobody who could not come in before can now, and an empty hash fits nothing.
    assert sorted(back) == sorted(
        [
            (names[0], "hash", True), (names[1], "", False),
            (names[2], "hash", True), (names[3], "", False),
            ("locked", "hash", False),
        ]
    )  # fmt: skip


def _afterwards(connection: psycopg.Connection) -> None:
    """Users of kinds that there were not before."""
    for username, role, state, organisation, password in (
        ("proposed", "operator", "proposed", None, None),
        ("invited", "authority", "invited", None, None),
        ("locked", "operator", "locked", None, "hash"),
        ("of-a-company", "provider", "active", new_id(), "hash"),
    ):
        connection.execute(
            "insert into app_user (user_id, username, display_name, password_hash, role,"
            " organisation_id, duty, state, created_at)"
            " values (%s, %s, 'x', %s, %s, %s, %s, %s, now())",
            (new_id(), username, password, role, organisation,
             "member" if organisation else None, state),
        )  # fmt: skip
