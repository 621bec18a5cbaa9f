"""Obstacles: what is recorded already, and what it says against one new action.

None of the refusals says whose the other action is; ``Objection.holder`` is for the recorder, who
may name it to its own reporter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple
from uuid import UUID

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import Exclusion
from behaviours.actions.consent import Reach, consent_refusal
from behaviours.actions.refusals import (
    ActionReversed,
    BeforeReturn,
    ConflictingRepeat,
    DuplicateAction,
    ParticipantClosed,
    UnknownParticipant,
)
from behaviours.actions.uniqueness import (
    duplicate_claim,
    excluded_by_other_behaviour,
    overlapping_meter_interval,
    overlapping_ride,
)
from behaviours.civil_time import civil_day, instant
from behaviours.refusal import Refusal

# (participant, action) that holds a claim.
Holder = tuple[UUID, UUID]


class Obstacles(NamedTuple):
    """What stands against one action, as far as it was looked up.

    ``is_active`` is None when the person is not known. ``ride`` is the action of the same person
    that takes the same time, ``meter`` the one that holds a part of the meter's interval, and
    ``other_side`` the exclusion whose other side was chosen. ``left_at`` is when the person left
    another account, before they came back.
    """

    is_active: bool | None
    reach: Reach
    ride: UUID | None = None
    meter: Holder | None = None
    other_side: Exclusion | None = None
    left_at: datetime | None = None


class Objection(NamedTuple):
    """Why an action cannot be taken, and the recorded action that is in its way, if one is."""

    refusal: Refusal
    holder: Holder | None = None


def objection(
    accepted: AcceptedAction,
    digests: Sequence[bytes],
    obstacles: Obstacles,
    taken: Mapping[bytes, Holder],
    zone: tzinfo,
) -> Objection | None:
    """Why what is recorded does not allow the action; None when it does.

    ``digests`` are those of the action's claims, its event first; ``taken`` says who holds which
    digest. A repeat stays a repeat whatever else is wrong with it.
    """
    action = accepted.action
    reach = obstacles.reach
    if obstacles.is_active is None or (action.provider_id and reach == Reach.STRANGER):
        return Objection(UnknownParticipant(pointer="/participant_id"))
    said_before = taken.get(digests[0])
    if said_before:
        return Objection(duplicate_action(action.external_id), said_before)
    if not obstacles.is_active:
        return Objection(ParticipantClosed(pointer="/participant_id"))
    if action.provider_id and reach != Reach.COVERED:
        refusal = consent_refusal(reach, action.behaviour)
        assert refusal is not None
        return Objection(refusal)
    if obstacles.left_at and _is_of_the_former(accepted, obstacles.left_at, zone):
        return Objection(BeforeReturn(pointer="/occurred_at"))
    return _claimed(accepted, digests, obstacles, taken)


def _is_of_the_former(accepted: AcceptedAction, left_at: datetime, zone: tzinfo) -> bool:
    """Whether an action may have been credited to the account that its person left.

    What was done before; and what counts once a civil day or year for a person, when the leaving
    was in that day or year.
    """
    if instant(accepted.action.occurred_at) < left_at:
        return True
    on, left_on = accepted.occurred_on, civil_day(left_at, zone)
    by_person = [rule for rule in accepted.version.trust.claims if rule.person]
    if on == left_on and (
        accepted.version.trust.reads_day or any(rule.per_day for rule in by_person)
    ):
        return True
    return on.year == left_on.year and any(rule.per_year for rule in by_person)


def _claimed(
    accepted: AcceptedAction,
    digests: Sequence[bytes],
    obstacles: Obstacles,
    taken: Mapping[bytes, Holder],
) -> Objection | None:
    for claim, digest in zip(accepted.claims[1:], digests[1:], strict=True):
        holder = taken.get(digest)
        if holder:
            return Objection(point_at_evidence(duplicate_claim(claim.kind), accepted), holder)
    if obstacles.ride is not None:
        person = UUID(hex=accepted.action.participant_id)
        return Objection(overlapping_ride(), (person, obstacles.ride))
    if obstacles.meter is not None:
        return Objection(overlapping_meter_interval(), obstacles.meter)
    side = obstacles.other_side
    if side is not None:
        return Objection(excluded_by_other_behaviour(side.group, side.period_start))
    return None


def duplicate_action(external_id: str) -> DuplicateAction:
    """The refusal of an external_id that its sender has used before."""
    return DuplicateAction(
        pointer="/external_id", collides_on="external_id", external_id=external_id
    )


def repeat_refusal(external_id: str, *, reversal: str | None, members: Sequence[str]) -> Refusal:
    """The refusal of a used external_id: a true repeat, another content, or one taken back.

    ``reversal`` is in which case the recorded one was taken back, None when it was not; ``members``
    are the names of what differs from what was recorded under it.
    """
    facts = {"collides_on": "external_id", "external_id": external_id}
    if reversal is not None:
        return ActionReversed(reversal, pointer="/external_id", **facts)
    if members:
        return ConflictingRepeat(
            pointer="/external_id", members=list(members), differing=", ".join(members), **facts
        )
    return duplicate_action(external_id)


def point_at_evidence(refusal: Refusal, accepted: AcceptedAction) -> Refusal:
    """Let a refusal of a claim point at the evidence that the claim was made of."""
    for rule in accepted.version.trust.claims:
        if rule.kind == refusal.facts["collides_on"] and rule.evidence:
            refusal.pointer = f"/evidence/{rule.evidence[0]}"
    return refusal
