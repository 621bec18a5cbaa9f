"""Reopen a version that was not published: back to a draft, and signatures count no more."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.methodologies.versions import Kept, move, read_kept
from app.usecases.methodologies.standing import Actor, note, version_at


def reopen_version(
    connection: Connection, *, code: str, version: str, reason: str, by: Actor, now: datetime
) -> Kept:
    """Let a filed or reviewed version be changed again; it has to be filed and reviewed anew.

    Raises UnknownId, LifecycleConflict.
    """
    kept = version_at(connection, code, version, "filed", "reviewed")
    note(connection, kept, "reopen", by=by, state="draft", now=now, details={"reason": reason})
    move(connection, kept, state="draft", reopened=True)
    reopened = read_kept(connection, code, version)
    assert reopened is not None
    return reopened
