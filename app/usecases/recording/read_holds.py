"""Read the queue of what waits, as far as it is for who asks."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.recording.holds import queue
from app.usecases.recording.read_parts import read_parts
from behaviours.actions.stored_action import StoredAction
from behaviours.actions.waiting import PROVIDER, SeenPart
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer


class SoughtHolds(NamedTuple):
    """Which of the queue; None is all."""

    state: str | None = None
    behaviour: str | None = None
    owned: bool | None = None
    contested: bool | None = None
    alarmed: bool | None = None


def read_holds(
    connection: Connection,
    wanted: SoughtHolds,
    *,
    viewer: Viewer,
    rulebook: ProgrammeRulebook,
    after: UUID | None,
    limit: int,
) -> list[tuple[StoredAction, list[SeenPart]]]:
    """What waits, the longest first, from after an id on; what a household shares once, with all
    its parts.

    Operators and authorities see everything; a provider what it reported, and what people who let
    it report such actions reported themselves.
    """
    assert viewer.sees_all or viewer.role == PROVIDER
    found = queue(
        connection,
        **wanted._asdict(),
        area=viewer.area,
        provider_id=None if viewer.sees_all else viewer.tenant_id,
        categories=rulebook.scenes.categories(),
        after=after,
        limit=limit,
    )
    parts = read_parts(connection, found, viewer=viewer, rulebook=rulebook)
    return [(each, parts.get(each.action_id, [])) for each in found]
