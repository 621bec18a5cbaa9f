"""Ask people for what an organisation's word does not reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from app.store.database import Connection
from app.store.people.requests import add_requests, open_requests
from behaviours.requests import PersonalRequest


def ask_people(
    connection: Connection, asked: Sequence[tuple[UUID, PersonalRequest]]
) -> dict[UUID, list[PersonalRequest]]:
    """The requests that now wait for each person; one that waits already is not made again."""
    if not asked:
        return {}
    waiting = {
        (who, each.about): each
        for who, each in open_requests(connection, sorted({who for who, _ in asked}))
    }
    answer: dict[UUID, list[PersonalRequest]] = defaultdict(list)
    fresh = []
    for who, each in asked:
        known = waiting.setdefault((who, each.about), each)
        if known is each:
            fresh.append((who, each))
        if known not in answer[who]:
            answer[who].append(known)
    add_requests(connection, fresh)
    return answer
