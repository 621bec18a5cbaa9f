"""Record actions: judged, found unique, quantified, rewarded and written, all or none of each.

One verb for one ride and for five thousand; every action of a list is treated as if it had come
alone, in the list's order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import structlog

from app.ids import new_ids
from app.store.database import Connection
from app.store.recording.awarding import award
from app.store.recording.bonuses import given_bonuses, keep_bonuses, maybe_first, read_over
from app.store.recording.budget_slots import take_parts
from app.store.recording.candidate import Candidate, candidate_of, spell
from app.store.recording.days import DayOf, day_of
from app.store.recording.entries import draw_up
from app.store.recording.household_shares import write_shares
from app.store.recording.obstacles import find_obstacles
from app.store.recording.plain_action import write_plain_action
from app.store.recording.writing import write_actions
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.recording.find_sharers import find_sharers
from app.usecases.recording.hold_budgets_for import hold_budgets_for
from app.usecases.recording.hold_by_programme import hold_by_programme
from app.usecases.recording.name_holders import name_holders
from app.usecases.recording.quantify_later import quantify_later
from app.usecases.recording.share_out import share_out
from app.usecases.recording.tell_repeats import tell_repeats
from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import Action
from behaviours.actions.claims import EVENT
from behaviours.actions.content import differing
from behaviours.actions.judging import judge
from behaviours.actions.obstacles import objection, point_at_evidence, repeat_refusal
from behaviours.actions.plausibility import NOTHING_YET, DaySoFar, totals_of
from behaviours.actions.quantify import quantify
from behaviours.actions.reduction import Reduction
from behaviours.actions.refusals import (
    ConsentMissing,
    ConsentWithdrawn,
    DuplicateClaim,
    PlacesNotAgreed,
)
from behaviours.actions.reporting import is_drawn
from behaviours.actions.signals import is_looked_at
from behaviours.actions.standing import NOTHING_KNOWN, Known, Standing, standing_of
from behaviours.actions.uniqueness import Collision, first_collisions
from behaviours.actions.waiting import USUAL_TERMS, WaitTerms
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.members import HOUSEHOLD
from behaviours.rules.trusted import SAMPLED
from behaviours.sharing import RecordedShare
from rewards.points.budget import BudgetFunds
from rewards.points.earning import Policies
from rewards.points.first_time import Bonus, FirstTimes
from rewards.points.granting import Grant, Granting

_log = structlog.get_logger()
# What waits has nothing yet.
_NOTHING = Grant(0, 0, None, (), None, None)


class RecordingRules(NamedTuple):
    """By what actions are judged, what they earn, and how those wait that have to."""

    rulebook: ProgrammeRulebook
    policies: Policies
    terms: WaitTerms = USUAL_TERMS


class Recorded(NamedTuple):
    """A recorded action: its reduction in mg CO2e and its points, after every cap.

    What waits has no points; ``if_confirmed`` is what they would be now. ``action_id`` is None
    after a dry run: nothing was written that could be named.
    """

    action_id: UUID | None
    accepted: AcceptedAction
    reduction: Reduction
    standing: Standing
    points: int
    if_confirmed: int
    limited_by: str | None
    # None when there are no points.
    available_at: datetime | None
    expires_at: datetime | None
    recorded_at: datetime
    # Of what a household saved this is one part; what the others' parts earned.
    share: RecordedShare | None = None
    points_of_others: int = 0
    # What its being a first time added, before the caps.
    bonuses: Sequence[Bonus] = ()

    @property
    def saved_mg(self) -> int:
        """What is recorded of it for anybody: of a household's, all parts that are somebody's."""
        if self.share is None:
            return self.reduction.saved_mg
        return self.share["whole_mg"] - self.share["unassigned_mg"]


def record(
    connection: Connection,
    actions: Sequence[Action],
    rules: RecordingRules,
    *,
    now: datetime,
    dry_run: bool = False,
) -> list[Recorded | Refusal]:
    """Record each action or say why not; the answers are in the order of the actions.

    Participants and providers are named by the 32 hexadecimal digits of their ids; an action
    without a provider was reported by the person. With ``dry_run`` the answers are the same, and
    nothing is written.

    Raises OrganisationSuspended and OrganisationClosed, of the provider.

    A few round trips to the database for any number of actions (one more when a rule reads
    history): the first see that the provider takes part, the next locks and reads, the last writes.
    A single action that nothing stands against takes one.
    """
    rulebook, policies, terms = rules
    answers: list[Recorded | Refusal | None] = []
    candidates: list[Candidate] = []
    register = rulebook.claiming.register
    judged_all = judge(
        rulebook, actions, now=now, zone=rulebook.zone, register=register, scenes=rulebook.scenes
    )
    for position, (action_id, judged) in enumerate(
        zip(new_ids(len(actions)), judged_all, strict=True)
    ):
        if isinstance(judged, Refusal):
            answers.append(judged)
        else:
            candidates.append(candidate_of(position, action_id, judged, rulebook, now))
            answers.append(None)
    if candidates:
        for one in candidates:
            if one.accepted.is_self_reported:
                _draw(one, terms)
            _stand(one, NOTHING_KNOWN if one.is_drawn else Known(is_drawn=False))
        _weigh(
            [one for one in candidates if not one.waits_for_answers and not one.refusal],
            policies,
            now,
        )
        if dry_run or not _write_if_plain(connection, candidates, rulebook, terms, now):
            _decide(connection, candidates, rules, now=now, dry_run=dry_run)
        for one in candidates:
            answers[one.position] = one.refusal or _recorded(one, now, dry_run=dry_run)
    return [answer for answer in answers if answer is not None]


def _draw(candidate: Candidate, terms: WaitTerms) -> None:
    """Where a rule confirms a sample, the action's id says whether it falls into it."""
    accepted = candidate.accepted
    if accepted.version.trust.reporting.confirmation == SAMPLED:
        candidate.is_drawn = is_drawn(candidate.action_id, terms.drawing)


def _stand(candidate: Candidate, known: Known) -> None:
    """The state in which the action is recorded by what is known, or why it is not."""
    standing = standing_of(candidate.accepted, known)
    if isinstance(standing, Refusal):
        candidate.refusal = standing
    else:
        candidate.standing = standing


def _weigh(candidates: Sequence[Candidate], policy: Policies, now: datetime) -> None:
    """Grams and points before caps, for actions whose rule needs nothing that is recorded."""
    reductions = quantify([one.accepted for one in candidates])
    for candidate, reduction in zip(candidates, reductions, strict=True):
        award(candidate, reduction, policy, now)


def _write_if_plain(
    connection: Connection,
    candidates: list[Candidate],
    rulebook: ProgrammeRulebook,
    terms: WaitTerms,
    now: datetime,
) -> bool:
    """Record a single action in one statement, if it is one that nothing stands against."""
    if len(candidates) > 1:
        return False
    (one,) = candidates
    if one.refusal or one.waits_for_answers or one.day or one.standing.is_waiting:
        return False
    if terms.quotas.of(one.accepted.action.provider_id) is not None:
        return False
    if terms.checks.are_stated and is_looked_at(one.accepted, terms.checks):
        return False
    # Whether the person agreed to that separately is asked first.
    if one.accepted.action.place_pointer is not None:
        return False
    # Those who share it are asked for first.
    if one.accepted.version.stated.subject == HOUSEHOLD:
        return False
    if one.accepted.meter_claim or one.accepted.exclusions or one.accepted.installation:
        return False
    if one.award is None or len(one.award.caps) > 1 or one.award.bonuses:
        return False
    spell(candidates, rulebook.claiming.key)
    _grant(candidates, {})
    if write_plain_action(connection, one, recorded_at=now):
        return True
    one.grant = None
    return False


def _decide(
    connection: Connection,
    candidates: list[Candidate],
    rules: RecordingRules,
    *,
    now: datetime,
    dry_run: bool,
) -> None:
    rulebook, policies, terms = rules
    key, zone = rulebook.claiming.key, rulebook.zone
    _check_providers(connection, candidates)
    others = find_sharers(connection, candidates, secret=key, now=now, lock=not dry_run)
    everybody = [*candidates, *others]
    collisions: list[Collision | None] = []
    known = find_obstacles(
        connection,
        everybody,
        lock=not dry_run,
        meanwhile=(
            lambda: spell(everybody, key),
            lambda: draw_up(everybody, now),
            lambda: collisions.extend(first_collisions([one.accepted for one in candidates])),
        ),
    )
    objections = [
        objection(one.accepted, one.digests, against, known.taken, zone)
        for one, against in zip(everybody, known.obstacles, strict=True)
    ]
    for candidate, said in zip(everybody, objections, strict=True):
        # What is recorded comes first: a repeat stays a repeat whatever else is wrong with it.
        if said:
            candidate.refusal = said.refusal
        elif isinstance(candidate.installation, Refusal):
            candidate.refusal = candidate.installation
    objections = objections[: len(candidates)]
    tell_repeats(connection, candidates, objections, known.fingerprints, rulebook)
    _refuse_repeats_within(candidates, collisions)
    _judge_days(candidates, known.days)
    quantify_later(connection, candidates, known, policies, now)
    hold_by_programme(
        connection, candidates, terms=terms, key=key, zone=zone, now=now, dry_run=dry_run
    )
    sharers, shares = share_out(connection, candidates, policy=policies, now=now)
    budgets = hold_budgets_for(connection, [*candidates, *sharers], lock=not dry_run)
    shared = [*candidates, *sharers]
    over = read_over(connection, maybe_first(shared), rulebook)
    _grant(shared, known.debts, budgets.funds, FirstTimes(over))
    name_holders(connection, candidates, objections)
    _log_consent(candidates)
    taken = [one for one in (*candidates, *sharers) if one.grant]
    if taken and not dry_run:
        take_parts(connection, budgets)
        write_actions(connection, taken, recorded_at=now, terms=terms)
        write_shares(connection, shares)
        keep_bonuses(connection, given_bonuses(taken))


def _check_providers(connection: Connection, candidates: Sequence[Candidate]) -> None:
    """Whoever is suspended or closed reports nothing: none of the list, and nothing beside it."""
    # All of a list are of one sender, mostly: its id is read once.
    named = {one.accepted.action.provider_id for one in candidates} - {""}
    check_taking_part(connection, set(map(UUID, named)))


def _refuse_repeats_within(
    candidates: Sequence[Candidate], collisions: Sequence[Collision | None]
) -> None:
    """Actions of the list that collide with an earlier one that was taken.

    ``collisions`` are those of the whole list; what is refused takes nothing that others miss.
    """
    alive = [one for one in candidates if not one.refusal]
    if len(alive) < 2:
        return
    if len(alive) < len(candidates):
        collisions = first_collisions([one.accepted for one in alive])
    for candidate, collision in zip(alive, collisions, strict=True):
        if collision is None:
            continue
        refusal, accepted = collision.refusal, candidate.accepted
        if refusal.facts["collides_on"] == EVENT:
            refusal = repeat_refusal(
                accepted.action.external_id,
                reversal=None,
                members=differing(candidate.said.content, alive[collision.earlier].said.content),
            )
        elif isinstance(refusal, DuplicateClaim):
            refusal = point_at_evidence(refusal, accepted)
        earlier = alive[collision.earlier].position
        refusal.facts = {**refusal.facts, "collides_with_item": earlier}
        candidate.refusal = refusal


def _judge_days(candidates: Sequence[Candidate], days: Mapping[DayOf, DaySoFar]) -> None:
    """Judge what reads the person's day, each action with those of the list taken before it."""
    days = dict(days)
    for candidate in candidates:
        if candidate.refusal or not (candidate.day or candidate.installed):
            continue
        accepted, key = candidate.accepted, day_of(candidate)
        so_far = days.get(key, NOTHING_YET) if candidate.day else None
        _stand(candidate, Known(candidate.installed, so_far, candidate.is_drawn))
        if so_far is not None and not candidate.refusal:
            totals = totals_of(accepted.version.told, accepted.quantities)
            days[key] = so_far.plus(totals, by_person=accepted.is_self_reported)


def _grant(
    candidates: Sequence[Candidate],
    debts: Mapping[str, int],
    funds: BudgetFunds | None = None,
    firsts: FirstTimes | None = None,
) -> None:
    """Points after the caps and debts that actions of one person share, and of what is in the
    budgets that cover them."""
    taken = [one for one in candidates if not one.refusal]
    granting = Granting(debts, funds)
    for candidate in taken:
        assert candidate.award is not None
        person = candidate.accepted.action.participant_id
        bonuses = firsts.left(person, candidate.award.bonuses) if firsts else ()
        if candidate.standing.is_waiting:
            alone = Granting().grant(person, candidate.award, candidate.caps_used, (), bonuses)
            candidate.if_confirmed, candidate.grant = alone.points, _NOTHING
            continue
        candidate.grant = granting.grant(
            person, candidate.award, candidate.caps_used, candidate.budgets, bonuses
        )
        if firsts:
            accepted = candidate.accepted
            firsts.passed(person, accepted.action.behaviour, accepted.version.category_code)


def _recorded(candidate: Candidate, now: datetime, *, dry_run: bool) -> Recorded:
    grant = candidate.grant
    assert candidate.reduction is not None
    assert grant is not None
    return Recorded(
        None if dry_run else candidate.action_id,
        candidate.accepted,
        candidate.reduction,
        candidate.standing,
        grant.points,
        candidate.if_confirmed,
        grant.limited_by,
        grant.available_at,
        grant.expires_at,
        now,
        candidate.share,
        _points_of_others(candidate),
        grant.bonuses,
    )


def _points_of_others(candidate: Candidate) -> int:
    if candidate.sharing is None:
        return 0
    return sum(one.grant.points for one in candidate.sharing.members.values() if one.grant)


def _log_consent(candidates: Sequence[Candidate]) -> None:
    for candidate in candidates:
        if isinstance(candidate.refusal, ConsentMissing | ConsentWithdrawn | PlacesNotAgreed):
            action = candidate.accepted.action
            _log.info(
                "consent_refused",
                code=candidate.refusal.code,
                participant_id=action.participant_id,
                provider_id=action.provider_id,
                behaviour=action.behaviour,
            )
