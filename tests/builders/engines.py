"""Embedded engines to start, to write into and to look at."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from app.engines.start import Engines

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root must change its account")


def end_what_a_failed_test_left(folder: Path) -> None:
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if Path(process.cwd()).is_relative_to(folder):
                process.kill()


def write(engines: Engines, text: str) -> None:
    with psycopg.connect(engines.database_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (text text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [text])
    with redis.Redis.from_url(engines.redis_url) as client:
        client.rpush("kept", text)


def read(engines: Engines) -> list[str]:
    with psycopg.connect(engines.database_url) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM kept ORDER BY text")]


def read_redis(engines: Engines) -> list[str]:
    with redis.Redis.from_url(engines.redis_url, decode_responses=True) as client:
        return client.lrange("kept", 0, -1)


def postmaster(engines: Engines) -> psutil.Process:
    with psycopg.connect(engines.database_url) as connection:
        (backend,) = connection.execute("SELECT pg_backend_pid()").fetchone()
        return psutil.Process(backend).parent()


def valkey(engines: Engines) -> psutil.Process:
    with redis.Redis.from_url(engines.redis_url) as client:
        return psutil.Process(client.info("server")["process_id"])


def ask(engines: Engines, setting: str) -> str:
    with psycopg.connect(engines.database_url) as connection:
        return connection.execute(f"SHOW {setting}").fetchone()[0]
