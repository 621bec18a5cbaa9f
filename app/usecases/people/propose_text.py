"""Propose a text, which the proposer has signed with that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.people.texts import add_text, all_texts, drop_proposal, lock_texts
from app.store.signing import sign
from behaviours.civil_time import civil_day, start_of_day
from behaviours.logbook import LoggedSubject
from behaviours.scenes import Scenes
from behaviours.texts import (
    PUBLISH,
    TEXT,
    AgreedWords,
    TextPublished,
    body_of,
    check_first_day,
    check_new_text,
)
from behaviours.viewer import Viewer
from rewards.signing import Matter, missing_roles, signature_of


def propose_text(
    connection: Connection,
    kind: str,
    version: str,
    bodies: Mapping[str, str],
    *,
    in_force_at: datetime,
    by: Viewer,
    scenes: Scenes,
    zone: ZoneInfo,
    clock: Clock,
) -> tuple[AgreedWords, list[str]]:
    """The proposal, and whose signatures it awaits. A proposal of the same name is replaced.

    Refuses with UnknownTextKind, TextVersionMalformed, TextPublished or TextInPast.
    """
    check_new_text(kind, version, scenes)
    lock_texts(connection)
    now = clock.now()
    known = all_texts(connection)
    for each in known:
        if (each.kind, each.version) == (kind, version):
            if each.published_at is not None:
                raise TextPublished(pointer="/version", kind=kind, version=version)
            drop_proposal(connection, each.text_id)
    words = {language: body_of(each) for language, each in bodies.items()}
    proposed = AgreedWords(new_id(), kind, version, in_force_at, words, None)
    published = [each for each in known if each.published_at is not None]
    check_first_day(proposed, published, today_began_at=start_of_day(civil_day(now, zone), zone))
    add_text(connection, proposed, now=now)
    matter = Matter(TEXT, proposed.text_id, PUBLISH)
    named = LoggedSubject(TEXT, f"{kind}@{version}")
    signatures = sign(connection, matter, signature_of(by, now), subject=named)
    return proposed, missing_roles(signatures)
