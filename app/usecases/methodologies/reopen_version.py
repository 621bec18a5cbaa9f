"""Reopen a version that was not published: back to a draft, and signatures count no more."""

from __future__ import annotations

from app.clock import Clock
from app.store.database import Connection
from app.store.methodologies.steps import write_step
from app.store.methodologies.versions import lock_version, save_version
from behaviours.rules.lifecycle import MethodologyVersion
from behaviours.viewer import Viewer


def reopen_version(
    connection: Connection, *, code: str, version: str, reason: str, by: Viewer, clock: Clock
) -> MethodologyVersion:
    """Let a filed or reviewed version be changed again; it has to be filed and reviewed anew.

    Raises UnknownDraft, LifecycleConflict.
    """
    resting = lock_version(connection, code, version)
    now = clock.now()
    reopened = resting.move("reopen", by, now=now)
    taken = resting.step("reopen", by, now=now, details={"reason": reason})
    write_step(connection, code, version, taken)
    save_version(connection, reopened)
    return reopened
