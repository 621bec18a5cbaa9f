"""Register installations: what earns over time, once and by one holder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.recording.installations import (
    add_installations,
    live_among,
)
from app.usecases.recording.check_holders import check_holders
from behaviours.actions.installation import (
    Holder,
    Installation,
    InstallationExists,
    RegisteredInstallation,
    Testimony,
    check_capacity,
    naming_of_kind,
    subject_of,
)
from behaviours.actions.installed import number_kinds_of, states_capacity
from behaviours.actions.normal_form import UnusableNumber
from behaviours.issuers import IssuerNotAdmitted, IssuerNotNamed, Naming, NumberNotOfIssuer
from behaviours.organisations import PROVIDER
from behaviours.rules.factors import shipped_factors
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer


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


def register_installations(
    connection: Connection,
    new: Sequence[NewInstallation],
    *,
    viewer: Viewer,
    reported_by: str,
    rulebook: ProgrammeRulebook,
    clock: Clock,
) -> list[RegisteredInstallation]:
    """Register each; ``viewer`` is the provider, or the person herself.

    Raises InstallationExists where a live one has the number, in whatever spelling; what the
    register of issuers says of it; UnusableNumber, CapacityNeeded, UnknownRegion;
    UnknownParticipant for people who did not consent to anything with the provider, and
    UnknownHolder.
    """
    assert viewer.tenant_id is not None
    check_holders(connection, [one.holder for one in new], viewer=viewer)
    now = clock.now()
    registered, former = [], list[bytes]()
    for one, installation_id in zip(new, new_ids(len(new)), strict=True):
        what, digest, old = _read(one, viewer, rulebook)
        former += old
        registered.append(
            RegisteredInstallation(
                installation_id,
                one.holder,
                what,
                digest,
                one.evidence,
                viewer.tenant_id,
                Testimony(reported_by, now, ""),
            )
        )
    if former and live_among(connection, former):
        raise InstallationExists(pointer="/number")
    if len(add_installations(connection, registered)) < len(registered):
        raise InstallationExists(pointer="/number")
    return registered


def _read(
    new: NewInstallation, viewer: Viewer, rulebook: ProgrammeRulebook
) -> tuple[Installation, bytes, list[bytes]]:
    """The installation, the digest of its number, and those that it may have had before."""
    shipped_factors().check_region(new.region)
    needed = states_capacity(rulebook, new.kind)
    unit = check_capacity(new.capacity, new.capacity_unit, needed=needed)
    naming = _naming(new, viewer, rulebook)
    try:
        subject = subject_of(new.kind, new.number, naming)
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
    return what, subject.digest(key), subject.former_digests(key)


def _naming(new: NewInstallation, viewer: Viewer, rulebook: ProgrammeRulebook) -> Naming:
    """Whose the number is; raises IssuerNotAdmitted and IssuerNotNamed."""
    register, sender = rulebook.claiming.register, _sender(viewer)
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


def _sender(viewer: Viewer) -> str:
    """Whose numbers are meant: a provider's 32 hexadecimal digits, or nobody's of a person."""
    return viewer.tenant_id.hex if viewer.role == PROVIDER and viewer.tenant_id else ""
