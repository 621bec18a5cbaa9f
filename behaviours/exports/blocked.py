"""What a record that moved in blocks here: the same action, reported a second time.

Claims are made of the numbers once more, by the rules, the issuers and the secret of the
installation that takes the record in. A number whose issuer is registered here under the same code
is found again, and so is what needs no issuer or counts once for the person; a provider's own
numbers say nothing to anybody else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from uuid import UUID

from behaviours.actions.claims import METER, Claims, NamingOf, claims_of, with_defaults
from behaviours.actions.declared import OTHER_INSTALLATION, DeclaredNumber
from behaviours.civil_time import civil_day
from behaviours.exports.moving import MovedReport
from behaviours.issuers import Naming
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.methodology import Version

# What counts once counts so on whatever day it is reported for.
ONCE: Final = "moved"
EVER: Final = date(1970, 1, 1)
# Whose a number is cannot be told; no code of an issuer is like it.
_UNKNOWN: Final = Naming("?")
_UNKNOWN_VALUE: Final = f"{_UNKNOWN.code}\x1f"


@dataclass(slots=True)
class Blocked:
    """Digests of claims that are taken elsewhere, and of meters, with the days of their time."""

    once: dict[bytes, None] = field(default_factory=dict)
    meters: dict[bytes, tuple[date, date]] = field(default_factory=dict)
    unmatched: int = 0

    def declared(
        self, origin: str, record_id: UUID
    ) -> Iterator[tuple[bytes, DeclaredNumber, list[bytes]]]:
        """What stands for it in the register, each with a digest of its own and its claims.

        For all that counts once one, and one for each meter.
        """
        said = DeclaredNumber(OTHER_INSTALLATION, origin, ONCE, None, {}, EVER)
        if self.once:
            yield _mark(record_id, b""), said, list(self.once)
        for digest, (first, last) in self.meters.items():
            of_meter = replace(said, kind=METER, from_day=first, to_day=last)
            yield _mark(record_id, digest), of_meter, [digest]


def _mark(record_id: UUID, digest: bytes) -> bytes:
    return hashlib.sha256(b"moved\0" + record_id.bytes + digest).digest()


def blocked_by(
    reports: Iterable[MovedReport], rulebook: ProgrammeRulebook, participant_id: UUID
) -> Blocked:
    """What these reports of one person, ``participant_id`` here, claim by the rules here."""
    blocked = Blocked()
    for report in reports:
        on = civil_day(report.action.occurred_at, rulebook.zone)
        claims = _claims(report, on, rulebook, participant_id)
        if claims is None or not _add(blocked, claims, on, rulebook):
            blocked.unmatched += 1
    return blocked


def _add(blocked: Blocked, claims: Claims, on: date, rulebook: ProgrammeRulebook) -> bool:
    """Whether everything that the action claims could be made here."""
    key = rulebook.claiming.key
    known = [each for each in claims.keys if not each.value.startswith(_UNKNOWN_VALUE)]
    for each in known:
        blocked.once.update(dict.fromkeys(each.digests(key)))
    meter, whole = claims.meter, len(known) == len(claims.keys)
    if meter is None:
        return whole
    if meter.subject.value.startswith(_UNKNOWN_VALUE):
        return False
    # The moment at which it ended belongs to the next one.
    last = max(on, civil_day(meter.ends_at, rulebook.zone))
    for digest in meter.subject.digests(key):
        first, until = blocked.meters.get(digest, (on, last))
        blocked.meters[digest] = min(first, on), max(until, last)
    return whole


def _claims(
    report: MovedReport, on: date, rulebook: ProgrammeRulebook, participant_id: UUID
) -> Claims | None:
    """None where no rule here speaks of such an action, or not of these numbers."""
    action = replace(report.action, participant_id=participant_id.hex)
    try:
        version = rulebook.version_for(action.behaviour, on, action.region)
        evidence = with_defaults(version.told, action.evidence)
        if not _names(version) <= evidence.keys():
            return None
        if version.told.interval.meter is not None and action.ended_at is None:
            return None
        naming_of = _naming(rulebook, report.issuers)
        return claims_of(
            version, action, evidence, on, rulebook.zone, naming_of=naming_of, recorded=True
        )
    except Refusal:
        return None


def _names(version: Version) -> set[str]:
    """The evidence that the claims of a rule are made of."""
    names = {name for rule in version.trust.claims for name in rule.evidence}
    meter = version.told.interval.meter
    return names if meter is None else names | {meter}


def _naming(rulebook: ProgrammeRulebook, issuers: Mapping[str, str]) -> NamingOf:
    register = rulebook.claiming.register

    def naming_of(kind: str) -> Naming:
        issuer = register.issuers.get(issuers.get(kind, ""))
        if issuer is None or kind not in issuer.kinds:
            return _UNKNOWN
        return register.naming("", kind, issuer.code)

    return naming_of
