"""Contest what waits: the person says why it is right, and whoever looks at it reads that."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.points.accounts import lock_accounts
from app.store.recording.holds import find_any_actions, write_contest
from app.usecases.recording.read_action import read_action
from behaviours.actions.stored_action import StoredAction
from behaviours.actions.waiting import ActionNotWaiting, AlreadyContested, Contest
from behaviours.viewer import Viewer


def contest_action(
    connection: Connection,
    action_id: UUID,
    *,
    viewer: Viewer,
    words: str,
    evidence: str,
    clock: Clock,
) -> StoredAction:
    """Keep the person's words with the action.

    Raises UnknownAction, ActionNotWaiting, AlreadyContested.
    """
    shown = read_action(connection, action_id, viewer=viewer)
    lock_accounts(connection, [shown.participant_id])
    stored = find_any_actions(connection, [action_id])[action_id]
    waiting = stored.waiting
    if waiting is None:
        raise ActionNotWaiting(state=stored.state)
    waiting.check_open()
    if waiting.contest is not None:
        raise AlreadyContested
    contest = Contest(words, evidence, clock.now())
    write_contest(connection, stored.participant_id, action_id, contest)
    return replace(stored, waiting=replace(waiting, contest=contest))
