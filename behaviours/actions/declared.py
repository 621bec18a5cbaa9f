"""Declared elsewhere: numbers whose reductions belong to another mechanism, and for which days.

A plant that sells its reductions as CCER, a green certificate, an account inside the boundary of a
covered emitter: what is done with such a number on such days is not recorded here, and what was
recorded before the declaration enters no bundle (重复申报, *double claiming*: Wuhan's measures of
2023 forbid units from inside a covered emitter's boundary, and a second declaration under any
greenhouse-gas mechanism or environmental right).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import ClaimKey
from behaviours.actions.claims import (
    METER,
    PERIOD_LENGTH,
    claim_of_parts,
    period_of,
    without_issuer,
)
from behaviours.actions.normal_form import UnusableNumber, form_of
from behaviours.civil_time import civil_day
from behaviours.issuers import NEVER, UNIQUE, Naming
from behaviours.refusal import Conflict, Forbidden, Invalid, UnknownId
from behaviours.rules.methodology import Version
from behaviours.steps import Step

COVERED_EMITTER: Final = "covered_emitter"
# What is declared by its numbers.
DECLARABLE: Final = (
    "ccer", "green_certificate", "international", "other_scheme", COVERED_EMITTER,
)  # fmt: skip
# What came with the record of a person who moved here: its numbers are not known, only its claims.
OTHER_INSTALLATION: Final = "other_installation"
# The meters of a project on the register, whose reductions are issued to its owner.
PROJECT: Final = "project"
# How evidence of actions calls the number of a meter.
METER_ID: Final = "meter_id"
MECHANISMS: Final = (*DECLARABLE, OTHER_INSTALLATION, PROJECT)
DECLARED, WITHDRAWN = STATES = ("declared", "withdrawn")
WITHDRAW: Final = "withdraw"
STEPS: Final[Mapping[str, Step]] = {WITHDRAW: Step((DECLARED,), WITHDRAWN, ("authority",))}
# Numbers that begin anew are declared day by day: three years of them, and then anew.
MOST_DAYS: Final = 1_100


class DeclaredElsewhere(Conflict):
    """Another mechanism owns what is saved with this number on this day."""


class InsideCoveredEmitter(Conflict):
    """The number lies inside the boundary of a covered emitter, whose market owns it."""


class UnknownDeclaration(UnknownId):
    """Nothing was declared under this id."""

    cases = ("declaration",)


class DeclarationWrong(Invalid):
    """What is declared cannot be meant.

    ``evidence``: no rule counts such numbers once; ``backwards``: the last day lies before the
    first; ``open``: numbers that begin anew are declared up to a day; ``too_long``: for so many
    days at most; ``issuer``: whose number it is is not said; ``whose``: only the boundary of a
    covered emitter has an organisation, and it has one.
    """

    cases = ("evidence", "backwards", "open", "too_long", "issuer", "whose")


class DeclarationDiffers(Conflict):
    """The same number stands in the register under this reference, with something else said."""


class DeclarationWithdrawnBefore(Conflict):
    """The declaration was withdrawn before."""


class DeclarationIsYours(Forbidden):
    """Who declared something does not withdraw it: that takes somebody else."""


class DeclarationOfProject(Conflict):
    """A project on the register holds the meter: it is free when that is taken off."""


class DeclarationOfBoundary(Conflict):
    """Two people signed the boundary that it belongs to: another boundary takes its place."""


@dataclass(frozen=True, slots=True)
class DeclaredNumber:
    """Numbers of one claim, as evidence names them, that another mechanism owns.

    ``reference`` is the number of the project, certificate or boundary there. Both days are
    included; without a last day it holds until it is withdrawn. ``boundary_id`` is the boundary
    of a covered emitter that two people signed, where one says it.
    """

    mechanism: str
    reference: str
    kind: str
    issuer: str | None
    evidence: Mapping[str, str]
    from_day: date
    to_day: date | None = None
    organisation_id: UUID | None = None
    boundary_id: UUID | None = None

    def check(self) -> None:
        """Raises DeclarationWrong for days or an owner that cannot be meant."""
        if self.to_day is not None and self.to_day < self.from_day:
            raise DeclarationWrong("backwards", pointer="/to")
        if (self.organisation_id is None) == (self.mechanism == COVERED_EMITTER):
            raise DeclarationWrong("whose", pointer="/organisation_id", mechanism=COVERED_EMITTER)


@dataclass(frozen=True, slots=True)
class RegisteredDeclaration:
    """A declaration as it stands in the register; ``declared_by`` is None for the command line."""

    declaration_id: UUID
    said: DeclaredNumber
    state: str
    declared_by: UUID | None
    declared_at: datetime
    withdrawn_at: datetime | None = None
    reason: str | None = None

    def move(
        self, step: str, *, by: UUID | None, now: datetime, reason: str
    ) -> RegisteredDeclaration:
        """The declaration after ``step``.

        Raises DeclarationWithdrawnBefore, DeclarationIsYours, DeclarationOfProject and
        DeclarationOfBoundary.
        """
        needs, leads_to, _ = STEPS[step]
        if self.state not in needs:
            raise DeclarationWithdrawnBefore
        if self.said.mechanism == PROJECT:
            raise DeclarationOfProject(number=self.said.reference)
        if by is not None and by == self.declared_by:
            raise DeclarationIsYours
        if self.said.boundary_id is not None:
            raise DeclarationOfBoundary
        return replace(self, state=leads_to, withdrawn_at=now, reason=reason)


class Owned(NamedTuple):
    """What a claim runs into: by which mechanism and reference, and for which days."""

    mechanism: str
    reference: str
    from_day: date
    to_day: date | None

    def covers(self, first: date, last: date) -> bool:
        """Whether any of the days from ``first`` to ``last`` is among its own."""
        return self.from_day <= last and (self.to_day is None or self.to_day >= first)


def declared_elsewhere(
    accepted: AcceptedAction, owned: Iterable[Owned], zone: tzinfo
) -> DeclaredElsewhere | None:
    """The refusal of an action whose numbers another mechanism owns on one of its days."""
    action, on = accepted.action, accepted.occurred_on
    # The moment at which it ended belongs to the next one.
    ended = action.ended_at - timedelta(microseconds=1) if action.ended_at else None
    last = on if ended is None else max(on, civil_day(ended, zone))
    for each in sorted(owned, key=lambda one: (one.mechanism, one.reference)):
        if each.covers(on, last):
            return DeclaredElsewhere(
                pointer="/evidence", mechanism=each.mechanism, reference=each.reference
            )
    return None


def of_project(
    reference: str, issuer: str, meter: str, first: date, last: date | None
) -> DeclaredNumber:
    """The meter of a project, by that one's number on the register, for its days."""
    return DeclaredNumber(PROJECT, reference, METER, issuer, {METER_ID: meter}, first, last)


def check_unowned(
    owned: Iterable[Owned], first: date, last: date, *, own: str | None = None, pointer: str
) -> None:
    """Whether a number is free of other mechanisms on all days from ``first`` to ``last``; ``own``
    is the number of the project that asks.

    Raises InsideCoveredEmitter and DeclaredElsewhere.
    """
    for each in sorted(owned, key=lambda one: (one.mechanism, one.reference)):
        mine = (each.mechanism, each.reference) == (PROJECT, own)
        if mine or not each.covers(first, last):
            continue
        if each.mechanism == COVERED_EMITTER:
            raise InsideCoveredEmitter(pointer=pointer, reference=each.reference)
        raise DeclaredElsewhere(pointer=pointer, mechanism=each.mechanism, reference=each.reference)


def number_key(said: DeclaredNumber) -> ClaimKey:
    """What stands for the numbers themselves, on whatever days; raises UnusableNumber."""
    numbers = [f"{name}={_number(name, text)}" for name, text in sorted(said.evidence.items())]
    return ClaimKey(f"declared:{said.kind}", "\0".join([said.issuer or "", *numbers]))


def claims_declared(
    said: DeclaredNumber, versions: Iterable[Version], naming: Naming | None
) -> list[ClaimKey]:
    """Every claim that a declaration blocks; of numbers that begin anew one for each period.

    ``versions`` are those of the programme's rules, ``naming`` says whose the numbers are; None
    where no issuer is named. Raises DeclarationWrong and UnusableNumber.
    """
    said.check()
    numbers = {name: _number(name, text) for name, text in said.evidence.items()}
    claims: dict[ClaimKey, None] = {}
    for names, period in sorted(_made_of(said, versions, naming)):
        whose = UNIQUE if without_issuer(names) else naming
        if whose is None:
            raise DeclarationWrong("issuer", pointer="/issuer", collides_on=said.kind)
        parts = [numbers[name] for name in names]
        for more in _periods(said, period):
            claims[claim_of_parts(said.kind, whose, parts + more)] = None
    if not claims:
        raise DeclarationWrong(
            "evidence", pointer="/evidence", collides_on=said.kind, names=", ".join(numbers)
        )
    return list(claims)


def _made_of(
    said: DeclaredNumber, versions: Iterable[Version], naming: Naming | None
) -> set[tuple[tuple[str, ...], str]]:
    """The evidence that rules make such a claim of, in order, and how often it begins anew."""
    found: set[tuple[tuple[str, ...], str]] = set()
    names = said.evidence.keys()
    for version in versions:
        meter = version.told.interval.meter
        if said.kind == METER and meter is not None and names == {meter}:
            found.add(((meter,), NEVER))
        for rule in version.trust.claims:
            # What counts once for a person is nobody else's.
            if rule.kind == said.kind and not rule.person and names == {*rule.evidence}:
                found.add((rule.evidence, period_of(rule, naming or UNIQUE)))
    return found


def _periods(said: DeclaredNumber, period: str) -> list[list[str]]:
    """What stands behind the numbers of a claim, for each period of the days."""
    if period == NEVER:
        return [[]]
    if said.to_day is None:
        raise DeclarationWrong("open", pointer="/to")
    days = (said.to_day - said.from_day).days + 1
    if days > MOST_DAYS:
        raise DeclarationWrong("too_long", pointer="/to", most=MOST_DAYS, count=days)
    length = PERIOD_LENGTH[period]
    each = [(said.from_day + timedelta(days=passed)).isoformat() for passed in range(days)]
    return [[text] for text in dict.fromkeys(day[:length] for day in each)]


def _number(name: str, text: str) -> str:
    try:
        return form_of(name).read(text)
    except UnusableNumber as refusal:
        refusal.pointer = f"/evidence/{name}"
        raise
