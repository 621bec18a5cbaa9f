"""Confirm actions that wait, or refuse them: by somebody who does not gain by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.points.accounts import lock_accounts
from app.store.recording.bonuses import GivenBonus, MaybeFirst, keep_bonuses, read_over
from app.store.recording.budget_slots import CoverAsked, covering, hold_parts, take_parts
from app.store.recording.caps import caps_used
from app.store.recording.ending import carry_over, free_what_it_held, write_moves
from app.store.recording.entries import Credit
from app.store.recording.holds import find_waiting, holds_of
from app.store.recording.household_shares import Wholes, wholes_of
from app.store.recording.writing import write_credits
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.recording.may_confirm import may_confirm
from app.usecases.recording.read_actions import read_actions
from behaviours.actions.judgement import read_quantities
from behaviours.actions.limits import what_earns
from behaviours.actions.stored_action import StoredAction
from behaviours.actions.waiting import CONFIRM, ActionNotWaiting, HoldOutcome, Waiting
from behaviours.issuers import IssuerRegister
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.sharing import part_of
from behaviours.viewer import Viewer
from rewards.points.earning import Award, Policies
from rewards.points.first_time import FirstTimes
from rewards.points.granting import Grant, Granting


class Confirming(NamedTuple):
    """One action, what is to become of it (``confirm`` or ``refuse``), and why."""

    action_id: UUID
    step: str
    reason: str
    reason_code: str | None = None


def confirm_actions(
    connection: Connection,
    asked: Sequence[Confirming],
    *,
    viewer: Viewer,
    decided_by: str,
    rulebook: ProgrammeRulebook,
    policy: Policies,
    clock: Clock,
) -> list[StoredAction | Refusal]:
    """Confirm or refuse each action, or say why not; answers in order.

    Confirmed, an action brings the points that caps and debts leave at this moment, and can be
    pooled; refused, what it held is free again. Raises UnknownAction for what is not for who asks:
    operators may look at everything, a provider at what it reported itself, which others confirm,
    and at what people report themselves in scenes that they consented to with it, while it is
    admitted for the issuers of the action's numbers. What a household shares is confirmed or
    refused whole, by whichever part. A provider that does not take part confirms nothing:
    OrganisationSuspended, OrganisationClosed.
    """
    check_taking_part(connection, [viewer.tenant_id])
    ids = [one.action_id for one in asked]
    shown = _for(connection, ids, viewer, rulebook)
    wholes = wholes_of(connection, ids)
    people = [one.participant_id for one in shown.values()]
    accounts = lock_accounts(connection, [*people, *wholes.people])
    now, every = clock.now(), wholes.with_parts(ids)
    current, holds = find_waiting(connection, every), holds_of(connection, every)
    register = rulebook.claiming.register
    answers, moved = _move(
        asked, shown, holds, viewer, register, wholes=wholes, decided_by=decided_by, now=now
    )
    debts = {person.hex: totals.debt for person, totals in accounts.items()}
    credited = [current[each] for each, one in moved.items() if _is_credit(one)]
    grants = _grants(connection, credited, rulebook, policy, debts=debts, now=now)
    write_moves(connection, list(moved.values()))
    free_what_it_held(connection, [one for one in moved.values() if not _is_credit(one)])
    _credit(connection, credited, grants, moved, now)
    done = {
        each: _answer(shown[each], one, grants.get(each))
        for each, one in moved.items()
        if each in shown
    }
    return [answer if isinstance(answer, Refusal) else done[answer.action_id] for answer in answers]


def _move(
    asked: Sequence[Confirming],
    shown: Mapping[UUID, StoredAction],
    holds: Mapping[UUID, Waiting],
    viewer: Viewer,
    register: IssuerRegister,
    *,
    wholes: Wholes,
    decided_by: str,
    now: datetime,
) -> tuple[list[StoredAction | Refusal], dict[UUID, Waiting]]:
    """Each action, or why it cannot be moved; and those that are, as they are then.

    With one part of what a household shares all of them move.
    """
    answers: list[StoredAction | Refusal] = []
    moved: dict[UUID, Waiting] = {}
    for one in asked:
        outcome = HoldOutcome(one.step, decided_by, now, one.reason_code, one.reason)
        stored, waiting = shown[one.action_id], holds.get(one.action_id)
        try:
            if waiting is None or one.action_id in moved:
                raise ActionNotWaiting(state=stored.state)
            ended = [
                holds[each].move(one.step, viewer, outcome=outcome, provider_id=stored.provider_id)
                for each in wholes.with_parts([one.action_id])
            ]
            waiting.check_confirmer(viewer, stored.issuers, register)
            moved |= {each.action_id: each for each in ended}
            answers.append(stored)
        except Refusal as refusal:
            answers.append(refusal)
    return answers, moved


def _is_credit(one: Waiting) -> bool:
    return one.outcome is not None and one.outcome.step == CONFIRM


def _for(
    connection: Connection, ids: Sequence[UUID], viewer: Viewer, rulebook: ProgrammeRulebook
) -> dict[UUID, StoredAction]:
    """The actions as far as they are for who asks; raises UnknownAction."""
    waiting = find_waiting(connection, ids)
    foreign = may_confirm(connection, list(waiting), viewer=viewer, rulebook=rulebook)
    own = [each for each in ids if each not in foreign]
    found = dict(zip(own, read_actions(connection, own, viewer=viewer), strict=True))
    return {**found, **{each: waiting[each] for each in foreign}}


def _grants(
    connection: Connection,
    credited: Sequence[StoredAction],
    rulebook: ProgrammeRulebook,
    policy: Policies,
    *,
    debts: dict[str, int],
    now: datetime,
) -> dict[UUID, Grant]:
    """What each brings now, by the policy of its day, after the caps, budgets and debts of this
    moment."""
    awards = {one.action_id: _award(one, rulebook, policy, now) for one in credited}
    caps = {action_id: award.caps for action_id, award in awards.items()}
    shared = [(one.participant_id.hex, cap) for one in credited for cap in caps[one.action_id]]
    told = iter(caps_used(connection, shared))
    used = {one.action_id: [next(told) for _ in caps[one.action_id]] for one in credited}
    covers = covering(connection, [_cover(one, rulebook) for one in credited])
    budgets = hold_parts(
        connection,
        [
            (cover, awards[one.action_id].points)
            for one, cover in zip(credited, covers, strict=True)
        ],
        lock=True,
    )
    scenes = {one.action_id: _scene(one, rulebook) for one in credited}
    firsts = _firsts(connection, credited, scenes, awards, rulebook)
    granting, grants = Granting(debts, budgets.funds), dict[UUID, Grant]()
    for one, cover in zip(credited, covers, strict=True):
        person, award = one.participant_id.hex, awards[one.action_id]
        bonuses = firsts.left(person, award.bonuses)
        grants[one.action_id] = granting.grant(person, award, used[one.action_id], cover, bonuses)
        firsts.passed(person, one.behaviour, scenes[one.action_id])
    take_parts(connection, budgets)
    return grants


def _firsts(
    connection: Connection,
    credited: Sequence[StoredAction],
    scenes: Mapping[UUID, str],
    awards: Mapping[UUID, Award],
    rulebook: ProgrammeRulebook,
) -> FirstTimes:
    """Which first times of their people are over."""
    maybe = [
        MaybeFirst(
            one.participant_id.hex, one.behaviour, scenes[one.action_id], awards[one.action_id]
        )
        for one in credited
    ]
    return FirstTimes(read_over(connection, maybe, rulebook))


def _scene(stored: StoredAction, rulebook: ProgrammeRulebook) -> str:
    return rulebook.version_by_digest(stored.content_digest).category_code


def _cover(stored: StoredAction, rulebook: ProgrammeRulebook) -> CoverAsked:
    scene = _scene(stored, rulebook)
    return CoverAsked(stored.behaviour, scene, stored.region, stored.occurred_on)


def _award(
    stored: StoredAction, rulebook: ProgrammeRulebook, policy: Policies, now: datetime
) -> Award:
    version = rulebook.version_by_digest(stored.content_digest)
    return policy.for_date(stored.occurred_on).award(
        behaviour=stored.behaviour,
        scene=version.category_code,
        action_class=stored.action_class,
        saved_mg=stored.saved_mg,
        quantities=what_earns(
            version, read_quantities(version, stored.quantities), stored.calculation["inputs"]
        ),
        occurred_on=stored.occurred_on,
        recorded_at=now,
        reported_at=stored.recorded_at,
        part=partial(part_of, recorded=stored.share) if stored.share else None,
    )


def _credit(
    connection: Connection,
    credited: Sequence[StoredAction],
    grants: dict[UUID, Grant],
    moved: dict[UUID, Waiting],
    now: datetime,
) -> None:
    if not credited:
        return
    carry_over(connection, [(moved[each], grant) for each, grant in grants.items()])
    write_credits(
        connection,
        [
            Credit(one.participant_id.hex, one.action_id, one.saved_mg, grants[one.action_id])
            for one in credited
        ],
        posted_at=now,
    )
    keep_bonuses(
        connection,
        [
            GivenBonus(one.participant_id, one.action_id, bonus)
            for one in credited
            for bonus in grants[one.action_id].bonuses
        ],
    )


def _answer(stored: StoredAction, moved: Waiting, grant: Grant | None) -> StoredAction:
    if grant is None:
        return replace(stored, waiting=moved)
    return replace(
        stored,
        waiting=moved,
        points=grant.points,
        limited_by=grant.limited_by,
        points_available_at=grant.available_at,
        points_expires_at=grant.expires_at,
        bonuses=grant.bonuses,
    )
