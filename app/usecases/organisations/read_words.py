"""Read what was written in applications for scenes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.scenes import words_of


def read_words(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Of the newest application for each; those that were carried over have none."""
    return words_of(connection, ids)
