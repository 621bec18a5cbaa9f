"""Reverse actions: a new row takes the action back, and what followed from it follows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.points.accounts import lock_accounts
from app.store.recording.ending import free_claims
from app.store.recording.holds import find_any_actions
from app.store.recording.household_shares import Wholes, wholes_of
from app.store.recording.kept_claims import kept_claims_of
from app.store.recording.places import forget_places
from app.store.recording.reversing import (
    ActionReversal,
    free_caps,
    leave_sides,
    release_claims,
    release_meters,
    release_rides,
    subtract_reductions,
    write_reversals,
)
from app.store.recording.rule_limits import free_limits, taken_by
from app.usecases.points.claw_back import claw_back
from app.usecases.pooling.remove_reversed import BundlePlace, TakenBack, remove_reversed
from app.usecases.recording.end_waiting import end_waiting
from app.usecases.recording.read_actions import read_actions
from behaviours.actions.claims import Claims
from behaviours.actions.refusals import AlreadyReversed
from behaviours.actions.stored_action import PENDING, SEALED, SELECTED, StoredAction, frees_claims
from behaviours.actions.waiting import REVERSE, REVERSED, ActionNotWaiting
from behaviours.civil_time import civil_day
from behaviours.peoples_terms import CLAWBACK_MONTHS
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer
from rewards.points.caps import Cap
from rewards.points.clawback import AwardToTakeBack, Clawback, comes_too_late
from rewards.points.earning import Policies


class Reversing(NamedTuple):
    """One action that is to be taken back, and why."""

    action_id: UUID
    reason: str
    # One of the list; None where a provider takes back what it reported itself.
    reason_code: str | None = None


class Reversed(NamedTuple):
    """What became of it. ``place`` is the bundle it was in, and whether it stays there."""

    stored: StoredAction
    reason: str
    points_taken: int
    points_owed: int
    points_kept: int
    place: BundlePlace | None
    reversed_at: datetime
    # Whether what it claimed stays claimed, because a unit contains a part of what was reported.
    claims_stay: bool = False


def reverse_actions(
    connection: Connection,
    asked: Sequence[Reversing],
    *,
    viewer: Viewer,
    reversed_by: str,
    rulebook: ProgrammeRulebook,
    policies: Policies,
    now: datetime,
    takes_points_for_months: int = CLAWBACK_MONTHS,
) -> list[Reversed | Refusal]:
    """Reverse each action, or say why not; answers in order. Raises UnknownAction for strangers.

    The action's claims, its place in time and its side are free again, so that it can be reported
    rightly, unless a unit contains its reduction; its share of a cap of points and of a limit of
    its rule always is, and the sender's external_id never. Room that comes back is for what is
    recorded after: what a limit cut off before stays so. Points are taken from the action's own
    lot, and what was spent of them is owed; so long after the action as the programme says, they
    stay. What is in a bundle that is not frozen leaves it; what is frozen stays, with its claims,
    and the reserve pays for it. Who may ask is decided before (``ask_reversal``). What an action
    claimed is read from what was stored of it: it is not judged again. Of what a household shares
    all parts are taken back together, and what is claimed stays so while a unit contains any of
    them.
    """
    ids = [one.action_id for one in asked]
    shown, wholes = read_actions(connection, ids, viewer=viewer), wholes_of(connection, ids)
    lock_accounts(connection, [*(each.participant_id for each in shown), *wholes.people])
    # Again, now that nobody else can change them: the first look was only for whose they are.
    again = read_actions(connection, ids, viewer=viewer)
    current = {stored.action_id: stored for stored in again}
    others = [each for each in wholes.with_parts(ids) if each not in current]
    if others:
        current |= find_any_actions(connection, others)
    answers: list[Reversed | Refusal | None] = []
    taken: dict[UUID, Reversing] = {}
    for one in asked:
        stored = current[one.action_id]
        parts = [current[each] for each in wholes.with_parts([one.action_id])]
        if stored.state == REVERSED or one.action_id in taken:
            answers.append(AlreadyReversed())
        elif stored.waiting and not stored.is_credited:
            answers.append(_end_waiting(connection, parts, one, reversed_by, now))
        else:
            taken |= {each.action_id: one for each in parts}
            answers.append(None)
    if taken:
        done = {
            each.stored.action_id: each
            for each in _reverse(
                connection,
                [current[action_id] for action_id in taken],
                list(taken.values()),
                wholes,
                reversed_by=reversed_by,
                rulebook=rulebook,
                policies=policies,
                now=now,
                months=takes_points_for_months,
            )
        }
        answers = [
            done[one.action_id] if answer is None else answer
            for one, answer in zip(asked, answers, strict=True)
        ]
    return [answer for answer in answers if answer is not None]


def _end_waiting(
    connection: Connection,
    parts: Sequence[StoredAction],
    asked: Reversing,
    reversed_by: str,
    now: datetime,
) -> Reversed | Refusal:
    """Take back what was never credited: it has neither points nor a place to take it from.

    The one that is asked for is the first of ``parts``.
    """
    stored, waiting = parts[0], [each.waiting for each in parts if each.waiting]
    if not waiting[0].is_open:
        return ActionNotWaiting(state=stored.state)
    end_waiting(connection, waiting, REVERSE, now=now, reason=asked.reason, decided_by=reversed_by)
    return Reversed(stored, asked.reason, 0, 0, 0, None, now)


def _reverse(
    connection: Connection,
    actions: list[StoredAction],
    wanted: list[Reversing],
    wholes: Wholes,
    *,
    reversed_by: str,
    rulebook: ProgrammeRulebook,
    policies: Policies,
    now: datetime,
    months: int,
) -> list[Reversed]:
    claims = [None if one.is_shredded else one.claims_by(rulebook) for one in actions]
    today = civil_day(now, rulebook.zone)
    late = {one.action_id for one in actions if comes_too_late(one.occurred_on, today, months)}
    clawbacks = _take_points(connection, actions, late, now)
    places = remove_reversed(
        connection,
        [TakenBack(one.participant_id, one.action_id, one.saved_mg) for one in actions],
        zone=rulebook.zone,
        now=now,
    )
    write_reversals(
        connection,
        [
            ActionReversal(
                stored.participant_id,
                stored.action_id,
                each_asked.reason_code,
                each_asked.reason,
                reversed_by,
                now,
                stored.saved_mg,
                clawback.taken,
                clawback.owed,
                clawback.kept,
            )
            for stored, each_asked, clawback in zip(actions, wanted, clawbacks, strict=True)
        ],
    )
    staying = {
        wholes.of(one.action_id)
        for one in actions
        if not frees_claims(_state(places.get(one.action_id)))
    }
    stay = [wholes.of(one.action_id) in staying for one in actions]
    _release(connection, actions, claims, stay, rulebook.claiming.key)
    _make_room(connection, actions, rulebook, policies)
    return [
        Reversed(
            stored,
            each_asked.reason,
            clawback.taken,
            clawback.owed,
            clawback.kept,
            places.get(stored.action_id),
            now,
            stays,
        )
        for stored, each_asked, clawback, stays in zip(
            actions, wanted, clawbacks, stay, strict=True
        )
    ]


def _make_room(
    connection: Connection,
    actions: Sequence[StoredAction],
    rulebook: ProgrammeRulebook,
    policies: Policies,
) -> None:
    """What was taken back counts against no limit of a rule and no cap of points."""
    free_limits(
        connection,
        [
            taken
            for one in actions
            for taken in taken_by(one, rulebook.version_by_digest(one.content_digest))
        ],
    )
    free_caps(
        connection,
        [
            (one.participant_id, cap.code, cap.period_start, one.points)
            for one in actions
            if one.points
            for cap in _caps(one, rulebook, policies)
        ],
    )


def _caps(one: StoredAction, rulebook: ProgrammeRulebook, policies: Policies) -> list[Cap]:
    """The caps that its points count against, by the policy of its day."""
    scene = rulebook.version_by_digest(one.content_digest).category_code
    return policies.for_date(one.occurred_on).caps(one.behaviour, scene, one.occurred_on)


def _state(place: BundlePlace | None) -> str:
    """Where the reduction was, read under the lock of its bundle."""
    return PENDING if place is None else SEALED if place.stays else SELECTED


def _take_points(
    connection: Connection, actions: Sequence[StoredAction], late: Collection[UUID], now: datetime
) -> list[Clawback]:
    """Points of actions that earned any, unless it is too late; the others give nothing."""
    awards = []
    for stored in actions:
        if stored.points and stored.action_id not in late:
            assert stored.points_available_at is not None
            assert stored.points_expires_at is not None
            awards.append(
                AwardToTakeBack(
                    stored.participant_id,
                    stored.action_id,
                    stored.points,
                    stored.points_available_at,
                    stored.points_expires_at,
                )
            )
    found = iter(claw_back(connection, awards, now) if awards else [])
    return [
        Clawback(0, 0, stored.points)
        if stored.action_id in late
        else (next(found) if stored.points else Clawback(0, 0))
        for stored in actions
    ]


def _release(
    connection: Connection,
    actions: Sequence[StoredAction],
    claims: Sequence[Claims | None],
    stay: Sequence[bool],
    secret: bytes,
) -> None:
    """Free what the actions claimed, unless a unit contains it, and what they count.

    The sender's own external_id is not among it. Of whom nothing can be read any more, what was
    kept of it says what is held.
    """
    freed = [(one, had) for one, had, stays in zip(actions, claims, stay, strict=True) if not stays]
    forget_places(connection, [(one.participant_id, one.action_id) for one, _ in freed])
    both = [(one, had) for one, had in freed if had is not None]
    shredded = [one.action_id for one, had in freed if had is None]
    if shredded:
        free_claims(connection, kept_claims_of(connection, shredded))
    release_claims(
        connection,
        sorted((key.digest(secret), one.action_id) for one, had in both for key in had.keys),
    )
    release_rides(
        connection,
        [
            (one.participant_id, had.person_interval[0], one.action_id)
            for one, had in both
            if had.person_interval
        ],
    )
    release_meters(
        connection,
        [
            (had.meter.subject.digest(secret), had.meter.starts_at, one.action_id)
            for one, had in both
            if had.meter
        ],
    )
    leave_sides(
        connection,
        [
            (one.participant_id, side.group, side.period_start)
            for one, had in both
            for side in had.exclusions
        ],
    )
    subtract_reductions(connection, [(one.participant_id, one.saved_mg) for one in actions])
