"""Report actions: recorded, or recorded in the place of an earlier one that is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.people.guardians import guardianships_of
from app.store.points.accounts import lock_accounts
from app.store.recording.household_shares import wholes_of
from app.store.recording.owners import holder_of
from app.usecases.recording.read_actions import read_actions
from app.usecases.recording.record import Recorded, RecordingRules, record
from app.usecases.recording.reverse_actions import Reversing, reverse_actions
from app.usecases.recording.tell_repeats import REPEATS
from behaviours.actions.action import Action
from behaviours.actions.claims import event_claim
from behaviours.actions.refusals import CannotSupersede, UnknownAction
from behaviours.actions.reversal import SUPERSEDED
from behaviours.actions.stored_action import frees_claims
from behaviours.guardians import AccountPaused
from behaviours.organisations import PROVIDER
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer


class _Recording(NamedTuple):
    """By what is recorded, and whom a reversal names."""

    connection: Connection
    reported_by: str
    rules: RecordingRules
    clock: Clock

    def record(
        self, actions: Sequence[Action], *, now: datetime | None = None, dry_run: bool = False
    ) -> list[Recorded | Refusal]:
        """As ``record`` does, at the present moment unless another was taken under the lock.

        The moment is that at which the report came: what it decides (the window in which an action
        may be reported, the quota's day, when points can be spent) is the sender's due whoever
        kept the account meanwhile. What can change meanwhile is read under the lock, and whatever
        happens to the account by then is dated later.
        """
        return record(
            self.connection,
            actions,
            self.rules,
            now=now or self.clock.now(),
            dry_run=dry_run,
        )


def report(
    connection: Connection,
    actions: Sequence[Action],
    rules: RecordingRules,
    *,
    reported_by: str,
    clock: Clock,
    dry_run: bool = False,
) -> list[Recorded | Refusal]:
    """Record each action or say why not, as ``record`` does; the answers are in their order.

    An action that supersedes an earlier one of its sender takes that one back first: both, or
    neither. ``reported_by`` is whom the reversal names. A correction takes some round trips more.
    """
    # Who reports alone; all of a list are of one sender.
    if actions and not actions[0].provider_id:
        _check_not_paused(connection, UUID(hex=actions[0].participant_id), clock)
    how = _Recording(connection, reported_by, rules, clock)
    if not any(one.corrects for one in actions):
        return how.record(actions, dry_run=dry_run)
    answers: list[Recorded | Refusal] = []
    for corrects, begin, end in _runs(actions):
        some = actions[begin:end]
        if corrects:
            answers.append(_correct(how, some[0], dry_run=dry_run))
        else:
            answers += [_placed(answer, begin) for answer in how.record(some, dry_run=dry_run)]
    return answers


def _check_not_paused(connection: Connection, participant_id: UUID, clock: Clock) -> None:
    """Of a child whose guardian has left nothing is credited; providers have no consent then."""
    lock_accounts(connection, [participant_id])
    found = guardianships_of(connection, [participant_id]).get(participant_id)
    if found is not None and found.is_paused(clock.now()):
        raise AccountPaused


def _runs(actions: Sequence[Action]) -> list[tuple[bool, int, int]]:
    """Each correction by itself, and the actions between them: (corrects, begin, end)."""
    runs: list[tuple[bool, int, int]] = []
    for at, action in enumerate(actions):
        if not action.corrects and runs and not runs[-1][0]:
            runs[-1] = (False, runs[-1][1], at + 1)
        else:
            runs.append((action.corrects, at, at + 1))
    return runs


def _placed(answer: Recorded | Refusal, begin: int) -> Recorded | Refusal:
    """An answer whose facts count from the begin of the whole list."""
    if isinstance(answer, Refusal) and "collides_with_item" in answer.facts:
        item = answer.facts["collides_with_item"] + begin
        answer.facts = {**answer.facts, "collides_with_item": item}
    return answer


def _correct(how: _Recording, action: Action, *, dry_run: bool) -> Recorded | Refusal:
    (before,) = how.record([action], dry_run=True)
    if isinstance(before, REPEATS):
        # It was sent before, and has taken the place of the other one.
        return before
    attempt = how.connection.begin_nested()
    try:
        now = _take_back(how, action)
        (answer,) = how.record([action], now=now)
    except Refusal as refusal:
        answer = refusal
    if isinstance(answer, Refusal):
        attempt.rollback()
        return answer
    if dry_run:
        attempt.rollback()
        return answer._replace(action_id=None)
    attempt.commit()
    return answer


def _named(connection: Connection, action: Action, key: bytes) -> UUID:
    """The sender's earlier action, by the external_id that it was reported under."""
    assert action.replaces is not None, "a correction names what it corrects"
    event = event_claim(replace(action, external_id=action.replaces))
    holder = holder_of(connection, event.digest(key))
    if holder is None:
        raise UnknownAction("replaced", external_id=action.replaces)
    return holder[1]


def _take_back(how: _Recording, action: Action) -> datetime:
    """Take the earlier action back; the moment at which it was. Raises why it stays."""
    connection, viewer = how.connection, Viewer(PROVIDER, UUID(hex=action.provider_id))
    try:
        earlier = action.supersedes or _named(connection, action, how.rules.rulebook.claiming.key)
        (stored,) = read_actions(connection, [earlier], viewer=viewer)
        if stored.external_id == action.external_id:
            raise CannotSupersede("by_itself")
        if not frees_claims(stored.reduction_state):
            raise CannotSupersede("in_a_unit")
        # All people, by their ids: whatever is said of either from here on comes later.
        people = [each.participant_id for each in wholes_of(connection, [earlier]).parts]
        people += [stored.participant_id, UUID(hex=action.participant_id)]
        lock_accounts(connection, people)
        now = how.clock.now()
        (gone,) = reverse_actions(
            connection,
            [Reversing(earlier, SUPERSEDED)],
            viewer=viewer,
            reversed_by=how.reported_by,
            rulebook=how.rules.rulebook,
            policies=how.rules.policies,
            now=now,
        )
        if isinstance(gone, Refusal):
            raise gone
        if gone.claims_stay:
            raise CannotSupersede("in_a_unit")
    except Refusal as refusal:
        refusal.pointer = "/supersedes"
        raise
    return now
