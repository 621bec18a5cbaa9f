"""Registering an installation: as the rules read what is reported, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from behaviours.actions.installation import (
    ENDED,
    ConflictingInstallation,
    Holder,
    Installation,
    InstallationExists,
    RegisteredInstallation,
    check_capacity,
    naming_of_kind,
    subject_of,
)
from behaviours.actions.installed import number_kinds_of, states_capacity
from behaviours.actions.normal_form import UnusableNumber
from behaviours.issuers import IssuerNotAdmitted, IssuerNotNamed, Naming, NumberNotOfIssuer
from behaviours.refusal import Refusal
from behaviours.rules.factors import shipped_factors
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.units import parse_unit

_WATT = parse_unit("W")


class NewInstallation(NamedTuple):
    """An installation as it is reported; without an issuer it is the sender's only one."""

    kind: str
    number: str
    holder: Holder
    commissioned_on: date
    region: str
    evidence: str
    issuer: str | None = None
    capacity: Decimal | None = None
    capacity_unit: str | None = None


class ReadInstallation(NamedTuple):
    """An installation, what stands for its number, and what may have stood for it before."""

    what: Installation
    digest: bytes
    former: tuple[bytes, ...]


def read_installation(
    new: NewInstallation, sender: str, rulebook: ProgrammeRulebook, *, today: date
) -> ReadInstallation:
    """As the rules read it; ``sender`` is a provider's 32 hexadecimal digits, or none of a person.
    Its number is held against what its issuer says ``today``: it is the one that it bears now.

    Raises UnknownRegion, CapacityNeeded, UnusableNumber, and what the register of issuers says.
    """
    shipped_factors().check_region(new.region)
    needed = states_capacity(rulebook, new.kind)
    unit = check_capacity(new.capacity, new.capacity_unit, needed=needed)
    naming = _naming(new, sender, rulebook)
    try:
        subject = subject_of(new.kind, new.number, naming, on=today)
    except (UnusableNumber, NumberNotOfIssuer) as refusal:
        refusal.pointer = "/number"
        raise
    key = rulebook.claiming.key
    what = Installation(
        new.kind,
        naming.code,
        new.number,
        new.capacity,
        unit,
        new.commissioned_on,
        new.region,
    )
    return ReadInstallation(what, subject.digest(key), tuple(subject.former_digests(key)))


def _naming(new: NewInstallation, sender: str, rulebook: ProgrammeRulebook) -> Naming:
    """Whose the number is; raises IssuerNotAdmitted and IssuerNotNamed."""
    register = rulebook.claiming.register
    kinds = number_kinds_of(rulebook, new.kind) or {new.kind}
    try:
        if new.issuer is not None:
            register.check_named(sender, kinds, new.issuer)
            # The one that is named, and not what stands for other numbers of the same kind.
            kinds &= set(register.issuers[new.issuer].kinds)
        return naming_of_kind(
            new.kind, kinds, lambda each: register.naming(sender, each, new.issuer)
        )
    except (IssuerNotAdmitted, IssuerNotNamed) as refusal:
        refusal.pointer = "/issuer"
        raise


def against(
    new: RegisteredInstallation, known: Iterable[RegisteredInstallation], *, ended_too: bool
) -> Refusal | None:
    """Why the installation is not registered, by what is known of its number; None where it is.

    With ``ended_too`` it is a repeat also of one that its reporter registered and that ended since:
    a file that is read again brings nothing back.
    """
    for one in known:
        lives, is_own = one.installation.state != ENDED, one.reporter_id == new.reporter_id
        if not lives and not (is_own and ended_too):
            continue
        if not is_own:
            return InstallationExists("other", pointer="/number")
        name = f"ins_{one.installation_id.hex}"
        members = differing(one, new)
        if not members:
            return InstallationExists("repeated", pointer="/number", installation_id=name)
        if lives:
            return ConflictingInstallation(
                pointer="/number",
                installation_id=name,
                members=members,
                differing=", ".join(members),
            )
    return None


def differing(one: RegisteredInstallation, other: RegisteredInstallation) -> list[str]:
    """The members in which two registrations of one number differ."""
    said = [_said(each) for each in (one, other)]
    return [name for name in said[0] if said[0][name] != said[1][name]]


def _said(one: RegisteredInstallation) -> dict[str, UUID | Decimal | str | date | None]:
    what = one.installation
    # 5500 W and 5.5 kW are one capacity.
    watts = None
    if what.capacity is not None and what.unit is not None:
        watts = what.capacity_in(_WATT)
    return {
        "participant_id": one.holder.participant_id,
        "organisation_id": one.holder.organisation_id,
        "capacity": watts,
        "commissioned_on": what.commissioned_on,
        "region": what.region,
        "evidence": one.evidence,
    }
