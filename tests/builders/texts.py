"""Texts that the people of tests agree to, by versions of many names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from app.ids import new_id
from app.store.database import Database
from app.store.people.texts import add_text
from behaviours.texts import (
    CONSENT,
    ENTRUSTMENT,
    GUARDIAN,
    HOUSEHOLD,
    OF_PLACES,
    RANKING,
    TEAM,
    TERMS,
    AgreedWords,
    body_of,
)

VERSIONS = ("1", "2", *"abcdef", "2026-01", "v1", "recorded")
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
KINDS = (CONSENT, OF_PLACES, ENTRUSTMENT, GUARDIAN, HOUSEHOLD, TEAM, RANKING, TERMS)


def a_text(version: str, *, kind: str = CONSENT, since: datetime = SINCE) -> AgreedWords:
    """A published text."""
    words = {each: body_of(f"{kind} {version} {each}") for each in ("zh-CN", "en")}
    return AgreedWords(new_id(), kind, version, since, words, datetime.now(UTC))


def publish_texts(url: str, versions: Iterable[str] = VERSIONS) -> None:
    """Publish every kind of these versions now, in force since 2020."""
    database = Database(url, pool_size=1)
    try:
        for version in versions:
            for kind in KINDS:
                database.transact(add_text, a_text(version, kind=kind), now=SINCE)
    finally:
        database.close()
