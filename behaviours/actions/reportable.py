"""What a provider may report today, whose numbers count for it, and what of its reports waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from behaviours.actions.claims import METER, kinds_with_issuer
from behaviours.issuers import IssuerRegister
from behaviours.rules.in_force import IN_FORCE, ProgrammeRulebook
from behaviours.rules.methodology import Version

# Who says whose a number is: the provider must, it need not, or it is the provider's own number.
MUST_NAME, MAY_NAME, OWN_NUMBER = NAMINGS = ("must_name", "may_name", "own_number")
# Of more than so many that wait nobody needs the number; counting ends there.
MOST_COUNTED = 10_000


class NumbersOfKind(NamedTuple):
    """A kind of number by which an action counts once, and the evidence that has it.

    ``issuers`` are those of the provider that give out such numbers, by code.
    """

    kind: str
    evidence: tuple[str, ...]
    issuers: tuple[str, ...]

    @property
    def naming(self) -> str:
        """One of ``NAMINGS``."""
        if not self.issuers:
            return OWN_NUMBER
        return MAY_NAME if len(self.issuers) == 1 else MUST_NAME


class Reportable(NamedTuple):
    """A behaviour with the versions that price it today somewhere, and its numbers."""

    behaviour: str
    title_zh: str
    title_en: str
    category_code: str
    versions: tuple[Version, ...]
    numbers: tuple[NumbersOfKind, ...]


class WaitingOfProvider(NamedTuple):
    """The actions of a provider in one state of waiting; ``reasons`` counts them by code.

    One with two reasons counts in both. ``alarmed`` are those that nobody looked at in time.
    """

    actions: int
    oldest_at: datetime
    next_lapse_at: datetime
    alarmed: int
    reasons: Mapping[str, int]


def reportable_by(
    provider_id: str, rulebook: ProgrammeRulebook, on: date, now: datetime
) -> list[Reportable]:
    """Every behaviour in force on a day whose scene is open to a provider (32 hex digits) now."""
    versions: dict[str, list[Version]] = {}
    for version in rulebook.versions():
        if rulebook.state_of(version, on) == IN_FORCE:
            versions.setdefault(version.behaviour, []).append(version)
    register = rulebook.claiming.register
    return [
        Reportable(
            each.code,
            each.title_zh,
            each.title_en,
            each.category_code,
            tuple(versions[each.code]),
            _numbers(provider_id, versions[each.code], register),
        )
        for each in rulebook.behaviours()
        if each.code in versions and rulebook.scenes.is_open(provider_id, each.code, now)
    ]


def _numbers(
    provider_id: str, versions: Iterable[Version], register: IssuerRegister
) -> tuple[NumbersOfKind, ...]:
    evidence: dict[str, dict[str, None]] = {}
    for version in versions:
        for kind in kinds_with_issuer(version):
            evidence.setdefault(kind, {}).update(dict.fromkeys(_evidence_of(version, kind)))
    known = register.of_provider(provider_id)
    return tuple(
        NumbersOfKind(kind, tuple(names), tuple(each.code for each in known if kind in each.kinds))
        for kind, names in evidence.items()
    )


def _evidence_of(version: Version, kind: str) -> Iterable[str]:
    if kind == METER and version.told.interval.meter is not None:
        yield version.told.interval.meter
    for rule in version.trust.claims:
        if rule.kind == kind:
            yield from rule.evidence
