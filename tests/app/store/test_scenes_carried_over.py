"""Programmes of before scenes were admitted: whoever could report may go on."""

from __future__ import annotations

from collections.abc import Callable

import alembic.command
import psycopg

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id
from app.store.database import Database
from app.usecases.organisations.read_open_scenes import read_open_scenes
from behaviours.actions.shipped import load_rulebook
from behaviours.scenes import Scenes

BEFORE = "0054"


def test_everything_is_open_to_every_provider_and_a_fresh_programme_begins_closed(
    make_database: Callable[[], str],
) -> None:
    url, fresh = make_database(), make_database()
    upgrade(fresh)
    alembic.command.upgrade(alembic_configuration(url), BEFORE)
    provider, merchant = new_id(), new_id()
    with psycopg.connect(url) as connection:
        for organisation_id, kind in ((provider, "provider"), (merchant, "merchant")):
            connection.execute(
                "insert into organisation (organisation_id, kind, name, created_at)"
                " values (%s, %s, 'x', now())",
                (organisation_id, kind),
            )
    upgrade(url)
    known = Scenes.of({each.code: each.category_code for each in load_rulebook().behaviours()})
    with psycopg.connect(url) as connection:
        [[now]] = connection.execute("select now()").fetchall()
        assert connection.execute(
            "select count(*), count(distinct step), min(step) from scene_step"
        ).fetchall() == [(16, 1, "carry")]
    for books, is_open in ((url, True), (fresh, False)):
        database = Database(books, pool_size=1)
        scenes = database.transact(read_open_scenes, known)
        database.close()
        for behaviour in known.categories():
            assert scenes.is_open(provider.hex, behaviour, now) == is_open
            assert not scenes.is_open(merchant.hex, behaviour, now)
    alembic.command.downgrade(alembic_configuration(url), BEFORE)
    upgrade(url)
    with psycopg.connect(url) as connection:
        [[kept]] = connection.execute("select count(*) from scene_admission").fetchall()
    assert kept == 16
