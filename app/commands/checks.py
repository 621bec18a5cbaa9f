"""What must be true before the programme serves; asked by doctor, and by serve in live mode."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

import click
import redis

from app.clock import Clock
from app.commands.application_role import TRIGGERS_ALONE
from app.commands.migrate import newest_step
from app.commands.port import port_problem
from app.secrecy.sealing import MasterKeys
from app.settings import Settings
from app.store.log.acting import acting
from app.store.roles import AS_ROLE, OWN, ROLE
from app.store.server_facts import ServerUnreachable, ask_server

OLDEST_POSTGRES = 15
OLDEST_REDIS = (7, 0)
LEAST_FREE_BYTES = 1 << 30
# Without these nothing could be answered, in test mode either.
MUST_HOLD = {"migrations", "carry-over", "database", "master key"}
# Half of what an authenticator may differ by.
MOST_APART = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor: what was looked at, what was found, and what to do if it is bad.

    `grave` problems keep the programme from starting in live mode.
    """

    name: str
    found: str
    remedy: str | None = None
    grave: bool = False


def refuse_unsafe(settings: Settings) -> None:
    """End with every grave problem at once: all of them in live mode; a test may be less careful.

    A database that is not migrated to the end is refused in both modes: nothing could be
    answered, or what was claimed before would be claimed again.
    """
    problems = [
        check
        for check in (*database_checks(settings), *redis_checks(settings))
        if check.remedy and check.grave and (not settings.is_test_mode or check.name in MUST_HOLD)
    ]
    if problems:
        said = "\n".join(f"  * {check.name}: {check.found}. {check.remedy}" for check in problems)
        raise click.ClickException(f"Not safe to start:\n{said}")


def database_checks(settings: Settings) -> Iterator[Check]:
    """The server's version and safety, and the step of the books."""
    assert settings.database_url is not None
    try:
        # Nobody's step: where it would be logged there may be nothing yet.
        with acting(None):
            facts = ask_server(settings.database_url)
    except ServerUnreachable as problem:
        yield Check(
            "database",
            str(problem),
            "Start the server that DATABASE_URL names, or unset it for the embedded one.",
            grave=True,
        )
        return
    yield Check(
        "database",
        f"PostgreSQL {facts.major}",
        None if facts.major >= OLDEST_POSTGRES else "Use PostgreSQL 15 or newer.",
        grave=True,
    )
    yield Check(
        "durability",
        f"off: {', '.join(facts.unsafe)}" if facts.unsafe else "what is answered is on disk",
        "Turn these on in the server's configuration: a crash could lose answered requests."
        if facts.unsafe
        else None,
        grave=True,
    )
    yield _database_clock_check(facts.clock_ahead)
    yield _append_only_check(facts.serving_by)
    newest = newest_step()
    yield Check(
        "migrations",
        f"at step {facts.step or 'none'} of {newest or 'none'}",
        None if facts.step == newest else "Run `tanpuhui migrate`.",
        grave=True,
    )
    yield _master_key_check(settings, facts.master_key_id)
    yield _carry_over_check(facts.unfinished)


def _carry_over_check(unfinished: tuple[str, ...]) -> Check:
    return Check(
        "carry-over",
        f"unfinished: {', '.join(unfinished)}" if unfinished else "nothing is left",
        "Run `tanpuhui migrate` until it ends: a claim made before would not be found."
        if unfinished
        else None,
        grave=True,
    )


def _master_key_check(settings: Settings, key_id: bytes | None) -> Check:
    """With another key than the books' nobody could read or record anything."""
    keys = MasterKeys(settings.master_key, settings.other_master_keys)
    known = key_id is None or keys.knows(key_id)
    return Check(
        "master key",
        "the books are sealed by one that is set"
        if known
        else f"the books are sealed by another one, {(key_id or b'').hex()}",
        None
        if known
        else "Set TANPUHUI_MASTER_KEY to the key of these books, or add that key to"
        " TANPUHUI_OTHER_MASTER_KEYS; a copy of the database is of no use without it.",
        grave=True,
    )


def _database_clock_check(ahead: timedelta) -> Check:
    """Codes of authenticators and one-time links go by this machine's clock, orders by both."""
    apart = abs(ahead) > MOST_APART
    seconds = round(ahead.total_seconds())
    return Check(
        "database clock",
        f"{seconds:+,} s from this machine's" if apart else "tells the same time as this machine",
        "Let both machines follow a time server (NTP)." if apart else None,
        grave=True,
    )


def _append_only_check(serving_by: str) -> Check:
    """Asks for no remedy: the triggers hold, whoever serves."""
    found = {
        OWN: "this user cannot change it",
        AS_ROLE: f"this user could change it; serve and worker give that up and become {ROLE}",
    }
    told = found.get(serving_by) or f"kept by triggers alone: {TRIGGERS_ALONE[serving_by]}"
    return Check("append-only", told)


def redis_checks(settings: Settings) -> Iterator[Check]:
    """The queue's server: old ones lack commands, evicting ones lose jobs."""
    assert settings.redis_url is not None
    try:
        with closing(redis.Redis.from_url(settings.redis_url, socket_timeout=5)) as client:
            version = str(client.info("server")["redis_version"])
            policy = client.info("memory")["maxmemory_policy"]
            appends = client.info("persistence")["aof_enabled"] == 1
    except redis.RedisError as problem:
        yield Check(
            "redis",
            str(problem),
            "Start the server that REDIS_URL names, or unset it for the embedded one.",
            grave=True,
        )
        return
    new_enough = tuple(int(part) for part in version.split(".")[:2]) >= OLDEST_REDIS
    yield Check(
        "redis",
        f"speaks as Redis {version}",
        None if new_enough else "Use Redis 7 or newer, or Valkey.",
        grave=True,
    )
    yield Check(
        "redis eviction",
        str(policy),
        None if policy == "noeviction" else "Set maxmemory-policy to noeviction: jobs vanish.",
        grave=True,
    )
    # Not grave: the outbox in PostgreSQL starts again whatever the queue forgot.
    yield Check(
        "redis persistence",
        "append-only file on" if appends else "append-only file off",
        None if appends else "Set appendonly to yes, so that queued jobs outlive a restart.",
    )


def machine_checks(settings: Settings) -> Iterator[Check]:
    """Python, disk, secrets, port and clock."""
    yield Check(
        "python",
        f"{platform.python_version()} at {sys.executable}",
        None if sys.version_info >= (3, 11) else "Use Python 3.11 or newer.",
    )
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    free_bytes = shutil.disk_usage(settings.data_dir).free
    yield Check(
        "disk",
        f"{free_bytes // (1 << 20):,} MiB free in {settings.data_dir}",
        None if free_bytes >= LEAST_FREE_BYTES else "Free at least 1 GiB.",
    )
    yield _secrets_check(settings)
    yield Check(
        "port",
        f"{settings.port} on {settings.host} is in use, perhaps by this programme itself"
        if port_problem(settings)
        else f"{settings.port} is free on {settings.host}",
    )
    yield _clock_check(settings)


def _secrets_check(settings: Settings) -> Check:
    if not settings.is_test_mode:
        return Check("secrets", "set")
    path = settings.data_dir / "secrets.json"
    if path.exists() and path.stat().st_mode & 0o077 and path.stat().st_uid == os.geteuid():
        return Check("secrets", f"others may read {path}", f"Run: chmod 600 '{path}'")
    return Check("secrets", "made up for test mode")


def _clock_check(settings: Settings) -> Check:
    ahead = Clock(settings.clock_path).offset()
    if not ahead:
        return Check("clock", "real time")
    return Check("clock", f"{ahead // timedelta(seconds=1):,} s ahead of real time (test mode)")
