"""Books with rows of every release go back to an earlier step, and up again."""

from __future__ import annotations

from collections.abc import Callable

import alembic.command
import psycopg
import pytest

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id
from behaviours.one_time_links import PURPOSES
from behaviours.users import ALL_STEPS

ADD_USER = (
    "insert into app_user (user_id, username, display_name, password_hash, role, state, created_at)"
    " values (%s, %s, 'Li Wei', %s, 'authority', 'active', now())"
)
ADD_STEP = "insert into user_step (step_id, user_id, step, taken_at) values (%s, %s, %s, now())"
ADD_LINK = (
    "insert into one_time_link (link_digest, user_id, purpose, factor_id, made_at, expires_at)"
    " values (%s, %s, %s, %s, now(), now())"
)
ADD_STONE = (
    "insert into tombstone (tombstone_digest, debt, left_at, kept_until, limits, leads_to)"
    " values (%s, %s, now(), now(), %s, %s)"
)


def filled(url: str) -> None:
    """Users with and without a password, every step of theirs, a link of every purpose, a city,
    and tombstones of who left, under this release and before, and of who came back."""
    upgrade(url)
    with psycopg.connect(url) as connection:
        user_id = new_id()
        connection.execute(ADD_USER, (user_id, "li.wei", "hash"))
        connection.execute(ADD_USER, (new_id(), "by.openid", None))
        connection.execute(
            "insert into staff_area (user_id, region, set_at) values (%s, 'CN-330100', now())",
            (user_id,),
        )
        for step in ALL_STEPS:
            connection.execute(ADD_STEP, (new_id(), user_id, step))
        for number, purpose in enumerate(PURPOSES):
            connection.execute(ADD_LINK, (bytes([number]), user_id, purpose, new_id()))
        for number, (debt, limits, leads_to) in enumerate(
            [(7, None, None), (5, "{}", None), (0, None, new_id())]
        ):
            connection.execute(ADD_STONE, (bytes([number]), debt, limits, leads_to))


@pytest.mark.parametrize("before", ["0046", "0049", "0050", "0053"])
def test_what_was_done_stays_and_the_way_up_is_open(
    make_database: Callable[[], str], before: str
) -> None:
    url = make_database()
    filled(url)
    steps = "select step from user_step order by step_id"
    for _ in range(2):
        alembic.command.downgrade(alembic_configuration(url), before)
        with psycopg.connect(url) as connection:
            told = [step for (step,) in connection.execute(steps)]
            assert told == [*ALL_STEPS], "the history of users is never shortened"
        upgrade(url)
    with psycopg.connect(url) as connection:
        checked = connection.execute(
            "select convalidated from pg_constraint where conname = 'ck_user_step_step'"
        ).fetchall()
        assert checked == [(True,)], "every row, not only those to come"


def test_ways_back_end_with_the_release_that_knew_them(make_database: Callable[[], str]) -> None:
    url = make_database()
    filled(url)
    alembic.command.downgrade(alembic_configuration(url), "0053")
    purposes = "select purpose from one_time_link order by link_digest"
    with psycopg.connect(url) as connection:
        left = [purpose for (purpose,) in connection.execute(purposes)]
        assert left == [each for each in PURPOSES if each != "recovery"]
        with pytest.raises(psycopg.errors.CheckViolation), connection.transaction():
            connection.execute(ADD_LINK, (b"x", new_id(), "recovery", new_id()))
        with pytest.raises(psycopg.errors.CheckViolation), connection.transaction():
            connection.execute(ADD_STEP, (new_id(), new_id(), "sign_recovery"))
    upgrade(url)
    with psycopg.connect(url) as connection:
        connection.execute(ADD_LINK, (b"x", new_id(), "recovery", new_id()))


def test_who_came_back_leaves_no_tombstone_to_an_earlier_release(
    make_database: Callable[[], str],
) -> None:
    """It would take the person for somebody who left with nothing, and let them come twice."""
    url = make_database()
    filled(url)
    alembic.command.downgrade(alembic_configuration(url), "0046")
    debts = "select debt from tombstone order by tombstone_digest"
    with psycopg.connect(url) as connection:
        assert connection.execute(debts).fetchall() == [(7,), (5,)], "whoever owes owes it still"
    upgrade(url)
    with psycopg.connect(url) as connection:
        carried = connection.execute("select debt, limits, leads_to from tombstone order by debt")
        assert carried.fetchall() == [(5, None, None), (7, None, None)]
