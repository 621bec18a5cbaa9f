"""Answers kept for replay, written in the same transaction as the effect they report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

# One round trip. The read may have begun before the lock was free; then the winner's row is not
# seen, our insert meets it on the primary key, and the transaction is run again and sees it.
_CLAIM = text(
    """
    select pg_try_advisory_xact_lock(:lock) as free, kept.fingerprint, kept.status, kept.body
      from (select 1) as one
      left join kept_answer as kept on kept.key_digest = :key
    """
)
_LOOK = text("select fingerprint, status, body from kept_answer where key_digest = :key")
_KEEP = text(
    """
    insert into kept_answer (key_digest, fingerprint, status, body, kept_at)
    values (:key, :fingerprint, :status, :body, :now)
    """
)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer with the fingerprint of its request; the body is stored encrypted."""

    fingerprint: bytes
    status: int
    body: bytes


def claim(connection: Connection, key: bytes) -> tuple[bool, KeptAnswer | None]:
    """Take ``key`` until the transaction ends: whether it was free, and what is kept for it."""
    lock = int.from_bytes(key[:8], "big", signed=True)
    row = connection.execute(_CLAIM, {"lock": lock, "key": key}).one()
    if row.fingerprint is None:
        return row.free, None
    return row.free, KeptAnswer(bytes(row.fingerprint), row.status, bytes(row.body))


def look_again(connection: Connection, key: bytes) -> KeptAnswer | None:
    """What is kept for ``key`` at this moment."""
    row = connection.execute(_LOOK, {"key": key}).one_or_none()
    return None if row is None else KeptAnswer(bytes(row.fingerprint), row.status, bytes(row.body))


def keep(connection: Connection, key: bytes, kept: KeptAnswer, *, now: datetime) -> None:
    """Keep an answer for ``key``."""
    connection.execute(
        _KEEP,
        {
            "key": key,
            "fingerprint": kept.fingerprint,
            "status": kept.status,
            "body": kept.body,
            "now": now,
        },
    )
