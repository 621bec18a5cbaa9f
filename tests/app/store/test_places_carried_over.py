"""What is kept before there were cities and one schedule: complaints say where, old tasks end."""

from __future__ import annotations

from collections.abc import Callable

import alembic.command
import psycopg

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id

BEFORE = "0047"


def test_complaints_say_where_and_tasks_of_former_jobs_end(
    make_database: Callable[[], str],
) -> None:
    url = make_database()
    alembic.command.upgrade(alembic_configuration(url), BEFORE)
    person, complaint, operator = new_id(), new_id(), new_id()
    with psycopg.connect(url) as connection:
        connection.execute(
            "insert into participant (participant_id, region, state, enrolled_by, enrolled_at)"
            " values (%s, 'CN-330100', 'active', %s, now())",
            (person, new_id()),
        )
        connection.execute(
            "insert into complaint (participant_id, complaint_id, number, kind, answerer, filed_by,"
            " filed_at, acknowledge_by, state, due_at) values (%s, %s, 'N', 'other', 'programme',"
            " 'participant', now(), now(), 'filed', now())",
            (person, complaint),
        )
        connection.execute(
            "insert into app_user (user_id, username, display_name, password_hash, role, state,"
            " created_at) values (%s, 'li.wei', 'Li Wei', 'hash', 'operator', 'active', now())",
            (operator,),
        )
        for name in ("purge_codes", "expire_lots"):
            connection.execute(
                "insert into task (task_id, name, state, done, arguments, created_at, run_after)"
                " values (%s, %s, 'waiting', 0, '{}', now(), now())",
                (new_id(), name),
            )
    upgrade(url)
    with psycopg.connect(url) as connection:
        assert connection.execute("select region from complaint").fetchall() == [("CN-330100",)]
        assert connection.execute("select name from task").fetchall() == [("expire_lots",)]
        # Who acts now answers for the whole programme, as before.
        assert connection.execute("select count(*) from staff_area").fetchall() == [(0,)]
        connection.execute(
            "insert into user_step (step_id, user_id, step, taken_at)"
            " values (%s, %s, 'limit_area', now())",
            (new_id(), operator),
        )
    alembic.command.downgrade(alembic_configuration(url), "0050")
    with psycopg.connect(url) as connection:
        kept = connection.execute("select step from user_step").fetchall()
        assert kept == [("limit_area",)], "what was done to users stays in their history"
        assert connection.execute("select number from complaint").fetchall() == [("N",)]
    upgrade(url)
