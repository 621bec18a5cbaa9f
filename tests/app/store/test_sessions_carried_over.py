"""Sessions of before go on, and the way back forgets those that a person ended."""

from __future__ import annotations

from collections.abc import Callable

import alembic.command
import psycopg

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id

ADD = """
    insert into word_session (participant_id, session_id, organisation_id, link_id, started_at,
                              expires_at)
    values (%s, %s, %s, %s, now(), now() + interval '1 hour')
"""
LEFT = "select session_id from word_session order by session_id"


def test_sessions_go_on_and_on_the_way_back_only_those_that_nobody_ended(
    make_database: Callable[[], str],
) -> None:
    url, sessions = make_database(), [new_id(), new_id()]
    alembic.command.upgrade(alembic_configuration(url), "0084")
    with psycopg.connect(url) as connection:
        for each in sessions:
            connection.execute(ADD, (new_id(), each, new_id(), new_id()))
    upgrade(url)
    with psycopg.connect(url) as connection:
        ended = connection.execute("select session_id, ended_at from word_session order by 1")
        assert ended.fetchall() == [(each, None) for each in sessions]
        connection.execute(
            "update word_session set ended_at = now() where session_id = %s", (sessions[0],)
        )
    alembic.command.downgrade(alembic_configuration(url), "0084")
    with psycopg.connect(url) as connection:
        assert connection.execute(LEFT).fetchall() == [(sessions[1],)]
    upgrade(url)
