"""Clients of before there were names and rotations: what they come in by is good as it was."""

from __future__ import annotations

from collections.abc import Callable

import alembic.command
import psycopg

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id

BEFORE = "0043"
SECRETS = "select client_id, secret_hash, good_until is null from client_secret order by client_id"


def test_secrets_are_carried_over_and_the_newest_one_back(
    make_database: Callable[[], str],
) -> None:
    url = make_database()
    alembic.command.upgrade(alembic_configuration(url), BEFORE)
    with psycopg.connect(url) as connection:
        for client_id, disabled in (("a", None), ("b", "2026-05-01")):
            connection.execute(
                "insert into client (client_id, organisation_id, role, secret_hash, created_at,"
                " disabled_at) values (%s, %s, 'provider', %s, '2026-01-01', %s)",
                (client_id, new_id(), f"hash of {client_id}", disabled),
            )
    upgrade(url)
    with psycopg.connect(url) as connection:
        assert connection.execute(SECRETS).fetchall() == [
            ("a", "hash of a", True),
            ("b", "hash of b", False),
        ]
        assert connection.execute(
            "select client_id, name, purpose, last_used_at from client order by client_id"
        ).fetchall() == [("a", "a", None, None), ("b", "b", None, None)]
        # Rotated since.
        connection.execute("update client_secret set good_until = now() where client_id = 'a'")
        connection.execute(
            "insert into client_secret values (%s, 'a', 'newest', now(), null)", (new_id(),)
        )
    alembic.command.downgrade(alembic_configuration(url), BEFORE)
    with psycopg.connect(url) as connection:
        assert connection.execute(
            "select client_id, secret_hash, disabled_at is null from client order by client_id"
        ).fetchall() == [("a", "newest", True), ("b", "hash of b", False)]
