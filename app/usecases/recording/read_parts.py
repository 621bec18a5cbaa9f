"""Read the parts of what households share, for who looks at one of them: one decides all."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.store.database import Connection
from app.store.recording.holds import find_waiting
from app.store.recording.household_shares import HouseholdShare, shares_of
from app.usecases.recording.may_confirm import may_confirm
from behaviours.actions.stored_action import StoredAction
from behaviours.actions.waiting import SeenPart
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer


def read_parts(
    connection: Connection,
    actions: Sequence[StoredAction],
    *,
    viewer: Viewer,
    rulebook: ProgrammeRulebook,
) -> dict[UUID, list[SeenPart]]:
    """The parts of each action's whole, its reporter's first; nothing of one that nobody shares.

    A part that is not for who asks says its share alone, not whose it is.
    """
    shares = shares_of(connection, [each.action_id for each in actions])
    ids = {one.action_id for each in shares.values() for one in each if one.action_id}
    waiting = find_waiting(connection, list(ids))
    theirs = set(ids)
    if not viewer.sees_all:
        reported = {each for each, one in waiting.items() if one.provider_id == viewer.tenant_id}
        theirs = reported | may_confirm(connection, list(ids), viewer=viewer, rulebook=rulebook)

    def seen(share: HouseholdShare) -> SeenPart:
        told = viewer.sees_all or share.action_id in theirs
        stored = waiting.get(share.action_id) if told and share.action_id else None
        return SeenPart(
            share.action_id if told else None,
            share.participant_id if told else None,
            share.parts,
            share.saved_mg,
            stored.waiting.contest if stored and stored.waiting else None,
            is_nobodys=share.action_id is None,
        )

    return {action_id: [seen(one) for one in each] for action_id, each in shares.items()}
