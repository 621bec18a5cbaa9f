"""The fixtures of this suite stand on real engines, and keep to their own."""

from __future__ import annotations

import psycopg
import redis

from app.settings import Settings
from app.store.tables.all import metadata


def test_the_shared_database_has_every_table(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
    assert {name for (name,) in rows} >= {table.name for table in metadata.sorted_tables}


def test_a_fresh_database_is_nobody_elses(fresh_database: str, database_url: str) -> None:
    with psycopg.connect(fresh_database) as connection:
        connection.execute("CREATE TABLE broken_on_purpose (id int)")
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT to_regclass('broken_on_purpose')").fetchone() == (None,)


def test_redis_is_reached_by_the_settings(settings: Settings) -> None:
    assert settings.redis_url is not None
    with redis.Redis.from_url(settings.redis_url) as client:
        assert client.ping() is True
