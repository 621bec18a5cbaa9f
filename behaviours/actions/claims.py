"""What an action claims by its rule: ids that count once, a meter's time, a person's time, a side.

Nothing is checked here. The same derivation serves the judgement of a new action and the reversal
of an old one, which must succeed whatever the checks have become since.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from behaviours.actions.action import Action, ClaimKey, Exclusion, MeterClaim
from behaviours.actions.exclusions import exclusions_of
from behaviours.civil_time import instant
from behaviours.rules.methodology import ClaimRule, Version

# Between the parts of a claim key; evidence is printable, so it can never contain it.
_PART = "\x1f"
# A ride without an end takes this much of a person's time.
_INSTANT = timedelta(seconds=1)


class Claims(NamedTuple):
    """``person_interval`` is the half-open time in which the person can do nothing else."""

    keys: tuple[ClaimKey, ...]
    person_interval: tuple[datetime, datetime] | None
    meter: MeterClaim | None
    exclusions: tuple[Exclusion, ...]


def claims_of(
    version: Version, action: Action, evidence: Mapping[str, str], on: date, zone: tzinfo
) -> Claims:
    """What the action of civil day ``on`` claims, from evidence that has its defaults filled in."""
    starts_at = instant(action.occurred_at)
    ends_at = None if action.ended_at is None else instant(action.ended_at)
    meter = None
    if version.interval.meter is not None:
        assert ends_at is not None
        subject = ClaimKey("meter", evidence[version.interval.meter].upper())
        meter = MeterClaim(subject, starts_at, ends_at)
    person_interval = None
    if version.interval.occupies_person:
        person_interval = (starts_at, ends_at or starts_at + _INSTANT)
    return Claims(
        tuple([_key(rule, action, evidence, on) for rule in version.claims]),
        person_interval,
        meter,
        exclusions_of(version, on, ends_at, zone) if version.exclusions else (),
    )


def with_defaults(version: Version, sent: Mapping[str, str]) -> Mapping[str, str]:
    """The evidence as sent, and what the rule says of names that were left out."""
    rules = version.evidence
    if sent.keys() == rules.keys():
        return sent
    defaults = {name: rule.default for name, rule in rules.items() if rule.default}
    return {**defaults, **sent}


def _key(rule: ClaimRule, action: Action, evidence: Mapping[str, str], on: date) -> ClaimKey:
    parts = [evidence[name] for name in rule.evidence]
    if rule.ignore_case:
        parts = [part.upper() for part in parts]
    if rule.person:
        parts.append(action.participant_id)
    if rule.per_day:
        parts.append(on.isoformat())
    elif rule.per_year:
        parts.append(str(on.year))
    return ClaimKey(rule.kind, _PART.join(parts))
