"""Read what a person did."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from uuid import UUID

from app.store.database import Connection
from app.store.recording.actions import actions_of
from app.store.recording.holds import holds_of, waiting_of
from behaviours.actions.stored_action import StoredAction
from behaviours.viewer import Viewer


def read_my_actions(
    connection: Connection, *, viewer: Viewer, before: UUID | None, most: int
) -> list[StoredAction]:
    """Up to ``most`` of the viewer's own actions, the last recorded first, from an id on.

    Those that wait, or ended without credit, stand among those that count.
    """
    assert viewer.role == "participant", "only people do things"
    assert viewer.tenant_id is not None
    person = viewer.tenant_id
    credited = actions_of(connection, person, before=before, limit=most)
    holds = holds_of(connection, [each.action_id for each in credited])
    found = [replace(each, waiting=holds.get(each.action_id)) for each in credited]
    found += waiting_of(connection, person, before=before, limit=most)
    return sorted(found, key=attrgetter("action_id"), reverse=True)[:most]
