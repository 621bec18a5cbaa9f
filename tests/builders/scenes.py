"""Scenes that are open in a programme of tests, and providers that report all of them."""

from __future__ import annotations

from uuid import UUID

from app.store.bench.scenes import open_scenes
from app.store.database import Database
from app.wiring import Wiring


def open_programme_scenes(url: str) -> None:
    """What a programme of tests publishes before anybody is there."""
    database = Database(url, pool_size=1)
    try:
        database.transact(open_scenes, [None])
    finally:
        database.close()


def admit_everywhere(wiring: Wiring, provider: UUID) -> None:
    """Let a provider report every scene, and this process know."""
    wiring.database.transact(open_scenes, [provider])
    wiring.rules.expect_news(wiring.database)
