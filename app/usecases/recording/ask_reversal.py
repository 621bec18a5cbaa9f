"""Ask for an action to be taken back; it is done when everybody it takes has asked."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from app.clock import Clock
from app.store.database import Connection
from app.store.points.accounts import lock_accounts
from app.store.pooling.leaving import lock_bundles_of
from app.store.recording.household_shares import wholes_of
from app.store.recording.reversal_signatures import sign_reversal, signatures_of
from app.usecases.recording.read_actions import read_actions
from app.usecases.recording.reverse_actions import Reversed, Reversing, reverse_actions
from behaviours.actions.refusals import (
    AlreadyReversed,
    ReversalReasonDiffers,
    ReversalReasonMissing,
)
from behaviours.actions.reversal import PROVIDER, ReversalSignature, awaiting, check_role, standing
from behaviours.actions.stored_action import StoredAction
from behaviours.actions.waiting import REVERSED
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer
from rewards.points.earning import Policies


class ReversalAsked(NamedTuple):
    """What the reversal did, or would do once one of ``awaiting`` has signed."""

    effect: Reversed
    awaiting: list[str]
    signatures: list[ReversalSignature]
    done: bool


def ask_reversal(
    connection: Connection,
    asked: Reversing,
    *,
    viewer: Viewer,
    reversed_by: str,
    rulebook: ProgrammeRulebook,
    policies: Policies,
    clock: Clock,
    takes_points_for_months: int,
    signed_for: timedelta,
    anew: bool = False,
    dry_run: bool = False,
) -> ReversalAsked:
    """Sign the reversal of one action, and carry it out with the last signature that it takes.

    Which ones those are is decided by where the reduction is once its person and its bundle are
    locked; of what a household shares, by where any part of it is. What was signed and has lapsed
    counts for nothing, and is begun again by who asks for it ``anew``. Raises UnknownAction,
    AlreadyReversed, ReversalNotForRole, ReversalReasonMissing, ReversalReasonDiffers,
    ReversalLapsed.
    """
    (shown,) = read_actions(connection, [asked.action_id], viewer=viewer)
    frozen = _hold(connection, shown)
    now = clock.now()
    (current,) = read_actions(connection, [asked.action_id], viewer=viewer)
    if current.state == REVERSED:
        raise AlreadyReversed
    check_role(viewer, frozen=frozen)
    if asked.reason_code is None and (frozen or viewer.role != PROVIDER):
        raise ReversalReasonMissing(pointer="/reason_code")
    alone = viewer.role == PROVIDER and not frozen
    before = standing(
        signatures_of(connection, asked.action_id),
        now=now,
        signed_for=signed_for,
        anew=anew or alone,
    )
    signed = before
    if asked.reason_code is not None:
        if before and before[0].reason_code != asked.reason_code and frozen:
            raise ReversalReasonDiffers(pointer="/reason_code", signed=before[0].reason_code)
        assert viewer.user_id is not None, "somebody asks"
        mine = ReversalSignature(
            asked.action_id, viewer.user_id, viewer.role, asked.reason_code, asked.reason, now
        )
        # What the same person said before stands, from when it was said.
        if mine.user_id not in {each.user_id for each in before}:
            signed = [*before, mine]
        if not dry_run and signed is not before:
            sign_reversal(connection, mine)
    missing = [] if alone else awaiting(signed, frozen=frozen)
    done = not missing and not dry_run
    attempt = None if done else connection.begin_nested()
    (effect,) = reverse_actions(
        connection,
        [asked],
        viewer=viewer,
        reversed_by=reversed_by,
        rulebook=rulebook,
        policies=policies,
        now=now,
        takes_points_for_months=takes_points_for_months,
    )
    if attempt is not None:
        # What it would come to is what it came to: tried, told and taken back.
        attempt.rollback()
    if isinstance(effect, Refusal):
        raise effect
    return ReversalAsked(effect, missing, signed, done)


def _hold(connection: Connection, shown: StoredAction) -> bool:
    """Hold the accounts and bundles of an action and of all that shares its whole: whether any is
    in a frozen bundle."""
    parts = wholes_of(connection, [shown.action_id]).parts
    reductions = {(each.participant_id, each.action_id) for each in parts}
    reductions.add((shown.participant_id, shown.action_id))
    lock_accounts(connection, [person for person, _ in reductions])
    places = lock_bundles_of(connection, sorted(reductions))
    return any(is_frozen for _, is_frozen in places.values())
