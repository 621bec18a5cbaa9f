"""Read what was refused of a provider's: actions after a hold, and lines of its files."""

from __future__ import annotations

from uuid import UUID

from app.outbox import names
from app.store.database import Connection
from app.store.recording.own_lists import OwnPage, refused_of, tasks_of
from behaviours.actions.own_actions import OwnRefusal, RefusedLines


def read_own_refusals(
    connection: Connection, provider_id: UUID, *, before: UUID | None, most: int
) -> list[OwnRefusal]:
    """The last reported first, from before an id on; nothing of who left."""
    page = OwnPage(provider_id, before, most)
    found = [OwnRefusal(each.action_id, action=each) for each in refused_of(connection, page)]
    for task in tasks_of(connection, page, name=names.IMPORT_FILE, refused=True):
        codes = (task.result or {}).get("refused")
        assert isinstance(codes, dict), "the statement asks for those alone"
        counted = {code: count for code, count in codes.items() if isinstance(count, int)}
        lines = RefusedLines(task.task_id, task.finished_at, counted)
        found.append(OwnRefusal(task.task_id, lines=lines))
    return sorted(found, key=lambda each: each.refusal_id, reverse=True)[:most]
