"""Fetching the version that a step works on, at the right point of its life; and noting steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from app.ids import UnknownId
from app.store.database import Connection
from app.store.methodologies.steps import write_step
from app.store.methodologies.versions import Kept, lock_kept
from app.usecases.methodologies.refusals import DraftChanged, LifecycleConflict


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step; ``organisation_id`` is None for operators and authorities."""

    user_id: UUID
    role: str
    organisation_id: UUID | None = None


def subject_of(code: str, version: str) -> UUID:
    """The id under which signatures and tasks speak of a version."""
    return uuid5(NAMESPACE_URL, f"tanpuhui:methodology:{code}@{version}")


def version_at(
    connection: Connection, code: str, version: str, *states: str, revision: int | None = None
) -> Kept:
    """The locked version, which must be in one of ``states`` and, if named, at ``revision``.

    Raises UnknownId, LifecycleConflict, DraftChanged.
    """
    kept = lock_kept(connection, code, version)
    if kept is None:
        raise UnknownId(
            f"There is no draft {code}@{version}. POST /v1/methodologies/{code}/versions makes one."
        )
    if kept.state not in states:
        raise LifecycleConflict(
            f"{kept.label} is {kept.state}; this step needs it to be {' or '.join(states)}."
            + _advice(kept.state),
            details={"state": kept.state, "needed": list(states)},
        )
    if revision is not None and revision != kept.revision:
        raise DraftChanged(
            f"{kept.label} is at revision {kept.revision} by now, not {revision}. "
            "Read it again and send your change with the new ETag.",
            details={"revision": kept.revision},
        )
    return kept


def note(
    connection: Connection,
    kept: Kept,
    step: str,
    *,
    by: Actor,
    state: str,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Put a step on record; ``state`` is the one after it."""
    write_step(
        connection,
        code=kept.code,
        version=kept.version,
        step=step,
        state=state,
        revision=kept.revision,
        digest=kept.digest,
        user_id=by.user_id,
        role=by.role,
        details=details or {},
        now=now,
    )


def _advice(state: str) -> str:
    if state == "published":
        return " What is published never changes: draft a new version beside it."
    if state in ("filed", "reviewed"):
        return " Reopen it first if its content has to change."
    return ""
