"""What the books are asked about a list of actions, and what is said to each from the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from uuid import UUID

from app import ids
from app.store.recording.standing import (
    COVERED,
    GRANTED_LATER,
    STRANGER,
    WITHDRAWN,
    Question,
    Standing,
)
from app.usecases.recording.recorded import Case
from app.usecases.recording.refusals import (
    ConsentMissing,
    ConsentWithdrawn,
    DuplicateAction,
    ParticipantClosed,
    UnknownParticipant,
)
from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.uniqueness import (
    duplicate_claim,
    excluded_by_other_behaviour,
    overlapping_meter_interval,
    overlapping_ride,
)
from behaviours.civil_time import day_ends_at
from behaviours.refusal import Refusal


def question_about(cases: Sequence[Case], zone: tzinfo) -> Question:
    """The actions as rows of text; each case remembers where its meter and exclusions stand."""
    asked, digests, meters, exclusions, earlier = [], [], [], [], []
    for case in cases:
        accepted, action = case.accepted, case.accepted.action
        taken, cap = case.taken or (None, None), case.award.cap if case.award else None
        asked.append(
            (
                action.participant_id,
                action.provider_id or None,
                action.behaviour,
                accepted.version.category_code,
                case.occurred_at,
                day_ends_at(accepted.occurred_on, zone).isoformat(),
                *taken,
                cap.code if cap else None,
                cap.period_start.isoformat() if cap else None,
            )
        )
        digests += case.digests
        if accepted.meter_claim:
            case.meter_at = len(meters)
            claim = accepted.meter_claim
            meters.append(
                (
                    "\\x" + claim.subject.digest.hex(),
                    claim.starts_at.isoformat(),
                    claim.ends_at.isoformat(),
                )
            )
        if accepted.exclusions:
            case.exclusions_at = len(exclusions)
            exclusions += [
                (action.participant_id, one.group, one.period_start.isoformat(), one.side)
                for one in accepted.exclusions
            ]
        earlier += [digest for _, digest in case.earlier]
    participants = sorted({case.accepted.action.participant_id for case in cases})
    return Question(participants, asked, _as_bytea(digests), meters, exclusions, _as_bytea(earlier))


def _as_bytea(digests: Sequence[str]) -> list[str]:
    return ["\\x" + digest for digest in digests]


def objection(case: Case, position: int, standing: Standing) -> Refusal | None:
    """Why the books, as they stand, cannot take this action; None when they can."""
    action = case.accepted.action
    active, consent, ride, case.used = standing.asked[position]
    if active is None or action.participant_id not in standing.debts:
        return unknown_participant()
    if action.provider_id and consent == STRANGER:
        # As if the person did not exist: who takes part elsewhere is nobody's business here.
        return unknown_participant()
    said_before = standing.claims.get(bytes.fromhex(case.digests[0]))
    if said_before:
        return duplicate_action(action.external_id, said_before[1])
    if not active:
        return ParticipantClosed(
            "This person has left the programme; nothing more is recorded for them.",
            pointer="/participant_id",
        )
    if action.provider_id and consent != COVERED:
        return consent_refusal(consent, action.behaviour)
    return _claimed(case, standing, ride)


def _claimed(case: Case, standing: Standing, ride: UUID | None) -> Refusal | None:
    """What the action collides with. ``details["holder"]`` is for ``record`` to take out again."""
    accepted = case.accepted
    for claim, digest in zip(accepted.claims[1:], case.digests[1:], strict=True):
        holder = standing.claims.get(bytes.fromhex(digest))
        if holder:
            return _held(point_at_evidence(duplicate_claim(claim.kind), accepted), holder)
    if ride is not None:
        return _held(overlapping_ride(), (UUID(hex=accepted.action.participant_id), ride))
    if case.meter_at >= 0 and standing.meters[case.meter_at][1] is not None:
        return _held(overlapping_meter_interval(), standing.meters[case.meter_at])
    for offset, exclusion in enumerate(accepted.exclusions):
        if standing.exclusions[case.exclusions_at + offset][0] is not None:
            return excluded_by_other_behaviour(exclusion.group, exclusion.period_start)
    return None


def _held(refusal: Refusal, holder: tuple[UUID | None, UUID | None]) -> Refusal:
    refusal.details = {**refusal.details, "holder": holder}
    return refusal


def point_at_evidence(refusal: Refusal, accepted: AcceptedAction) -> Refusal:
    """Let a refusal of a claim point at the evidence that the claim was made of."""
    for rule in accepted.version.claims:
        if rule.kind == refusal.details["collides_on"] and rule.evidence:
            refusal.pointer = f"/evidence/{rule.evidence[0]}"
    return refusal


def unknown_participant() -> Refusal:
    return UnknownParticipant(
        "There is no participant with this id for you. Enrol the person first"
        " (POST /v1/participants) and use the id in the answer.",
        pointer="/participant_id",
    )


def duplicate_action(external_id: str, action_id: UUID | None) -> Refusal:
    details = {"collides_on": "external_id"}
    if action_id is not None:
        details["action_id"] = ids.public("act", action_id)
    return DuplicateAction(
        f"You have recorded an action with external_id {external_id!r} before. If this is a"
        " repeat, nothing more is to be done; a different action needs an external_id of its own.",
        pointer="/external_id",
        details=details,
    )


def consent_refusal(reach: int, behaviour: str) -> Refusal:
    if reach == WITHDRAWN:
        return ConsentWithdrawn(
            f"The person withdrew their consent to report {behaviour} before this action."
            " Ask them again before you report more.",
            pointer="/participant_id",
        )
    when = "after the day of this action" if reach == GRANTED_LATER else "not at all"
    return ConsentMissing(
        f"The person has agreed to reports of {behaviour} by you {when}."
        " Send their consent with POST /v1/participants, with the time they agreed as"
        " granted_at; actions from that day on can be reported.",
        pointer="/participant_id",
    )
