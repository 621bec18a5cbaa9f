"""Publish a text: the second person, of the other role, signs it for good."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.store.database import Connection
from app.store.log.acting import tell
from app.store.people.texts import all_texts, lock_texts, publish
from app.store.signing import sign_by
from behaviours.civil_time import civil_day, start_of_day
from behaviours.logbook import LoggedSubject
from behaviours.texts import (
    PUBLISH,
    TEXT,
    AgreedWords,
    TextPublished,
    UnknownText,
    check_first_day,
)
from behaviours.viewer import Viewer
from rewards.signing import Matter


def publish_text(
    connection: Connection,
    kind: str,
    version: str,
    *,
    by: Viewer,
    zone: ZoneInfo,
    clock: Clock,
) -> tuple[AgreedWords, list[str]]:
    """The text, and whose signatures it still awaits; with none it is published.

    Refuses with UnknownText, TextPublished, TextInPast or SamePersonTwice.
    """
    lock_texts(connection)
    now = clock.now()
    known = all_texts(connection)
    found = next((each for each in known if (each.kind, each.version) == (kind, version)), None)
    if found is None:
        raise UnknownText("text")
    if found.published_at is not None:
        raise TextPublished(kind=kind, version=version)
    matter, named = Matter(TEXT, found.text_id, PUBLISH), LoggedSubject(TEXT, f"{kind}@{version}")
    missing = sign_by(connection, matter, by, now, subject=named)
    if missing:
        return found, missing
    published = [each for each in known if each.published_at is not None]
    check_first_day(found, published, today_began_at=start_of_day(civil_day(now, zone), zone))
    publish(connection, found.text_id, now=now)
    tell(TEXT, named.name, {"published": True}, old={"published": False})
    return replace(found, published_at=now), []
