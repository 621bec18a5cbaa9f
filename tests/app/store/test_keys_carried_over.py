"""The keys of what was signed before keys were kept are published with the migration."""

from __future__ import annotations

import json
from collections.abc import Callable

import alembic.command
import psycopg

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id
from app.secrecy.signatures import public_key_of, sign
from behaviours.signed_document import key_id

BEFORE = "0098"
FIRST, SECOND = b"\x01" * 32, b"\x02" * 32


def test_every_key_that_signed_something_is_published(make_database: Callable[[], str]) -> None:
    url = make_database()
    alembic.command.upgrade(alembic_configuration(url), BEFORE)
    with psycopg.connect(url) as connection:
        for day, signing_key in (("01", FIRST), ("02", FIRST), ("03", SECOND)):
            document = sign({"ends_at": f"2026-06-{day}T16:00:00Z"}, signing_key)
            connection.execute(
                "insert into anchor (day, document) values (%s, %s)",
                (f"2026-06-{day}", json.dumps(document)),
            )
            connection.execute(
                "insert into retirement (retirement_id, enterprise_id, quantity_t, beneficiary,"
                " purpose, period, retired_at, certificate)"
                " values (%s, %s, 1, 'B', 'donation', '2026', %s, %s)",
                (
                    *(new_id(), new_id(), f"2026-05-{day}T00:00:00Z"),
                    json.dumps(sign({"type": "certificate"}, signing_key)),
                ),
            )
    upgrade(url)
    with psycopg.connect(url) as connection:
        kept = connection.execute(
            "select key_id, public_key, to_char(published_at at time zone 'UTC', 'MM-DD')"
            " from registry_key order by published_at"
        ).fetchall()
    assert kept == [
        (key_id(public), public, day)
        for public, day in ((public_key_of(FIRST), "05-01"), (public_key_of(SECOND), "05-03"))
    ]
    alembic.command.downgrade(alembic_configuration(url), BEFORE)
    upgrade(url)
    with psycopg.connect(url) as connection:
        assert connection.execute("select count(*) from registry_key").fetchone() == (2,)
