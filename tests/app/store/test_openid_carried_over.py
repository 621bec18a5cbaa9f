"""Users from before OpenID providers keep their passwords; afterwards some have none."""

from __future__ import annotations

from collections.abc import Callable

import alembic.command
import psycopg
import pytest

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id

BEFORE, SINCE = "0049", "0050"
ADD = (
    "insert into app_user (user_id, username, display_name, password_hash, role, state, created_at)"
    " values (%s, %s, 'x', %s, 'operator', 'active', now())"
)
STEP = (
    "insert into user_step (step_id, user_id, step, taken_at) values (%s, %s, 'link_openid', now())"
)


def test_who_has_no_password_is_carried_over_and_back(make_database: Callable[[], str]) -> None:
    url = make_database()
    alembic.command.upgrade(alembic_configuration(url), BEFORE)
    with psycopg.connect(url) as connection:
        connection.execute(ADD, (new_id(), "with", "hash"))
        with pytest.raises(psycopg.errors.CheckViolation), connection.transaction():
            connection.execute(ADD, (new_id(), "without", None))
    upgrade(url)
    with psycopg.connect(url) as connection:
        user_id = new_id()
        connection.execute(ADD, (user_id, "without", None))
        connection.execute(STEP, (new_id(), user_id))
    alembic.command.downgrade(alembic_configuration(url), BEFORE)
    with psycopg.connect(url) as connection:
        kept = connection.execute("select username, password_hash from app_user").fetchall()
        # Nothing fits an empty hash; what was done is still told, and is not done any more.
        assert sorted(kept) == [("with", "hash"), ("without", "")]
        assert connection.execute("select step from user_step").fetchall() == [("link_openid",)]
        with pytest.raises(psycopg.errors.CheckViolation), connection.transaction():
            connection.execute(STEP, (new_id(), user_id))
    alembic.command.upgrade(alembic_configuration(url), SINCE)
    with psycopg.connect(url) as connection:
        connection.execute(STEP, (new_id(), user_id))
