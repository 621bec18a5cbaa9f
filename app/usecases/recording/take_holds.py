"""Take actions that wait to look at them, so that two do not do the same work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.points.accounts import lock_accounts
from app.store.recording.holds import assign, find_waiting
from app.store.recording.household_shares import wholes_of
from app.usecases.recording.read_actions import read_actions
from app.usecases.recording.read_parts import read_parts
from behaviours.actions.stored_action import StoredAction
from behaviours.actions.waiting import ActionNotWaiting, HoldTaken, SeenPart
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer


def take_holds(
    connection: Connection,
    action_ids: Sequence[UUID],
    *,
    viewer: Viewer,
    owner: str,
    instead: bool,
    rulebook: ProgrammeRulebook,
    clock: Clock,
) -> list[tuple[StoredAction, list[SeenPart]] | Refusal]:
    """Note ``owner`` at each action that waits; with ``instead`` also where somebody else is noted.

    Answers in order; raises UnknownAction. What a household shares is looked at whole. Who takes
    what is theirs already keeps it as it is.
    """
    shown = read_actions(connection, action_ids, viewer=viewer)
    wholes = wholes_of(connection, action_ids)
    lock_accounts(connection, [*(each.participant_id for each in shown), *wholes.people])
    now, current = clock.now(), find_waiting(connection, action_ids)
    answers: list[StoredAction | Refusal] = []
    taken: list[UUID] = []
    for stored in shown:
        again = current.get(stored.action_id, stored)
        waiting = again.waiting
        if waiting is None or not waiting.is_open:
            answers.append(ActionNotWaiting(state=again.state))
        elif waiting.owner == owner:
            answers.append(again)
        elif waiting.owner is not None and not instead:
            answers.append(HoldTaken(owner=waiting.owner))
        else:
            taken.append(again.action_id)
            answers.append(replace(again, waiting=replace(waiting, owner=owner, owned_at=now)))
    if taken:
        assign(connection, wholes.with_parts(taken), owner=owner, now=now)
    parts = read_parts(
        connection,
        [each for each in answers if not isinstance(each, Refusal)],
        viewer=viewer,
        rulebook=rulebook,
    )
    return [
        each if isinstance(each, Refusal) else (each, parts.get(each.action_id, []))
        for each in answers
    ]
