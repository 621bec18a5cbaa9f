"""What an action claims by its rule: ids that count once, a meter's time, a person's time, a side.

Nothing is judged here. The same derivation serves the judgement of a new action, the reversal of
an old one, which must succeed whatever the checks have become since, and the audit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from behaviours.actions.action import Action, ClaimKey, Exclusion, MeterClaim
from behaviours.actions.exclusions import exclusions_of
from behaviours.actions.installation import subject_of
from behaviours.actions.normal_form import UnusableNumber, form_of
from behaviours.civil_time import instant
from behaviours.issuers import NEVER, PERIODS, UNIQUE, Naming
from behaviours.rules.members import ClaimRule
from behaviours.rules.methodology import Told, Version

METER = "meter"
# A sender's own event, by its external_id.
EVENT = "event"
# Between the parts of a claim key; a normal form can never contain it.
_PART = "\x1f"
# What a ride without an end takes of a person's time where its rule does not say: nobody leaves
# one vehicle and boards another within the same minute. No source prints it; it moves no figure,
# and is the least that keeps one person out of two rides.
LEAST_MINUTES = 1
# How much of an ISO date names the period.
PERIOD_LENGTH = {"day": 10, "month": 7, "year": 4}

# Whose the numbers of a kind are.
NamingOf = Callable[[str], Naming]


class Claims(NamedTuple):
    """``person_interval`` is the half-open time in which the person can do nothing else.

    ``numbers`` has the normal form of the evidence that claims are made of, by name; ``issuers``
    the registered issuer of each kind of claim that has one.
    """

    keys: tuple[ClaimKey, ...]
    person_interval: tuple[datetime, datetime] | None
    meter: MeterClaim | None
    exclusions: tuple[Exclusion, ...]
    numbers: Mapping[str, str]
    issuers: Mapping[str, str]
    # What stands for the installation that did it, by its number.
    installation: ClaimKey | None = None


NO_CLAIMS = Claims((), None, None, (), {}, {})


def claims_of(
    version: Version,
    action: Action,
    evidence: Mapping[str, str],
    on: date,
    zone: tzinfo,
    *,
    naming_of: NamingOf,
    recorded: bool = False,
) -> Claims:
    """What the action of civil day ``on`` claims, from evidence that has its defaults filled in.

    Raises UnusableNumber, NumberNotOfIssuer, and what ``naming_of`` raises. Once ``recorded``, a
    number that has no form stands for itself.
    """
    named = _Numbers(evidence, naming_of, on=on, recorded=recorded)
    starts_at = instant(action.occurred_at)
    ends_at = None if action.ended_at is None else instant(action.ended_at)
    meter, name = None, version.told.interval.meter
    if name is not None:
        assert ends_at is not None
        subject = claim_of_parts(METER, named.naming(METER, (name,)), [named.numbers[name]])
        meter = MeterClaim(subject, starts_at, ends_at)
    person_interval = None
    if version.told.interval.occupies_person:
        person_interval = (
            starts_at,
            ends_at or starts_at + _least(version.told.interval.least_minutes),
        )
    return Claims(
        tuple(
            [
                _key(rule, action, named.naming(rule.kind, rule.evidence), named.numbers, on)
                for rule in version.trust.claims
            ]
        ),
        person_interval,
        meter,
        exclusions_of(version.trust, on, ends_at, zone) if version.trust.exclusions else (),
        named.numbers,
        named.issuers,
        _installation(version, evidence, named),
    )


def number_of(version: Version) -> tuple[str, str]:
    """The evidence that has the number of a rule's installation, and the kind of its claim.

    That of the meter whose time is claimed, or else of the first claim that is made of a number.
    """
    if version.told.interval.meter is not None:
        return version.told.interval.meter, METER
    for rule in version.trust.claims:
        if rule.evidence:
            return rule.evidence[0], rule.kind
    raise AssertionError(f"{version.label} is done by an installation that nothing names")


def _installation(
    version: Version, evidence: Mapping[str, str], named: _Numbers
) -> ClaimKey | None:
    if version.trust.installation is None:
        return None
    name, claim_kind = number_of(version)
    kind = version.trust.installation.kind
    naming = named.naming(claim_kind, (name,))
    return subject_of(kind, evidence[name], naming, on=named.on, recorded=named.recorded)


class _Numbers:
    """The numbers of one action as they are read, and whose they are."""

    __slots__ = ("_evidence", "_naming_of", "issuers", "numbers", "on", "recorded")

    def __init__(
        self, evidence: Mapping[str, str], naming_of: NamingOf, *, on: date, recorded: bool
    ) -> None:
        self.numbers: dict[str, str] = {}
        self.issuers: dict[str, str] = {}
        self._evidence, self._naming_of = evidence, naming_of
        self.on, self.recorded = on, recorded

    def naming(self, kind: str, names: tuple[str, ...]) -> Naming:
        for name in names:
            if name not in self.numbers:
                text = self._evidence[name]
                self.numbers[name] = _number(name, text, recorded=self.recorded)
        if without_issuer(names):
            return UNIQUE
        naming = self._naming_of(kind)
        if naming.shapes and not self.recorded:
            naming.check(self.numbers[names[0]], on=self.on, pointer=f"/evidence/{names[0]}")
        if naming.code and ":" not in naming.code:
            self.issuers[kind] = naming.code
        return naming


@lru_cache(maxsize=1024)
def without_issuer(names: tuple[str, ...]) -> bool:
    """Whether what is claimed by these numbers needs nobody to have given them out."""
    return not names or any(form_of(name).unique for name in names)


def impersonal(claim: ClaimKey, participant_id: str) -> ClaimKey:
    """A claim of one person as it is for whoever it is, to be found again in another account."""
    value, *former = (
        _PART.join("" if part == participant_id else part for part in each.split(_PART))
        for each in (claim.value, *claim.former)
    )
    return ClaimKey(claim.kind, value, tuple(former))


def event_claim(action: Action) -> ClaimKey:
    """The sender's own event: its external_id counts once, for ever, exactly as it is written."""
    return event_of(action.provider_id or action.participant_id, action.external_id)


def event_of(sender: str, external_id: str) -> ClaimKey:
    """The event that a sender, by its 32 hexadecimal digits, reported under a number of its own."""
    return ClaimKey(EVENT, f"{sender}\0{external_id}")


def kinds_with_issuer(version: Version) -> list[str]:
    """The kinds of claim of a rule whose numbers have an issuer."""
    kinds = [rule.kind for rule in version.trust.claims if not without_issuer(rule.evidence)]
    meter = version.told.interval.meter
    return [*kinds, METER] if meter is not None and not form_of(meter).unique else kinds


@lru_cache
def _least(minutes: int | None) -> timedelta:
    """How long an action without an end takes: at least what its rule says, or a minute."""
    return timedelta(minutes=LEAST_MINUTES if minutes is None else minutes)


def with_defaults(told: Told, sent: Mapping[str, str]) -> Mapping[str, str]:
    """The evidence as sent, and what the rule says of names that were left out."""
    rules = told.evidence
    if sent.keys() == rules.keys():
        return sent
    defaults = {name: rule.default for name, rule in rules.items() if rule.default}
    return {**defaults, **sent}


def _number(name: str, text: str, *, recorded: bool) -> str:
    try:
        return form_of(name).read(text)
    except UnusableNumber as refusal:
        if recorded:
            # No normal form begins with such a sign.
            return refusal.former or f"={text}"
        refusal.pointer = f"/evidence/{name}"
        raise


def _key(
    rule: ClaimRule, action: Action, naming: Naming, numbers: Mapping[str, str], on: date
) -> ClaimKey:
    parts = [numbers[name] for name in rule.evidence]
    if rule.person:
        parts.append(action.participant_id)
    period = period_of(rule, naming)
    if period != NEVER:
        parts.append(on.isoformat()[: PERIOD_LENGTH[period]])
    return claim_of_parts(rule.kind, naming, parts)


def period_of(rule: ClaimRule, naming: Naming) -> str:
    """How often what a rule counts once begins anew.

    The finer one: of an account that counts once a day, in numbers that begin anew each month, the
    day says both.
    """
    if not (rule.per_day or rule.per_year):
        return naming.per
    return finer("day" if rule.per_day else "year", naming.per)


@lru_cache
def finer(one: str, other: str) -> str:
    """Of two periods the one that numbers begin anew in more often."""
    return min(one, other, key=PERIODS.index)


def claim_of_parts(kind: str, naming: Naming, parts: list[str]) -> ClaimKey:
    """The claim of numbers in their normal form, with the period where they have one."""
    number = _PART.join(parts)
    if not naming.former:
        return ClaimKey(kind, f"{naming.code}{_PART}{number}")
    return ClaimKey(
        kind,
        f"{naming.code}{_PART}{number}",
        tuple([f"{code}{_PART}{number}" for code in naming.former]),
    )
