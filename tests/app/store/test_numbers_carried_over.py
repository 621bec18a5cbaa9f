"""What an issuer said of its numbers before it was dated holds for every day, as it did."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import alembic.command
import psycopg

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id
from app.store.database import Database
from app.store.organisations.issuers import read_register, state_shapes
from behaviours.issuers import SINCE_EVER, DatedNumbers, NumberShape

BEFORE = "0088"
ADD = (
    "insert into issuer (code, name_zh, name_en, kinds, per, numbers, registered_by, registered_at,"
    " in_force_at) values (%s, '地铁', 'Metro', array['ride'], 'never', %s, %s, now(), {in_force})"
)
SIX = NumberShape("ride", 6, 6, digits_only=True)
EIGHT = SIX._replace(least=8, most=8)


def test_what_was_said_before_holds_for_every_day(make_database: Callable[[], str]) -> None:
    url, said = make_database(), json.dumps([SIX._asdict()])
    alembic.command.upgrade(alembic_configuration(url), BEFORE)
    with psycopg.connect(url) as connection:
        connection.execute(ADD.format(in_force="now()"), ("dated", said, new_id()))
        connection.execute(ADD.format(in_force="now()"), ("silent", None, new_id()))
        connection.execute(ADD.format(in_force="null"), ("waits", said, new_id()))
    upgrade(url)
    with psycopg.connect(url) as connection:
        rows = connection.execute("select code, since, numbers from issuer_numbers").fetchall()
        assert rows == [("dated", SINCE_EVER, [SIX._asdict()])]
        (now,) = connection.execute("select now()").fetchone() or (None,)
    database = Database(url)
    with database.engine.begin() as connection:
        register = read_register(connection)
        assert register.issuers["dated"].history == (DatedNumbers(SINCE_EVER, (SIX,)),)
        assert register.issuers["silent"].history == (DatedNumbers(SINCE_EVER, ()),)
        since = date(2026, 1, 1)
        state_shapes(connection, "dated", DatedNumbers(since, (EIGHT,)), now=now)
        issuer = read_register(connection).issuers["dated"]
        assert issuer.shapes_of("ride") == ((SINCE_EVER, SIX), (since, EIGHT))
        assert issuer.numbers == (EIGHT,)
    database.engine.dispose()
    alembic.command.downgrade(alembic_configuration(url), BEFORE)
    with psycopg.connect(url) as connection:
        last = connection.execute("select numbers from issuer where code = 'dated'").fetchone()
        assert last == ([EIGHT._asdict()],), "an earlier release knows what was said last"
    upgrade(url)
