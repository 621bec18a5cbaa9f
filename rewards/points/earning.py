"""What a reduction earns: the policy in force on the day of the action, its caps and its dates."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from behaviours.civil_time import civil_day
from behaviours.document import DocumentError
from behaviours.refusal import Invalid
from behaviours.said import DocumentFault, fault
from rewards.points.caps import Cap, CapRule
from rewards.points.first_time import Bonus, FirstTimeRule
from rewards.points.lot_window import lot_window
from rewards.points.policy import SHIPPED, read_documents
from rewards.points.policy_reading import BehaviourRule, PolicyDocument

PER_EVENT = "per_event"
REPORTED_LATE = "reported_late"
# What is recorded together has one moment.
_day_of = lru_cache(maxsize=16)(civil_day)


class NoPolicyInForce(Invalid, code="NO_POINTS_POLICY_IN_FORCE"):
    """No points were promised for the day of the action."""


class Award(NamedTuple):
    """Points for one action, before the caps that it shares with other actions of a period.

    ``limited_by`` is ``"<behaviour>:per_event"`` when the policy's limit for a single action cut
    the points already, ``"reported_late"`` when there are none because it was, else None.
    """

    points: int
    caps: Sequence[Cap]
    available_at: datetime
    expires_at: datetime
    limited_by: str | None = None
    # What it brings besides where it is the first of its person; see ``first_time``.
    bonuses: tuple[Bonus, ...] = ()


class EarningPolicy:
    """One published version of the rules by which grams become points."""

    __slots__ = ("_caps", "_gives_bonuses", "_rules", "_zone", "document", "version")

    def __init__(self, document: PolicyDocument, zone: tzinfo) -> None:
        self.document = document
        self.version = document.name
        self._zone = zone
        self._rules = dict(document.behaviours)
        self._gives_bonuses = document.first_time != FirstTimeRule()
        self._caps: dict[tuple[str, str], list[CapRule]] = {}

    def award(
        self,
        *,
        behaviour: str,
        scene: str,
        action_class: str,
        saved_mg: int,
        quantities: Mapping[str, Decimal],
        occurred_on: date,
        recorded_at: datetime,
        reported_at: datetime | None = None,
        part: Callable[[int], int] | None = None,
    ) -> Award:
        """Points for one action. Whole points only, rounded down; never more than the caps.

        ``saved_mg`` are the person's own. Where a household shares the action, its quantities are
        everybody's: of what is paid by one the person has the ``part``, shared like the milligrams.
        ``reported_at`` where that was before: what waited is recorded when it is confirmed.
        """
        rule = self._rules.get(behaviour, self.document.default)
        points = self._before_caps(rule, behaviour, action_class, saved_mg, quantities)
        if part is not None and rule.points_each is not None:
            points = part(points)
        points = self._with_campaign(points, behaviour, occurred_on)
        limited_by = None
        if rule.points_per_event is not None and points > rule.points_per_event:
            points, limited_by = rule.points_per_event, f"{behaviour}:{PER_EVENT}"
        document, within = self.document, self.document.report_within_days
        if within is not None:
            reported_on = _day_of(reported_at or recorded_at, self._zone)
            if (reported_on - occurred_on).days > within:
                points, limited_by = 0, REPORTED_LATE
        caps = self.caps(behaviour, scene, occurred_on)
        bonuses: tuple[Bonus, ...] = ()
        if self._gives_bonuses and limited_by != REPORTED_LATE:
            bonuses = document.first_time.of(behaviour, scene)
        available_at, expires_at = lot_window(
            _day_of(recorded_at, self._zone),
            self._zone,
            document.hold_days,
            document.validity,
        )
        return Award(points, caps, available_at, expires_at, limited_by, bonuses)

    def caps(self, behaviour: str, scene: str, occurred_on: date) -> list[Cap]:
        """Every cap that an action of this day shares with others of its person."""
        rules = self._caps.get((behaviour, scene))
        if rules is None:
            rules = self._caps[behaviour, scene] = self.document.caps_of(behaviour, scene)
        return [rule.on(occurred_on) for rule in rules]

    def _with_campaign(self, points: int, behaviour: str, on: date) -> int:
        for campaign in self.document.campaigns:
            if campaign.covers(behaviour, on):
                return points * campaign.percent // 100
        return points

    def _before_caps(
        self,
        rule: BehaviourRule,
        behaviour: str,
        action_class: str,
        saved_mg: int,
        quantities: Mapping[str, Decimal],
    ) -> int:
        if rule.points_each is None:
            return saved_mg // self.document.mg_per_point[action_class]
        assert rule.quantity is not None
        assert rule.quantity in quantities, (
            f"{self.version} pays {behaviour} by {rule.quantity}, which its methodology lacks"
        )
        return int(quantities[rule.quantity]) * rule.points_each


class Policies:
    """Every version of the programme's policy, in the order in which they came into force."""

    def __init__(self, documents: Sequence[PolicyDocument], zone: tzinfo) -> None:
        self._zone = zone
        self._policies = [
            EarningPolicy(document, zone)
            for document in sorted(documents, key=lambda one: one.in_force_from)
        ]
        self._starts = [policy.document.in_force_from for policy in self._policies]
        for earlier, later in zip(self._policies, self._policies[1:], strict=False):
            names = {"earlier": earlier.version, "later": later.version}
            ends = earlier.document.in_force_to
            if ends is not None and ends >= later.document.in_force_from:
                raise _clash(earlier, "in_force_to", fault("policy.same_day", **names))
            if earlier.document.in_force_from == later.document.in_force_from:
                raise _clash(later, "in_force_from", fault("policy.same_start", **names))

    def for_date(self, on: date) -> EarningPolicy:
        """The policy in force on the civil day of an action; refuses a day without one.

        An open-ended version ends when a later one begins.
        """
        index = bisect_right(self._starts, on) - 1
        if index >= 0:
            policy = self._policies[index]
            if policy.document.in_force_to is None or on <= policy.document.in_force_to:
                return policy
        raise NoPolicyInForce(
            pointer="/occurred_at", on=on.isoformat(), first=self._starts[0].isoformat()
        )

    def all(self) -> list[EarningPolicy]:
        return list(self._policies)

    def with_published(self, documents: Sequence[PolicyDocument]) -> Policies:
        """These and what two people published. Raises DocumentError where two hold on a day."""
        if not documents:
            return self
        return Policies([*(each.document for each in self._policies), *documents], self._zone)


def _clash(policy: EarningPolicy, field: str, wrong: DocumentFault) -> DocumentError:
    return DocumentError(f"{policy.document.version}.yaml", 1, field, wrong)


def load_policies(zone: tzinfo, root: Path = SHIPPED) -> Policies:
    """The shipped policies, or those below ``root``; raises DocumentError."""
    return Policies(read_documents(root), zone)
