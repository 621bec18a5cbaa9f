"""Issuers from before two people were needed stay; an earlier release gets only those."""

from __future__ import annotations

from collections.abc import Callable

import alembic.command
import psycopg

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id

BEFORE = "0073"
FORMER = (
    "insert into issuer (code, name_zh, name_en, kinds, per, registered_by, registered_at)"
    " values (%s, '地铁', 'Metro', array['ride'], 'never', %s, now())"
)


def test_what_stood_stays_in_force_and_what_waits_is_not_believed_by_an_earlier_release(
    make_database: Callable[[], str],
) -> None:
    url = make_database()
    alembic.command.upgrade(alembic_configuration(url), BEFORE)
    with psycopg.connect(url) as connection:
        connection.execute(FORMER, ("stands", new_id()))
    upgrade(url)
    with psycopg.connect(url) as connection:
        kept = connection.execute("select code, in_force_at = registered_at from issuer").fetchall()
        assert kept == [("stands", True)]
        connection.execute(FORMER, ("waits", new_id()))
    alembic.command.downgrade(alembic_configuration(url), BEFORE)
    with psycopg.connect(url) as connection:
        assert connection.execute("select code from issuer").fetchall() == [("stands",)]
    upgrade(url)
