"""Carry claims over: what was claimed before numbers had a normal form is found by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

from app.store.database import Connection
from app.store.recording.carrying import (
    CarriedClaim,
    CarriedInterval,
    begin_part,
    carry,
    carry_meters,
    end_part,
)
from behaviours.actions.claims import Claims, event_claim, with_defaults
from behaviours.actions.content import fingerprint
from behaviours.actions.stored_action import IN_A_UNIT, StoredAction
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.members import ClaimRule
from behaviours.rules.methodology import Version

PART = 1000


class Carried(NamedTuple):
    """One part: actions looked at, claims carried over, and those that an earlier action holds."""

    actions: int
    claims: int
    waiting: int


def carry_claims(
    connection: Connection, *, rulebook: ProgrammeRulebook, part: int = PART
) -> Carried | None:
    """Carry the next part over; None when nothing is left.

    Stopped anywhere, the next call goes on after the last part that was finished. Two actions may
    turn out to have one number: the one recorded first holds it, the other waits for it, and the
    audit names both until one is reversed.
    """
    actions = begin_part(connection, part)
    if actions is None:
        return None
    claims: list[CarriedClaim] = []
    intervals: list[CarriedInterval] = []
    for stored in actions:
        version = rulebook.version_by_digest(stored.content_digest)
        had = stored.claims(version, rulebook.zone, rulebook.claiming.register)
        claims += _claims(stored, version, had, rulebook.claiming.key)
        intervals += _interval(stored, version, had, rulebook.claiming.key)
    carried, waiting = carry(connection, claims) if claims else (0, 0)
    carry_meters(connection, intervals)
    last = actions[-1].action_id if actions else None
    end_part(connection, last, done=len(actions) < part)
    return Carried(len(actions), carried, waiting)


def _claims(
    stored: StoredAction, version: Version, had: Claims, secret: bytes
) -> list[CarriedClaim]:
    event = event_claim(stored.as_reported())
    said = fingerprint(stored.content(version, had), secret)
    sold = stored.reduction_state in IN_A_UNIT
    evidence = with_defaults(version.told, stored.evidence)
    person, action = stored.participant_id, stored.action_id
    found = [
        CarriedClaim(
            _as_it_was(event.kind, event.value), event.digest(secret), person, action, said, False
        )
    ]
    for rule, key in zip(version.trust.claims, had.keys, strict=True):
        old = _as_it_was(rule.kind, _value_as_it_was(rule, stored, evidence))
        found.append(CarriedClaim(old, key.digest(secret), person, action, None, sold))
    return found


def _interval(
    stored: StoredAction, version: Version, had: Claims, secret: bytes
) -> list[CarriedInterval]:
    if had.meter is None:
        return []
    assert version.told.interval.meter is not None
    sent = with_defaults(version.told, stored.evidence)[version.told.interval.meter]
    subject = had.meter.subject
    old, new = _as_it_was(subject.kind, sent.upper()), subject.digest(secret)
    return [CarriedInterval(old, new, had.meter.starts_at, stored.action_id)]


def _value_as_it_was(rule: ClaimRule, stored: StoredAction, evidence: Mapping[str, str]) -> str:
    """The value of a claim key before numbers had a normal form or an issuer."""
    parts: Sequence[str] = [evidence[name] for name in rule.evidence]
    if rule.ignore_case:
        parts = [part.upper() for part in parts]
    more = [stored.participant_id.hex] if rule.person else []
    on = stored.occurred_on
    if rule.per_day:
        more.append(on.isoformat())
    elif rule.per_year:
        more.append(str(on.year))
    return "\x1f".join([*parts, *more])


def _as_it_was(kind: str, value: str) -> bytes:
    """The digest of a claim key before it was keyed."""
    return blake2b(f"{kind}\0{value}".encode(), digest_size=16).digest()
