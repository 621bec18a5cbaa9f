"""Record actions: judged, found unique, quantified, rewarded and written, all or none of each.

One verb for one ride and for five thousand; every action of a list is treated as if it had come
alone, in the list's order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from uuid import UUID

import structlog

from app import ids
from app.store.database import Connection
from app.store.recording.owners import reporters_of
from app.store.recording.plain_action import Limits, write_plain_action
from app.store.recording.standing import Standing, lock_and_read, points_used
from app.store.recording.writing import write
from app.usecases.recording.entries import entries_of
from app.usecases.recording.question import (
    duplicate_action,
    objection,
    point_at_evidence,
    question_about,
)
from app.usecases.recording.recorded import Case, Recorded
from app.usecases.recording.refusals import ConsentMissing, ConsentWithdrawn
from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import Action, ClaimKey
from behaviours.actions.judging import judge
from behaviours.actions.quantify import quantify
from behaviours.actions.reduction import Reduction
from behaviours.actions.uniqueness import DuplicateClaim, first_collisions
from behaviours.civil_time import day_ends_at
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook
from rewards.points.earning import Policies

_log = structlog.get_logger()

EVENT = "event"


def record(
    connection: Connection,
    actions: Sequence[Action],
    *,
    rulebook: ProgrammeRulebook,
    policy: Policies,
    now: datetime,
    dry_run: bool = False,
) -> list[Recorded | Refusal]:
    """Record each action or say why not; the answers are in the order of the actions.

    Participants and providers are named by the 32 hexadecimal digits of their ids; an action
    without a provider was reported by the person. With ``dry_run`` the answers are the same, and
    nothing is written.

    Two round trips to the database for any number of actions (three when a rule reads history):
    the first locks and reads, the second writes. A single action that nothing stands against takes
    one.
    """
    answers: list[Recorded | Refusal | None] = []
    cases: list[Case] = []
    for position, judged in enumerate(judge(rulebook, actions, now=now, zone=rulebook.zone)):
        if isinstance(judged, Refusal):
            answers.append(judged)
        else:
            cases.append(_case(position, judged))
            answers.append(None)
    if cases:
        _weigh([case for case in cases if not case.earlier], policy, now)
        if dry_run or not _take_plain(connection, cases, rulebook.zone, now):
            _decide(connection, cases, policy=policy, zone=rulebook.zone, now=now, dry_run=dry_run)
        for case in cases:
            answers[case.position] = case.refusal or case.recorded
    assert None not in answers
    return answers  # type: ignore[return-value]


def _case(position: int, accepted: AcceptedAction) -> Case:
    action = accepted.action
    sender = action.provider_id or action.participant_id
    event = ClaimKey(EVENT, f"{sender}\0{action.external_id}")
    digests = [event.digest.hex()] + [claim.digest.hex() for claim in accepted.claims]
    taken = accepted.person_interval
    case = Case(
        position,
        _with_event(accepted, event),
        digests,
        action.occurred_at.isoformat(),
        (taken[0].isoformat(), taken[1].isoformat()) if taken else None,
    )
    if accepted.history_need:
        case.earlier = _earlier_days(accepted, accepted.history_need.days)
    return case


def _with_event(accepted: AcceptedAction, event: ClaimKey) -> AcceptedAction:
    """The action with its event among its claims, so that a list finds a repeat like the rest."""
    # By position: `dataclasses.replace` takes four times as long, five thousand times over.
    return AcceptedAction(
        accepted.action,
        accepted.version,
        accepted.quantities,
        accepted.evidence,
        (event, *accepted.claims),
        accepted.person_interval,
        accepted.meter_claim,
        accepted.exclusions,
        accepted.history_need,
        accepted.occurred_on,
        accepted.vintage,
        accepted.bound,
    )


def _earlier_days(accepted: AcceptedAction, days: int) -> list[tuple[date, str]]:
    """The digests that the action's daily claim would have had on the days before it."""
    today = accepted.occurred_on.isoformat()
    daily = [
        claim
        for rule, claim in zip(accepted.version.claims, accepted.claims, strict=True)
        if rule.per_day
    ]
    if not daily:
        # Without a claim of the day the books cannot find other days; the rule sees none.
        return []
    found = []
    for back in range(1, days + 1):
        day = accepted.occurred_on - timedelta(days=back)
        claim = ClaimKey(daily[0].kind, daily[0].value.removesuffix(today) + day.isoformat())
        found.append((day, claim.digest.hex()))
    return found


def _weigh(cases: Sequence[Case], policy: Policies, now: datetime) -> None:
    """Grams and points before caps, for actions whose rule needs nothing from the books."""
    for case, reduction in zip(cases, quantify([case.accepted for case in cases]), strict=True):
        _take(case, reduction, policy, now)


def _take(case: Case, reduction: Reduction | Refusal, policy: Policies, now: datetime) -> None:
    if isinstance(reduction, Refusal):
        case.refusal = reduction
        return
    accepted = case.accepted
    try:
        case.award = policy.for_date(accepted.occurred_on).award(
            behaviour=accepted.action.behaviour,
            action_class=reduction.action_class,
            saved_mg=reduction.saved_mg,
            quantities=accepted.quantities,
            occurred_on=accepted.occurred_on,
            recorded_at=now,
        )
    except Refusal as refusal:
        case.refusal = refusal
        return
    case.reduction = reduction


def _take_plain(connection: Connection, cases: list[Case], zone: tzinfo, now: datetime) -> bool:
    """Record a single action in one statement, if it is one that nothing stands against."""
    if len(cases) > 1:
        return False
    (case,) = cases
    accepted = case.accepted
    if case.refusal or case.earlier or accepted.meter_claim or accepted.exclusions:
        return False
    _grant(cases, now, dry_run=False)
    cap = case.award.cap if case.award else None
    limits = Limits(
        category=accepted.version.category_code,
        day_ends_at=day_ends_at(accepted.occurred_on, zone).isoformat(),
        cap_code=cap.code if cap else None,
        cap_period_start=cap.period_start.isoformat() if cap else None,
        cap_limit=str(cap.limit) if cap else None,
    )
    # Without a debt: a person who owes is not a plain case.
    entries = entries_of(cases, {accepted.action.participant_id: 0}, now=now)
    if write_plain_action(connection, entries, limits):
        return True
    case.recorded = None
    return False


def _decide(
    connection: Connection,
    cases: list[Case],
    *,
    policy: Policies,
    zone: tzinfo,
    now: datetime,
    dry_run: bool,
) -> None:
    standing = lock_and_read(connection, question_about(cases, zone), lock=not dry_run)
    for position, case in enumerate(cases):
        said = objection(case, position, standing)
        # What the books say comes first: a repeat stays a repeat whatever else is wrong with it.
        case.refusal = said or case.refusal
    _refuse_repeats_within(cases)
    _read_history(connection, cases, standing, policy, now)
    _grant(cases, now, dry_run=dry_run)
    _name_holders(connection, cases)
    _log_consent(cases)
    taken = [case for case in cases if case.recorded]
    if taken and not dry_run:
        write(connection, entries_of(taken, standing.debts, now=now))


def _refuse_repeats_within(cases: Sequence[Case]) -> None:
    """Actions of the list that collide with an earlier one that was taken."""
    alive = [case for case in cases if not case.refusal]
    if len(alive) < 2:
        return
    for case, collision in zip(
        alive, first_collisions([one.accepted for one in alive]), strict=True
    ):
        if collision is None:
            continue
        refusal, accepted = collision.refusal, case.accepted
        if refusal.details["collides_on"] == EVENT:
            refusal = duplicate_action(accepted.action.external_id, None)
        elif isinstance(refusal, DuplicateClaim):
            refusal = point_at_evidence(refusal, accepted)
        earlier = alive[collision.earlier].position
        refusal.details = {**refusal.details, "collides_with_item": earlier}
        case.refusal = refusal


def _read_history(
    connection: Connection,
    cases: Sequence[Case],
    standing: Standing,
    policy: Policies,
    now: datetime,
) -> None:
    """Quantify the actions whose rule reads earlier days, each with those taken before it."""
    readers = [case for case in cases if case.earlier and not case.refusal]
    if not readers:
        return
    known = {
        (digest.hex(), person.hex): sent for (digest, person), sent in standing.earlier.items()
    }
    for case in readers:
        accepted = case.accepted
        assert accepted.history_need is not None
        person, quantity = accepted.action.participant_id, accepted.history_need.quantity
        history = [
            (day, Decimal(known[digest, person][quantity]))
            for day, digest in case.earlier
            if (digest, person) in known
        ]
        (reduction,) = quantify([accepted], [history])
        _take(case, reduction, policy, now)
        if not case.refusal:
            for digest in case.digests:
                known[digest, person] = dict(accepted.action.quantities)
    _ask_caps(connection, [case for case in readers if not case.refusal])


def _ask_caps(connection: Connection, cases: Sequence[Case]) -> None:
    capped = [case for case in cases if case.award and case.award.cap]
    rows = [
        (case.accepted.action.participant_id, case.award.cap.code, str(case.award.cap.period_start))
        for case in capped
    ]
    if capped:
        for case, used in zip(capped, points_used(connection, rows), strict=True):
            case.used = used


def _grant(cases: Sequence[Case], now: datetime, *, dry_run: bool) -> None:
    """Points after the caps that the actions of one person and day share, in the list's order."""
    taken = [case for case in cases if not case.refusal]
    names: list[UUID] | list[None] = [None] * len(taken) if dry_run else ids.new_ids(len(taken))
    granted_before: dict[tuple[str, str, date], int] = {}
    for case, action_id in zip(taken, names, strict=True):
        award = case.award
        assert award is not None
        assert case.reduction is not None
        points, limited_by = award.points, award.limited_by
        cap = award.cap
        if cap:
            key = (case.accepted.action.participant_id, cap.code, cap.period_start)
            used = granted_before.get(key, case.used)
            if points > cap.limit - used:
                points, limited_by = max(0, cap.limit - used), cap.code
            granted_before[key] = used + points
        case.recorded = Recorded(
            action_id,
            case.accepted,
            case.reduction,
            points,
            limited_by,
            award.available_at if points else None,
            award.expires_at if points else None,
            now,
        )


def _name_holders(connection: Connection, cases: Sequence[Case]) -> None:
    """Name the action that is in the way, but only to who reported it."""
    met = [case for case in cases if case.refusal and "holder" in case.refusal.details]
    if not met:
        return
    reporters = reporters_of(connection, [case.refusal.details["holder"] for case in met])
    for case in met:
        details = dict(case.refusal.details)
        _, action_id = details.pop("holder")
        person, provider = reporters[action_id]
        action = case.accepted.action
        own = (
            provider is not None and provider.hex == action.provider_id
            if action.provider_id
            else provider is None and person.hex == action.participant_id
        )
        if own:
            details["action_id"] = ids.public("act", action_id)
        case.refusal.details = details


def _log_consent(cases: Sequence[Case]) -> None:
    for case in cases:
        if isinstance(case.refusal, ConsentMissing | ConsentWithdrawn):
            action = case.accepted.action
            _log.info(
                "consent_refused",
                code=case.refusal.code,
                participant_id=action.participant_id,
                provider_id=action.provider_id,
                behaviour=action.behaviour,
            )
