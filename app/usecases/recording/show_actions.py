"""Show actions to who is a party to them; to anybody else they do not exist."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.ids import UnknownId
from app.store.database import Connection
from app.store.recording.actions import StoredAction, find_actions
from behaviours.viewer import Viewer


def show_actions(
    connection: Connection, action_ids: Sequence[UUID], *, viewer: Viewer
) -> list[StoredAction]:
    """The actions in the order asked for; raises UnknownId for what is not there to see.

    Parties are the person, the provider that reported it, operators and authorities.
    """
    found = find_actions(connection, action_ids)
    shown = []
    for action_id in action_ids:
        stored = found.get(action_id)
        if stored is None or not _is_party(viewer, stored):
            raise UnknownId(
                "There is no action with this id for you. Check that it was copied whole."
            )
        shown.append(stored)
    return shown


def _is_party(viewer: Viewer, stored: StoredAction) -> bool:
    if viewer.sees_all:
        return True
    if viewer.role == "participant":
        return viewer.tenant_id == stored.participant_id
    return stored.provider_id is not None and viewer.tenant_id == stored.provider_id
