"""Read actions by id, as far as they are for who asks."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.store.database import Connection
from app.store.recording.holds import find_any_actions
from behaviours.actions.refusals import PersonLeft, UnknownAction
from behaviours.actions.stored_action import StoredAction
from behaviours.organisations import PROVIDER
from behaviours.viewer import Viewer


def read_actions(
    connection: Connection, action_ids: Sequence[UUID], *, viewer: Viewer
) -> list[StoredAction]:
    """The actions in the order asked for; raises UnknownAction for what is not there to see.

    A provider reads nothing more of who left: PersonLeft.
    """
    found = find_any_actions(connection, action_ids)
    shown = []
    for action_id in action_ids:
        stored = found.get(action_id)
        if stored is None or not stored.is_visible_to(viewer):
            raise UnknownAction("action")
        if stored.is_shredded and viewer.role == PROVIDER:
            raise PersonLeft
        shown.append(stored)
    return shown
