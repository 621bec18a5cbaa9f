"""Limits: what of an action counts, when its rule limits a person's day, week, month, year or life.

This is the one place where that is decided. Room is used in the order of recording, by the civil
day on which each action was done; what was cut off stays so, also when room comes back later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import NamedTuple

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.calculation import LimitShown, RecordedInputs, RecordedLimit
from behaviours.actions.plausibility import totals_of
from behaviours.refusal import Conflict
from behaviours.rules.limit_rule import ACTIONS, CUT, REFUSE, RESULT, LimitRule
from behaviours.rules.methodology import Version
from behaviours.rules.units import ARITHMETIC

# Who, by which limit, in the period that begins on which day.
LimitOf = tuple[str, str, date]
# What was counted before in the period of each limit, by its name, whole as the limit counts.
Before = Mapping[str, int]


class LimitReached(Conflict):
    """With the action the person would have more in the period than the rule lets count."""

    cases = ("until", "for_life")


class LimitUse(NamedTuple):
    """What an action takes of one limit: under which code, of which period, and how much."""

    code: str
    period_start: date
    used: int


@dataclass(frozen=True, slots=True)
class Limited:
    """An action as its rule's limits let it count: its ``quantities``, none when ``is_spent``."""

    version: Version
    before: Before
    sent: Mapping[str, Decimal]
    quantities: Mapping[str, Decimal]
    is_spent: bool

    def credited(self, saved_mg: int, on: date) -> int:
        """What is credited of what the counted quantities saved; raises LimitReached."""
        if self.is_spent:
            return 0
        for limit in self.version.limits:
            if limit.of == RESULT and limit.above == CUT:
                saved_mg = min(saved_mg, self._rest(limit))
        for limit in self.version.limits:
            wanted = self._counted(limit, saved_mg)
            if limit.above == REFUSE and wanted > self._rest(limit):
                raise self._reached(limit, wanted, on)
        return saved_mg

    def recorded(self, saved_mg: int) -> dict[str, RecordedLimit]:
        """What is kept of it with the inputs: by limit, what counted before and what counts now."""
        return {
            limit.name: {
                "before": limit.amount(self._before(limit)),
                "counted": limit.amount(self._counted(limit, saved_mg)),
            }
            for limit in self.version.limits
        }

    def limited_by(self, whole_mg: int) -> str | None:
        """The first limit that cuts something off, of an action that saved ``whole_mg``."""
        for limit in self.version.limits:
            if limit.above == CUT and self._asked(limit, whole_mg) > self._rest(limit):
                return limit.name
        return None

    def shown(self, whole_mg: int, saved_mg: int, on: date) -> list[LimitShown]:
        """Each limit with what counted before and what counts now, for people to read."""
        return [
            {
                "name": limit.name,
                "of": limit.of,
                "most": limit.amount(limit.most),
                "unit": limit.unit or "1",
                "per": limit.period,
                "from": limit.period_start(on).isoformat(),
                "above": limit.above,
                "before": limit.amount(self._before(limit)),
                "counted": limit.amount(self._counted(limit, saved_mg)),
                "is_cut": limit.name == self.limited_by(whole_mg),
                "meaning": {"zh-CN": limit.meaning_zh, "en": limit.meaning_en},
                "provenance": limit.grade,
            }
            for limit in self.version.limits
        ]

    def _before(self, limit: LimitRule) -> int:
        return self.before.get(limit.name, 0)

    def _rest(self, limit: LimitRule) -> int:
        return rest_of(limit, self.before)

    def _counted(self, limit: LimitRule, saved_mg: int) -> int:
        if self.is_spent:
            return 0
        if limit.of == RESULT:
            return saved_mg
        return _measured(self.version, limit, self.quantities)

    def _asked(self, limit: LimitRule, whole_mg: int) -> int:
        """What would count if nothing were limited."""
        return whole_mg if limit.of == RESULT else _measured(self.version, limit, self.sent)

    def _reached(self, limit: LimitRule, wanted: int, on: date) -> LimitReached:
        first, after = limit.period_start(on), limit.next_start(on)
        return LimitReached(
            "until" if after else "for_life",
            pointer="/occurred_at",
            methodology=self.version.label,
            limit=limit.name,
            meaning={"zh-CN": limit.meaning_zh, "en": limit.meaning_en},
            most=limit.amount(limit.most),
            unit=limit.unit,
            per=limit.period,
            counted_before=limit.amount(self._before(limit)),
            this=limit.amount(wanted),
            period_from=first.isoformat(),
            **({"next_from": after.isoformat()} if after else {}),
        )


def rest_of(limit: LimitRule, before: Before) -> int:
    """What a limit still lets count, as it counts."""
    return max(0, limit.most - before.get(limit.name, 0))


def limited(version: Version, sent: Mapping[str, Decimal], before: Before) -> Limited:
    """What of an action counts when ``before`` counted already; ``sent`` are its quantities."""
    counted = dict(sent)
    is_spent = False
    with localcontext(ARITHMETIC):
        for limit in version.limits:
            if limit.above != CUT:
                continue
            rest = rest_of(limit, before)
            if limit.of in counted:
                rest_amount = Decimal(rest) / limit.scale
                is_spent |= not rest and sent[limit.of] > 0
                counted[limit.of] = min(counted[limit.of], rest_amount)
            elif limit.of in {ACTIONS, RESULT}:
                is_spent |= not rest
    # Where nothing is left the equations are shown as they would be without the limit.
    return Limited(version, before, sent, dict(sent) if is_spent else counted, is_spent)


def _measured(version: Version, limit: LimitRule, quantities: Mapping[str, Decimal]) -> int:
    """What quantities are by a limit of actions or of one of them."""
    if limit.of == ACTIONS:
        return 1
    return limit.whole(totals_of(version.told, quantities).get(limit.of, Decimal(0)))


def limited_again(
    version: Version, sent: Mapping[str, Decimal], inputs: RecordedInputs
) -> Limited | None:
    """As the action was limited when it was recorded; None where its rule limits nothing."""
    if not version.limits:
        return None
    kept = inputs.get("limits", {})
    return limited(version, sent, before_of(version, {n: o["before"] for n, o in kept.items()}))


def before_of(version: Version, stated: Mapping[str, Decimal | str]) -> dict[str, int]:
    """Amounts of the document's units, by limit, whole as they are counted."""
    rules = {limit.name: limit for limit in version.limits}
    return {name: rules[name].whole(Decimal(amount)) for name, amount in stated.items()}


def what_earns(
    version: Version, sent: Mapping[str, Decimal], inputs: RecordedInputs
) -> Mapping[str, Decimal]:
    """The quantities that are paid by: as they count, noughts where nothing does."""
    again = limited_again(version, sent, inputs)
    if again is None:
        return sent
    return dict.fromkeys(sent, Decimal(0)) if again.is_spent else again.quantities


def uses_of(version: Version, inputs: RecordedInputs) -> list[LimitUse]:
    """What a recorded action takes of its rule's limits."""
    if not version.limits:
        return []
    on, kept = date.fromisoformat(inputs["occurred_on"]), inputs.get("limits", {})
    return [
        LimitUse(
            limit.code(version.code),
            limit.period_start(on),
            limit.whole(Decimal(kept[limit.name]["counted"])),
        )
        for limit in version.limits
        if limit.name in kept
    ]


class RunningUse:
    """What counted of people's limits while actions are gone through, each with those before it."""

    def __init__(self, used: Mapping[LimitOf, int] | None = None) -> None:
        self._used = {**(used or {})}

    def before(self, accepted: AcceptedAction) -> Before:
        """What counted before, by the names of the action's limits."""
        return {name: self._used.get(each, 0) for name, each in limits_of(accepted).items()}

    def take(self, accepted: AcceptedAction, inputs: RecordedInputs) -> None:
        """The action is taken: those after it find what it used."""
        person = accepted.action.participant_id
        for code, first, used in uses_of(accepted.version, inputs):
            self._used[person, code, first] = self._used.get((person, code, first), 0) + used


def limits_of(accepted: AcceptedAction) -> dict[str, LimitOf]:
    """Of each limit of an action's rule, by its name: whose use in which period it is."""
    version, person = accepted.version, accepted.action.participant_id
    return {
        limit.name: (person, limit.code(version.code), limit.period_start(accepted.occurred_on))
        for limit in version.limits
    }
