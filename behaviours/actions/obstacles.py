"""Obstacles: what is recorded already, and what it says against one new action.

None of the refusals says whose the other action is; ``Objection.holder`` is for the recorder, who
may name it to its own reporter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import NamedTuple
from uuid import UUID

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import Exclusion
from behaviours.actions.consent import Reach, consent_refusal, places_refusal
from behaviours.actions.declared import Owned, declared_elsewhere
from behaviours.actions.inherited import Inherited
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
    ``other_side`` the exclusion whose other side was chosen. ``inherited`` is what limits somebody
    who left another account before, and ``counted`` the kind of claim that was counted there.
    ``owned`` has what other mechanisms own of its numbers, on whatever days. ``places`` is how far
    the separate consent reaches, of an action that says where the person was.
    """

    is_active: bool | None
    reach: Reach
    ride: UUID | None = None
    meter: Holder | None = None
    other_side: Exclusion | None = None
    inherited: Inherited | None = None
    counted: str | None = None
    owned: Sequence[Owned] = ()
    places: Reach = Reach.COVERED


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
    if action.place_pointer is not None:
        refusal = places_refusal(obstacles.places, action.place_pointer)
        if refusal is not None:
            return Objection(refusal)
    if obstacles.inherited is not None:
        limit = _limited(accepted, obstacles.inherited, obstacles.counted, zone)
        if limit is not None:
            return Objection(limit)
    claimed = _claimed(accepted, digests, obstacles, taken)
    if claimed or not obstacles.owned:
        return claimed
    elsewhere = declared_elsewhere(accepted, obstacles.owned, zone)
    return Objection(elsewhere) if elsewhere else None


def _limited(
    accepted: AcceptedAction, before: Inherited, counted: str | None, zone: tzinfo
) -> Refusal | None:
    """Why what the person did in the account that they left does not allow the action.

    A provider is told what it would be told of anybody: that its consent begins later, or what
    another provider may have reported. That there was an account before is the person's alone.
    """
    if _is_of_before(accepted, before, zone):
        if accepted.action.provider_id:
            return consent_refusal(Reach.GRANTED_LATER, accepted.action.behaviour)
        return BeforeReturn(pointer="/occurred_at")
    if counted is not None:
        return point_at_evidence(duplicate_claim(counted), accepted)
    if before.overlaps(accepted):
        return overlapping_ride()
    side = before.other_side(accepted)
    return None if side is None else excluded_by_other_behaviour(side.group, side.period_start)


def _is_of_before(accepted: AcceptedAction, before: Inherited, zone: tzinfo) -> bool:
    """Whether an action is of a day before that of the leaving; of that day what is known counts.

    Where nothing of it was kept, also what may have been credited to the account before.
    """
    on, left_on = accepted.occurred_on, civil_day(before.left_at, zone)
    if before.is_known or on < left_on:
        return on < left_on
    if on == left_on and instant(accepted.action.occurred_at) < before.left_at:
        return True
    trust = accepted.version.trust
    once = [rule for rule in trust.claims if rule.person]
    if on == left_on and (trust.reads_day or any(rule.per_day for rule in once)):
        return True
    return on.year == left_on.year and any(rule.per_year for rule in once)


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
