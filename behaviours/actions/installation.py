"""Installation: what earns over time, such as a plant or a meter, known once and by one holder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from behaviours.actions.action import ClaimKey
from behaviours.actions.normal_form import ACCOUNT, DEFAULT, FORMS, METER, VIN, UnusableNumber
from behaviours.issuers import UNIQUE, Naming
from behaviours.refusal import Conflict, Forbidden, Invalid, UnknownId
from behaviours.rules.units import Unit, parse_unit
from behaviours.steps import Step

REPORTED, CONFIRMED, ENDED = STATES = ("reported", "confirmed", "ended")
# By which form the number of each kind is read, whatever a rule calls it.
NUMBER_FORMS: Mapping[str, str] = MappingProxyType(
    {"pv_plant": METER, "meter": ACCOUNT, "appliance": DEFAULT, "vehicle": VIN, "charger": DEFAULT}
)
# In what a capacity is said; a larger unit saves nobody anything but noughts.
CAPACITY_UNITS = ("W", "kW", "MW")
_PART = "\x1f"


class InstallationStateConflict(Conflict):
    """The installation is at another point of its life than this step needs."""


class UnknownInstallation(UnknownId):
    """There is no such installation, or it is not the caller's to see."""

    cases = ("installation",)


class InstallationExists(Conflict):
    """Somebody has registered the installation of this number, and it has not ended.

    ``other``: who else did is not said; ``repeated``: the same did, and said the same of it.
    """

    cases = ("other", "repeated")


class ConflictingInstallation(Conflict):
    """The same sender has registered this number, and said something else of it."""


class CapacityNeeded(Invalid):
    """What an installation of the kind can do bounds what is credited for it, so it is said.

    ``missing``: it was not; ``nought``: it is said to do nothing; ``without_unit``: in what?
    """

    cases = ("missing", "nought", "without_unit")


class InstallationNotYours(Forbidden):
    """Another has to take this step.

    ``confirm``: who reported the installation, or holds it, does not confirm it;
    ``pass_on``: who reported it or an operator says that it has another holder.
    """

    cases = ("confirm", "pass_on")


class InstallationUsedLater(Conflict):
    """Actions are recorded of the time after the moment at which it is said to have ended."""


class InstallationEndsInFuture(Invalid):
    """What has not ended yet cannot be said to have."""


class InstallationNotBegun(Invalid):
    """The moment at which it is said to have ended lies before its beginning."""


class InstallationOfProject(Conflict):
    """A project on the register holds the meter: what it counts is issued to the project."""


class InstallationUnknown(Invalid):
    """The rule credits what a registered installation does, and none has the number."""


class InstallationOfAnother(Conflict):
    """The installation of this number is not the participant's."""


STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "confirm": Step((REPORTED,), CONFIRMED),
        # A change of holder ends the one and begins the next at the same instant.
        "end": Step((REPORTED, CONFIRMED), ENDED),
    }
)


@dataclass(frozen=True, slots=True)
class Installation:
    """One of ``INSTALLATION_KINDS``, by the ``issuer`` of its ``number``.

    ``capacity`` is in ``unit``; None for what has none. ``region`` is where it stands.
    """

    kind: str
    issuer: str
    number: str
    capacity: Decimal | None
    unit: Unit | None
    commissioned_on: date
    region: str
    state: str = REPORTED
    # When its holder took it over from another; None: it is theirs since it was commissioned.
    held_from: datetime | None = None
    ended_at: datetime | None = None

    def move(self, step: str) -> Installation:
        """After a step of ``STEPS``; raises InstallationStateConflict."""
        known = STEPS[step]
        if self.state not in known.needs:
            raise InstallationStateConflict(
                step=step, state=self.state, needed=", ".join(known.needs)
            )
        return replace(self, state=known.leads_to)

    def capacity_in(self, unit: Unit) -> Decimal | None:
        """Its capacity in the unit of a rule; None where it has none of that kind."""
        if self.capacity is None or self.unit is None or not self.unit.fits(unit):
            return None
        scale = self.unit.factor_to(unit)
        return self.capacity * scale.numerator / scale.denominator

    def lives(self, starts_at: datetime, ends_at: datetime, on: date) -> bool:
        """Whether all of the time, which begins on the civil day ``on``, is of its holder's life.

        The moment of a change of holder belongs to both: one's last and the other's first.
        """
        return on >= self.commissioned_on and self.is_held(starts_at, ends_at)

    def is_held(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether all of the time is its holder's, whenever it was put to use."""
        if self.held_from and starts_at < self.held_from:
            return False
        return self.ended_at is None or ends_at <= self.ended_at


class Holder(NamedTuple):
    """Who holds an installation: a person or an organisation, one of the two."""

    participant_id: UUID | None
    organisation_id: UUID | None


@dataclass(frozen=True, slots=True)
class Testimony:
    """What somebody said of an installation: who, when and why."""

    by: str
    at: datetime
    reason: str


class SoughtInstallations(NamedTuple):
    """Which of a list; None is all."""

    kind: str | None
    state: str | None
    participant_id: UUID | None


@dataclass(frozen=True, slots=True)
class RegisteredInstallation:
    """An installation with its holder, who reported it (and under which id), and what became of it.

    ``installation.number`` is as it was sent; ``digest`` stands for what it is compared by.
    """

    installation_id: UUID
    holder: Holder
    installation: Installation
    digest: bytes
    evidence: str
    reporter_id: UUID
    reported: Testimony
    confirmed: Testimony | None = None
    ended: Testimony | None = None
    # The installation of the holder before.
    follows: UUID | None = None


def subject_of(
    kind: str, number: str, naming: Naming, *, on: date, recorded: bool = False
) -> ClaimKey:
    """What stands for one installation in every spelling of its number.

    Raises UnusableNumber, and NumberNotOfIssuer for one that, as its issuer says of the day ``on``,
    it cannot have given out.

    Once ``recorded``, a number that is refused by now stands for what it was read as.
    """
    try:
        read = FORMS[NUMBER_FORMS[kind]].read(number)
    except UnusableNumber as refusal:
        if not (recorded and refusal.former):
            raise
        read = refusal.former
    if not recorded:
        naming.check(read, on=on)
    values = [f"{kind}{_PART}{code}{_PART}{read}" for code in (naming.code, *naming.former)]
    return ClaimKey("installation", values[0], tuple(values[1:]))


def naming_of_kind(
    kind: str, claim_kinds: Iterable[str], naming_of: Callable[[str], Naming]
) -> Naming:
    """Whose the number of an installation is that is registered, as ``naming_of`` answers.

    ``claim_kinds`` are those that rules of the kind make of the number. Raises what ``naming_of``
    raises.
    """
    if FORMS[NUMBER_FORMS[kind]].unique:
        return UNIQUE
    named = [naming_of(each) for each in sorted(claim_kinds) or [kind]]
    registered = [each for each in named if ":" not in each.code]
    return (registered or named)[0]


def check_capacity(capacity: Decimal | None, unit: str | None, *, needed: bool) -> Unit | None:
    """The unit of a capacity as it was sent; raises CapacityNeeded."""
    if capacity is None:
        if needed:
            raise CapacityNeeded("missing", pointer="/capacity")
        return None
    if not capacity:
        raise CapacityNeeded("nought", pointer="/capacity")
    if unit is None:
        raise CapacityNeeded("without_unit", pointer="/capacity_unit")
    return parse_unit(unit)
