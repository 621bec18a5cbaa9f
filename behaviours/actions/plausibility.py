"""Plausibility: whether what is said to be done can have been done, by the rule's own conditions.

A condition that reads what is not known - the end of an action that has none, an installation that
was not found, the day of a person that was not looked up - is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, DecimalException, localcontext
from typing import NamedTuple, TypedDict

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.claims import number_of
from behaviours.actions.installation import REPORTED, Installation
from behaviours.civil_time import instant
from behaviours.refusal import Invalid
from behaviours.regions import province_of
from behaviours.rules.expression import NAME
from behaviours.rules.methodology import Told, Trust, Version
from behaviours.rules.trust_clauses import CAPACITY, COMMISSIONED_ON, DAY, DAYLIGHT, HOURS
from behaviours.rules.trusted import HOLD, REFUSE, PlausibleRule
from behaviours.rules.units import ARITHMETIC
from behaviours.sun import Centre, light_between

# What holds an action of any rule that is done by an installation, in both languages like a rule's.
_OUTSIDE_LIFE = (
    "装置在其投运之后、由其持有人持有期间才计入。",
    "An installation is credited from its commissioning on, while its holder has it.",
)
_UNCONFIRMED = (
    "装置须先经他人确认。",
    "An installation is confirmed by somebody else first.",
)


class Implausible(Invalid):
    """By the rule this cannot have been done; the condition and what it read are named."""


class FactShown(TypedDict):
    """Something that a condition read: its name in the rule, its value and its unit."""

    name: str
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class DaySoFar:
    """What the person did before, on the civil day of the action and by the same behaviour.

    ``totals`` by quantity, one that is sent by key under its own name; ``own_reports`` are those
    that she reported herself.
    """

    totals: Mapping[str, Decimal]
    own_reports: int = 0

    def plus(self, totals: Mapping[str, Decimal], *, by_person: bool) -> DaySoFar:
        """With one more action."""
        none = Decimal(0)
        return DaySoFar(
            {
                name: self.totals.get(name, none) + totals.get(name, none)
                for name in {**self.totals, **totals}
            },
            self.own_reports + by_person,
        )


NOTHING_YET = DaySoFar({})


class Judged(NamedTuple):
    """A condition and what became of it; ``met`` is None where something it reads is not known."""

    rule: PlausibleRule
    met: bool | None
    facts: tuple[FactShown, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A condition that is not met: ``outcome`` says whether the action is held or refused."""

    name: str
    outcome: str
    text: str
    meaning_zh: str
    meaning_en: str
    facts: tuple[FactShown, ...]
    pointer: str

    def refusal(self, methodology: str) -> Implausible:
        """What its sender is told."""
        return Implausible(
            pointer=self.pointer,
            methodology=methodology,
            condition=self.name,
            meaning={"zh-CN": self.meaning_zh, "en": self.meaning_en},
            read=", ".join(f"{f['name']} = {f['value']} {f['unit']}".strip() for f in self.facts),
            facts=[dict(fact) for fact in self.facts],
            # A word of Python: no argument can be called so.
            **{"if": self.text},
        )


# Not frozen: one is made of every action that is recorded, and freezing takes longer than judging.
@dataclass(slots=True)
class _Circumstances:
    """What a condition reads beside quantities, figures and evidence."""

    on: date
    region: str
    starts_at: datetime
    ends_at: datetime
    hours: Decimal | None
    installation: Installation | None
    capacity: Decimal | None
    day: Mapping[str, Decimal] | None
    centre: Centre | None

    def daylight(self) -> bool:
        assert self.centre is not None
        return light_between(self.centre, self.starts_at, self.ends_at)


def plausibility(
    accepted: AcceptedAction, installation: Installation | None, day_so_far: DaySoFar | None
) -> tuple[Finding, ...]:
    """The conditions of the action's rule that it does not meet, in the rule's order."""
    version = accepted.version
    lived = () if installation is None else tuple(_life(accepted, installation))
    if not version.trust.plausible:
        return lived
    judged = [
        rule
        for rule in version.trust.plausible
        if _is_known(rule, accepted, installation, day_so_far)
    ]
    if not judged:
        return lived
    around = _circumstances(accepted, installation, day_so_far)
    with localcontext(ARITHMETIC):
        unmet = [rule for rule in judged if not _holds(rule, accepted, around)]
        return (*(_finding(rule, accepted, around) for rule in unmet), *lived)


def _life(accepted: AcceptedAction, installation: Installation) -> Iterator[Finding]:
    """What holds an action whatever its rule says: its installation did not do it, or may not."""
    action = accepted.action
    starts_at = instant(action.occurred_at)
    ends_at = starts_at if action.ended_at is None else instant(action.ended_at)
    name, _ = number_of(accepted.version)
    pointer = f"/evidence/{name}"
    if not installation.lives(starts_at, ends_at, accepted.occurred_on):
        facts: list[FactShown] = [
            {
                "name": COMMISSIONED_ON,
                "value": installation.commissioned_on.isoformat(),
                "unit": "",
            }
        ]
        for told, value in (
            ("installation.held_from", installation.held_from),
            ("installation.ended_at", installation.ended_at),
        ):
            if value is not None:
                facts.append({"name": told, "value": value.isoformat(), "unit": ""})
        zh, en = _OUTSIDE_LIFE
        # In another holder's time it is refused: held, it would keep the interval from them.
        others = not installation.is_held(starts_at, ends_at)
        outcome = REFUSE if others else HOLD
        yield Finding("installation_in_use", outcome, "", zh, en, tuple(facts), pointer)
    if installation.state == REPORTED:
        state: FactShown = {"name": "installation.state", "value": REPORTED, "unit": ""}
        zh, en = _UNCONFIRMED
        yield Finding("installation_confirmed", HOLD, "", zh, en, (state,), pointer)


def judge_conditions(
    accepted: AcceptedAction, installation: Installation | None, day_so_far: DaySoFar | None
) -> list[Judged]:
    """Every condition of the action's rule with what it read and what became of it."""
    around = _circumstances(accepted, installation, day_so_far)
    with localcontext(ARITHMETIC):
        return [
            Judged(
                rule,
                _holds(rule, accepted, around)
                if _is_known(rule, accepted, installation, day_so_far)
                else None,
                _facts(rule, accepted, around),
            )
            for rule in accepted.version.trust.plausible
        ]


def _is_known(
    rule: PlausibleRule,
    accepted: AcceptedAction,
    installation: Installation | None,
    day_so_far: DaySoFar | None,
) -> bool:
    """Whether everything that the condition reads is known."""
    version, reads = accepted.version, rule.reads
    if rule.reads_day and day_so_far is None:
        return False
    if HOURS in reads and accepted.action.ended_at is None:
        return False
    if COMMISSIONED_ON in reads and installation is None:
        return False
    if CAPACITY in reads and _capacity(version.trust, installation) is None:
        return False
    return (
        DAYLIGHT not in reads
        or version.reckoning.book.centre_of(accepted.action.region) is not None
    )


def _holds(rule: PlausibleRule, accepted: AcceptedAction, around: _Circumstances) -> bool:
    try:
        (met,) = rule.test(accepted.quantities, accepted.bound.values, accepted.evidence, around)
    except DecimalException:
        # What cannot be computed, such as a speed without time, speaks for nobody.
        return False
    return met


def _circumstances(
    accepted: AcceptedAction, installation: Installation | None, day_so_far: DaySoFar | None
) -> _Circumstances:
    version, action = accepted.version, accepted.action
    starts_at = ends_at = instant(action.occurred_at)
    if action.ended_at is not None:
        ends_at = instant(action.ended_at)
    return _Circumstances(
        on=accepted.occurred_on,
        region=province_of(action.region),
        starts_at=starts_at,
        ends_at=ends_at,
        hours=action.hours,
        installation=installation,
        capacity=_capacity(version.trust, installation),
        day=None if day_so_far is None else _with(day_so_far.totals, accepted),
        centre=version.reckoning.book.centre_of(action.region),
    )


def _capacity(trust: Trust, installation: Installation | None) -> Decimal | None:
    """What the installation can do, in the unit that the rule reads; None where it is not known."""
    declared = trust.installation
    if installation is None or declared is None or declared.capacity is None:
        return None
    return installation.capacity_in(declared.capacity)


def _with(before: Mapping[str, Decimal], accepted: AcceptedAction) -> Mapping[str, Decimal]:
    own = totals_of(accepted.version.told, accepted.quantities)
    return {name: value + before.get(name, Decimal(0)) for name, value in own.items()}


def totals_of(told: Told, quantities: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The quantities of an action, those that are sent by key added up under their own name."""
    totals: dict[str, Decimal] = {}
    for name, rule in told.quantities.items():
        known = rule.group or name
        totals[known] = totals.get(known, Decimal(0)) + quantities.get(name, Decimal(0))
    return totals


def _finding(rule: PlausibleRule, accepted: AcceptedAction, around: _Circumstances) -> Finding:
    return Finding(
        rule.name,
        rule.otherwise,
        rule.text,
        rule.meaning_zh,
        rule.meaning_en,
        _facts(rule, accepted, around),
        _pointer(accepted.version, rule),
    )


def _facts(
    rule: PlausibleRule, accepted: AcceptedAction, around: _Circumstances
) -> tuple[FactShown, ...]:
    found: list[FactShown] = []
    for name, unit in rule.units.items():
        value = _value(name, accepted, around)
        if value is not None:
            found.append({"name": name, "value": value, "unit": unit})
    return tuple(found)


def _value(name: str, accepted: AcceptedAction, around: _Circumstances) -> str | None:
    """What stands behind a name of a condition, as people write it; None where nothing does."""
    known: object = None
    if name in accepted.quantities:
        known = accepted.quantities[name]
    elif name in accepted.evidence:
        known = accepted.evidence[name]
    elif name == "region":
        known = around.region
    elif name == "on":
        known = around.on
    elif name == HOURS:
        known = around.hours
    elif name == CAPACITY:
        known = around.capacity
    elif name == COMMISSIONED_ON:
        known = None if around.installation is None else around.installation.commissioned_on
    elif name == DAYLIGHT and around.centre is not None:
        known = "yes" if around.daylight() else "no"
    elif name.startswith(f"{DAY}.") and around.day is not None:
        known = around.day[name.removeprefix(f"{DAY}.")]
    else:
        known = _figure(name, accepted)
    if isinstance(known, Decimal):
        return _plain(known)
    return None if known is None else str(known)


def _figure(name: str, accepted: AcceptedAction) -> Decimal | None:
    for parameter, value in zip(
        accepted.version.reckoning.parameters, accepted.bound.values, strict=True
    ):
        if parameter.name == name and isinstance(value, Decimal):
            return value
    return None


def _plain(value: Decimal) -> str:
    text = f"{round(value, 6):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _pointer(version: Version, rule: PlausibleRule) -> str:
    """To the first thing of the action that the condition reads."""
    for name in NAME.findall(rule.text):
        if name in version.told.quantities:
            return f"/quantities/{name}"
    return "/ended_at" if HOURS in rule.reads else "/quantities"
