"""Organisations of before they were suspended take part; back again, who was stopped stays out."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import alembic.command
import psycopg

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id

VERSIONS = Path(__file__).parents[3] / "migrations/versions"


def _before() -> str:
    """The step before organisations stood in states, by its number of now."""
    [step] = VERSIONS.glob("*_standing.py")
    found = re.search(r'down_revision = "(\d+)"', step.read_text("utf-8"))
    assert found is not None
    return found[1]


def test_standings_are_carried_over_and_back(make_database: Callable[[], str]) -> None:
    url = make_database()
    alembic.command.upgrade(alembic_configuration(url), _before())
    ids = [new_id() for _ in range(3)]
    with psycopg.connect(url) as connection:
        for number, each in enumerate(ids):
            connection.execute(
                "insert into organisation (organisation_id, kind, name, created_at)"
                " values (%s, 'provider', %s, now())",
                (each, f"Provider {number}"),
            )
            connection.execute(
                "insert into client (client_id, organisation_id, role, name, created_at)"
                " values (%s, %s, 'provider', 'rides', now())",
                (f"client-{number}", each),
            )
        connection.execute(
            "insert into link (participant_id, link_id, organisation_id, subject_digest,"
            " linked_by, linked_at) values (%s, %s, %s, '\\x00', 'person', now())",
            (new_id(), new_id(), ids[0]),
        )
    upgrade(url)
    with psycopg.connect(url) as connection:
        states = connection.execute("select distinct state, revision from organisation").fetchall()
        assert states == [("active", 1)]
        for each, state in zip(ids[1:], ("suspended", "closed"), strict=True):
            connection.execute(
                "update organisation set state = %s, revision = 2 where organisation_id = %s",
                (state, each),
            )
        connection.execute("update link set unlinked_at = now(), ended_because = 'provider_closed'")
    alembic.command.downgrade(alembic_configuration(url), _before())
    with psycopg.connect(url) as connection:
        let_in = connection.execute(
            "select client_id from client where disabled_at is null"
        ).fetchall()
        assert let_in == [("client-0",)], "an older release lets nobody in who was stopped"
        ended = connection.execute("select unlinked_at is null, ended_because from link").fetchall()
        assert ended == [(False, None)]
