"""Scenes that are open since ever, without anybody who applied: for what is measured or tried."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from app.ids import new_ids
from app.store.organisations.scenes import add_admissions
from behaviours.scene_admission import opened
from behaviours.vocabulary import CATEGORIES

SINCE: Final = datetime(1970, 1, 1, tzinfo=UTC)


def open_scenes(
    connection: Connection,
    providers: Iterable[UUID | None],
    scenes: Sequence[str] = tuple(CATEGORIES.values()),
) -> None:
    """Categories, or other scenes, open to these providers (None: in the programme)."""
    pairs = [(provider, scene) for provider in providers for scene in scenes]
    made = [
        opened(admission_id, provider, scene, since=SINCE)
        for admission_id, (provider, scene) in zip(new_ids(len(pairs)), pairs, strict=True)
    ]
    add_admissions(connection, made)
