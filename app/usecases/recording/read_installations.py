"""Read installations: their holder, who reported them, operators, and providers she consents to."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.store.database import Connection
from app.store.recording.installations import find_installations
from behaviours.actions.installation import RegisteredInstallation, UnknownInstallation
from behaviours.viewer import Viewer


def read_installations(
    connection: Connection, ids: Sequence[UUID], *, viewer: Viewer, hold: bool = False
) -> list[RegisteredInstallation]:
    """The installations in the order of the ids; raises UnknownInstallation.

    With ``hold`` they stay as they are, and no action of theirs is recorded, until the end.
    """
    found = find_installations(connection, ids, viewer=viewer, hold=hold)
    if any(one not in found for one in ids):
        raise UnknownInstallation("installation")
    return [found[one] for one in ids]
