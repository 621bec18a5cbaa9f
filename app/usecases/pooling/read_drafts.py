"""Read drafts: the bundles for which a person may entrust reductions."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import list_bundles
from rewards.pooling.bundle import Bundle
from rewards.pooling.drafts import DRAFTS


def read_drafts(connection: Connection, *, before: UUID | None, most: int) -> list[Bundle]:
    """Up to ``most`` drafts, newest first, older than ``before``."""
    return list_bundles(connection, DRAFTS, before=before, most=most)
