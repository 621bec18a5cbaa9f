"""Reverse actions: a new row takes the action back, and what followed from it follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.points.accounts import lock_accounts
from app.store.recording.actions import StoredAction, find_actions
from app.store.recording.reversing import (
    give_caps_back,
    leave_sides,
    release_claims,
    release_meters,
    release_rides,
    subtract_reductions,
    write_reversals,
)
from app.usecases.points.claw_back import Clawback, claw_back
from app.usecases.pooling.take_out import Place, take_out
from app.usecases.recording.refusals import AlreadyReversed
from app.usecases.recording.show_actions import show_actions
from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import Action
from behaviours.actions.judgement import judge_by
from behaviours.civil_time import civil_day
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer
from rewards.points.earning import Cap, Policies


@dataclass(frozen=True, slots=True)
class Reversing:
    """A wish to take one action back."""

    action_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Reversed:
    """What became of it. ``place`` is the bundle it was in, and whether it stays there."""

    stored: StoredAction
    reason: str
    points_taken: int
    points_owed: int
    place: Place | None
    reversed_at: datetime


def reverse_actions(
    connection: Connection,
    wishes: Sequence[Reversing],
    *,
    viewer: Viewer,
    reversed_by: str,
    rulebook: ProgrammeRulebook,
    policy: Policies,
    now: datetime,
) -> list[Reversed | Refusal]:
    """Reverse each action, or say why not; answers in order. Raises UnknownId for strangers.

    The action's claims, its place in time, its side and its points' share of a cap are free again,
    so that it can be reported rightly; the sender's external_id is not. Points are taken from
    the action's own lot first, then from the person's others, and the rest is owed. What is in a
    bundle that is not frozen leaves it; a sealed unit stays, and the answer says so.
    """
    shown = show_actions(connection, [wish.action_id for wish in wishes], viewer=viewer)
    lock_accounts(connection, [stored.participant_id for stored in shown])
    # Again, now that nobody else can change them: the first look was only for whose they are.
    current = find_actions(connection, [stored.action_id for stored in shown])
    answers: list[Reversed | Refusal | None] = []
    taken: dict[UUID, Reversing] = {}
    for wish in wishes:
        if current[wish.action_id].reversed_at or wish.action_id in taken:
            answers.append(
                AlreadyReversed("This action was reversed before; nothing more is to be done.")
            )
        else:
            taken[wish.action_id] = wish
            answers.append(None)
    if taken:
        done = iter(
            _reverse(
                connection,
                [current[action_id] for action_id in taken],
                [wish.reason for wish in taken.values()],
                reversed_by=reversed_by,
                rulebook=rulebook,
                policy=policy,
                now=now,
            )
        )
        answers = [next(done) if answer is None else answer for answer in answers]
    return [answer for answer in answers if answer is not None]


def _reverse(
    connection: Connection,
    actions: list[StoredAction],
    reasons: list[str],
    *,
    reversed_by: str,
    rulebook: ProgrammeRulebook,
    policy: Policies,
    now: datetime,
) -> list[Reversed]:
    accepted_actions = [_action(stored, rulebook) for stored in actions]
    clawbacks = _take_points(connection, actions, now)
    places = take_out(connection, [(one.participant_id, one.action_id) for one in actions])
    write_reversals(
        connection,
        [
            {
                "participant_ids": stored.participant_id,
                "action_ids": stored.action_id,
                "reasons": reason,
                "reversed_by": reversed_by,
                "reversed_at": now,
                "saved_mg": stored.saved_mg,
                "taken": clawback.taken,
                "owed": clawback.owed,
            }
            for stored, reason, clawback in zip(actions, reasons, clawbacks, strict=True)
        ],
    )
    _release(connection, actions, accepted_actions)
    give_caps_back(
        connection,
        [
            (stored.participant_id, cap.code, cap.period_start, stored.points)
            for stored, accepted in zip(actions, accepted_actions, strict=True)
            if (cap := _cap(stored, accepted, policy))
        ],
    )
    subtract_reductions(connection, [(one.participant_id, one.saved_mg) for one in actions])
    return [
        Reversed(
            stored,
            reason,
            clawback.taken,
            clawback.owed,
            places.get((stored.participant_id, stored.action_id)),
            now,
        )
        for stored, reason, clawback in zip(actions, reasons, clawbacks, strict=True)
    ]


def _action(stored: StoredAction, rulebook: ProgrammeRulebook) -> AcceptedAction:
    """The action as it was judged when it was recorded: what it claimed is derived, not stored."""
    version = rulebook.version(stored.methodology, stored.version)
    action = Action(
        participant_id=stored.participant_id.hex,
        provider_id=stored.provider_id.hex if stored.provider_id else "",
        behaviour=stored.behaviour,
        external_id=stored.external_id,
        occurred_at=stored.occurred_at,
        ended_at=stored.ended_at,
        region=stored.region,
        quantities=stored.quantities,
        evidence=stored.evidence,
    )
    on, zone = civil_day(stored.occurred_at, rulebook.zone), rulebook.zone
    return judge_by(version, action, on, now=stored.recorded_at, zone=zone)


def _take_points(
    connection: Connection, actions: Sequence[StoredAction], now: datetime
) -> list[Clawback]:
    """Points of actions that earned any; the others have nothing to give."""
    awards = []
    for stored in actions:
        if stored.points:
            assert stored.points_available_at is not None
            assert stored.points_expires_at is not None
            window = (stored.points_available_at, stored.points_expires_at)
            awards.append((stored.participant_id, stored.action_id, stored.points, *window))
    found = iter(claw_back(connection, awards, now) if awards else [])
    return [next(found) if stored.points else Clawback(0, 0) for stored in actions]


def _cap(stored: StoredAction, accepted: AcceptedAction, policy: Policies) -> Cap | None:
    if not stored.points:
        return None
    award = policy.for_date(accepted.occurred_on).award(
        behaviour=stored.behaviour,
        action_class=stored.action_class,
        saved_mg=stored.saved_mg,
        quantities=accepted.quantities,
        occurred_on=accepted.occurred_on,
        recorded_at=stored.recorded_at,
    )
    return award.cap


def _release(
    connection: Connection, actions: list[StoredAction], accepted_actions: list[AcceptedAction]
) -> None:
    both = list(zip(actions, accepted_actions, strict=True))
    release_claims(
        connection,
        sorted(
            (claim.digest, one.action_id) for one, accepted in both for claim in accepted.claims
        ),
    )
    release_rides(
        connection,
        [
            (one.participant_id, accepted.person_interval[0], one.action_id)
            for one, accepted in both
            if accepted.person_interval
        ],
    )
    release_meters(
        connection,
        [
            (accepted.meter_claim.subject.digest, accepted.meter_claim.starts_at, one.action_id)
            for one, accepted in both
            if accepted.meter_claim
        ],
    )
    leave_sides(
        connection,
        [
            (one.participant_id, side.group, side.period_start)
            for one, accepted in both
            for side in accepted.exclusions
        ],
    )
