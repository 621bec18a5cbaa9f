"""A task: one row of the outbox, and the progress of the work that it starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from behaviours.json_value import JsonObject

WAITING = "waiting"
RUNNING = "running"
DONE = "done"
FAILED = "failed"
STATES = (WAITING, RUNNING, DONE, FAILED)


@dataclass(frozen=True, slots=True)
class StoredTask:
    """A task as it stands; ``total`` is None while it is not known.

    ``started_by`` is the user or organisation that may read it, ``subject_id`` what it is about.
    ``result`` is a small JSON object, ``problem`` a sentence.
    """

    task_id: UUID
    name: str
    subject_id: UUID | None
    started_by: UUID | None
    state: str
    done: int
    total: int | None
    result: JsonObject | None
    problem: str | None
    attempts: int
    created_at: datetime
    finished_at: datetime | None


class Attempt(NamedTuple):
    """One attempt at a task; they are counted from 1."""

    task_id: UUID
    number: int


class Reached(NamedTuple):
    """How far a task is; ``total`` is None while it is not known."""

    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class ClaimedTask:
    """A task in this worker's hands; ``attempt`` counts from 1."""

    task_id: UUID
    name: str
    subject_id: UUID | None
    arguments: JsonObject
    attempt: int
