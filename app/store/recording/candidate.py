"""A candidate: one action of a list, on its way from its judgement to its row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from app.ids import least_id, new_id, public
from app.secrecy.sealing import HalfSealed, action_content, half_seal
from app.store.recording.rows import Row
from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import ClaimKey
from behaviours.actions.claims import event_claim
from behaviours.actions.content import Content, content_of, fingerprint
from behaviours.actions.earlier_days import earlier_days
from behaviours.actions.inherited import once_for_a_person
from behaviours.actions.installation import Installation, RegisteredInstallation
from behaviours.actions.reduction import Reduction
from behaviours.actions.standing import CREDITED, Standing
from behaviours.civil_time import day_ends_at, start_of_day
from behaviours.households import HouseholdVersion
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.sharing import RecordedShare
from rewards.points.earning import Award
from rewards.points.granting import Grant

# How far the clocks of the machines that make ids can be apart.
_CLOCKS_DIFFER = timedelta(hours=1)
# The actions of a list are of few days.
_day_ends_at = lru_cache(maxsize=4096)(day_ends_at)


class DayAsked(NamedTuple):
    """When the civil day began, and the least id that what was recorded since can have."""

    starts_at: datetime
    from_id: UUID


class Spelled(NamedTuple):
    """What an action says: as a repeat is compared by, what stands for that, and encrypted."""

    content: Content
    fingerprint: bytes
    half_sealed: HalfSealed


class DrawnUp(NamedTuple):
    """What is written of an action whatever the database answers: texts, as ``rows`` takes them.

    ``head`` are the columns of table ``action`` before its points; None where the rule reads
    history, so that the reduction is not known yet. ``keys`` are the rows of what it claims, the
    sender's event first; ``ride`` that of the person's time.
    """

    head: Row | None
    keys: list[Row]
    ride: Row | None


class Sharing(NamedTuple):
    """Of a reduction that a household shares: by which version, and the others' own actions."""

    version: HouseholdVersion
    members: Mapping[UUID, Candidate]


@dataclass(slots=True)
class Candidate:
    """An accepted action with what was found out about it so far; the first refusal ends it.

    ``digests`` are those of the sender's own event and of the action's claims, in the action's
    order; ``former`` has, by claim digest, those under which the same number may have been claimed
    before. ``once`` are those that count once for a person, by kind and whoever it is.
    ``meter_digests`` are those of the meter's claim, its own first. ``earlier`` has, where
    the rule reads history, (earlier civil day, digest of the same claim for that day). ``day`` is
    asked for where the rule judges the person's whole day. ``caps_used`` is what was granted
    of each of the award's caps before. What has a ``grant`` is taken.
    """

    position: int
    # A dry run has one too, and tells nobody.
    action_id: UUID
    accepted: AcceptedAction
    digests: list[bytes]
    # When the civil day of the action is over: the last moment to consent to it.
    day_ends_at: datetime
    earlier: Sequence[tuple[date, bytes]] = ()
    day: DayAsked | None = None
    former: Mapping[bytes, Sequence[bytes]] = field(default_factory=dict)
    once: Sequence[tuple[str, bytes]] = ()
    meter_digests: Sequence[bytes] = ()
    # Of the number of its installation, today's first; and which one it is, or why it is none.
    installation_digests: Sequence[bytes] = ()
    installation: RegisteredInstallation | Refusal | None = None
    refusal: Refusal | None = None
    standing: Standing = CREDITED
    # Whether a rule that confirms a sample confirms this one.
    is_drawn: bool = True
    # What the points would be if it were confirmed at once; nought unless it waits.
    if_confirmed: int = 0
    reduction: Reduction | None = None
    award: Award | None = None
    caps_used: Sequence[int] = ()
    # The open budgets that cover it, in the order in which they pay.
    budgets: Sequence[UUID] = ()
    spelled: Spelled | None = None
    drawn: DrawnUp | None = None
    # Of its person, to seal under; read under the lock, so unknown before.
    data_key: bytes | None = None
    grant: Grant | None = None
    # Of one that is reported of a household, and what its row has of the whole.
    sharing: Sharing | None = None
    share: RecordedShare | None = None

    @property
    def said(self) -> Spelled:
        """What it says, once that is spelled out."""
        assert self.spelled is not None
        return self.spelled

    @property
    def waits_for_answers(self) -> bool:
        """Whether it is quantified only by what is recorded: earlier days, or what counted."""
        return bool(self.earlier or self.accepted.version.limits)

    @property
    def installed(self) -> Installation | None:
        """What it is judged by of the installation that did it; None where there is none."""
        found = self.installation
        return found.installation if isinstance(found, RegisteredInstallation) else None


def candidate_of(
    position: int,
    action_id: UUID,
    accepted: AcceptedAction,
    rulebook: ProgrammeRulebook,
    now: datetime,
) -> Candidate:
    """What is to be found out about an accepted action: its claims, and which days it reads."""
    action, secret = accepted.action, rulebook.claiming.key
    event = event_claim(action)
    candidate = Candidate(
        position,
        action_id,
        _with_event(accepted, event),
        [event.digest(secret)] + [claim.digest(secret) for claim in accepted.claims],
        _day_ends_at(accepted.occurred_on, rulebook.zone),
    )
    for claim, digest in zip(accepted.claims, candidate.digests[1:], strict=True):
        if claim.former:
            candidate.former = {**candidate.former, digest: claim.former_digests(secret)}
    trust = accepted.version.trust
    if any(rule.person for rule in trust.claims):
        candidate.once = once_for_a_person(trust, accepted.claims, action.participant_id, secret)
    if accepted.meter_claim:
        candidate.meter_digests = accepted.meter_claim.subject.digests(secret)
    if accepted.installation:
        candidate.installation_digests = accepted.installation.digests(secret)
    if trust.reads_day:
        starts_at = start_of_day(accepted.occurred_on, rulebook.zone)
        candidate.day = DayAsked(starts_at, least_id(now - starts_at + _CLOCKS_DIFFER))
    if accepted.history_need:
        candidate.earlier = earlier_days(accepted, accepted.history_need.days, secret)
    return candidate


def passed_on(whole: Candidate, participant_id: UUID, secret: bytes) -> Candidate:
    """The action of somebody else of the household whose ``whole`` was reported.

    It claims nothing but an event of its own, and says nothing of the number by which the whole was
    reported; its reduction comes when the whole is shared.
    """
    action_id = new_id()
    action = replace(
        whole.accepted.action,
        participant_id=participant_id.hex,
        external_id=public("act", action_id),
        evidence={},
        supersedes=None,
        replaces=None,
        device=None,
        start_place=None,
        end_place=None,
    )
    accepted = whole.accepted._replace(
        action=action,
        evidence={},
        claims=(event_claim(action),),
        person_interval=None,
        meter_claim=None,
        exclusions=(),
        history_need=None,
        numbers={},
        installation=None,
    )
    digests = [claim.digest(secret) for claim in accepted.claims]
    return Candidate(-1, action_id, accepted, digests, whole.day_ends_at)


def _with_event(accepted: AcceptedAction, event: ClaimKey) -> AcceptedAction:
    """The action with its event among its claims, so that a list finds a repeat like the rest."""
    # By position: `_replace` takes four times as long, five thousand times over.
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
        accepted.numbers,
        accepted.issuers,
        accepted.installation,
    )


def spell(candidates: Iterable[Candidate], secret: bytes) -> None:
    """Spell out what each says, unless it is done; no answer of the database is needed for it."""
    for one in candidates:
        if one.spelled:
            continue
        accepted, action = one.accepted, one.accepted.action
        content = content_of(action, accepted.evidence, accepted.numbers)
        sealed = half_seal(one.action_id.bytes, action_content(action.external_id, action.evidence))
        one.spelled = Spelled(content, fingerprint(content, secret), sealed)
