"""Answers kept for replay, written in the same transaction as the effect they report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.store.driver import raw

# One round trip. The read may have begun before the lock was free; then the winner's row is not
# seen, our insert meets it on the primary key, and the transaction is run again and sees it.
_CLAIM = """
select pg_try_advisory_xact_lock(%s), kept.fingerprint, kept.status, kept.body
  from (select 1) as one
  left join kept_answer as kept on kept.key_digest = %s
"""
_LOOK = "select fingerprint, status, body from kept_answer where key_digest = %s"
_KEEP = """
insert into kept_answer (key_digest, fingerprint, status, body, kept_at)
values (%s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer with the fingerprint of its request; the body is stored encrypted."""

    fingerprint: bytes
    status: int
    body: bytes


def claim(connection: Connection, key: bytes) -> tuple[bool, KeptAnswer | None]:
    """Take ``key`` until the transaction ends: whether it was free, and what is kept for it."""
    lock = int.from_bytes(key[:8], "big", signed=True)
    # The first statement of its transaction: a connection that died meanwhile must be known as such
    # (``Database.transact``), so that all is done again on another.
    free, *kept = connection.exec_driver_sql(_CLAIM, (lock, key)).one()
    return free, None if kept[0] is None else KeptAnswer(*kept)


def look_again(connection: Connection, key: bytes) -> KeptAnswer | None:
    """What is kept for ``key`` at this moment."""
    row = raw(connection).execute(_LOOK, [key]).fetchone()
    return None if row is None else KeptAnswer(*row)


def keep(connection: Connection, key: bytes, kept: KeptAnswer, *, now: datetime) -> None:
    """Keep an answer for ``key``."""
    raw(connection).execute(_KEEP, [key, kept.fingerprint, kept.status, kept.body, now])
