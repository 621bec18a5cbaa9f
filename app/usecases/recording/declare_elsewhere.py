"""Declare elsewhere: numbers that another mechanism owns are no longer counted here."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.organisations import existing_organisations
from app.store.recording.declared import Place, in_force_at
from app.usecases.recording.block_claims import block_claims
from behaviours.actions.blocking import blocked_claims
from behaviours.actions.declared import (
    DeclarationDiffers,
    DeclaredNumber,
    RegisteredDeclaration,
    number_key,
)
from behaviours.organisations import UnknownOrganisation
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook


def declare_elsewhere(
    connection: Connection,
    declared: Sequence[DeclaredNumber],
    *,
    rulebook: ProgrammeRulebook,
    declared_by: UUID | None,
    clock: Clock,
) -> list[RegisteredDeclaration]:
    """Put each into the register, all or none; what stands there already is answered as it is.

    What is reported with such a number for such a day is refused from now on. What is recorded
    already stays its person's, but enters no bundle, and leaves the bundle that it is in unless
    that is frozen. Raises DeclarationWrong, UnusableNumber, IssuerNotAdmitted, DeclarationDiffers
    and UnknownOrganisation, with the place of the one that is wrong.
    """
    key = rulebook.claiming.key
    digests = [_digests(at, each, rulebook) for at, each in enumerate(declared)]
    places = [(each.mechanism, each.reference, number_key(each).digest(key)) for each in declared]
    _check_owners(connection, declared)
    kept = _kept(connection, declared, places)
    new = {place: at for at, place in enumerate(places) if place not in kept}
    if new:
        made = block_claims(
            connection,
            [(place[-1], declared[at], digests[at]) for place, at in new.items()],
            zone=rulebook.zone,
            declared_by=declared_by,
            clock=clock,
        )
        kept |= dict(zip(new, made, strict=True))
    return [kept[place] for place in places]


def _digests(at: int, said: DeclaredNumber, rulebook: ProgrammeRulebook) -> list[bytes]:
    """Of the claims that the one at this place of the list blocks."""
    try:
        return blocked_claims(said, rulebook)
    except Refusal as refusal:
        refusal.pointer = f"/declarations/{at}{refusal.pointer}"
        raise


def _kept(
    connection: Connection, declared: Sequence[DeclaredNumber], places: Sequence[Place]
) -> dict[Place, RegisteredDeclaration]:
    kept = in_force_at(connection, places)
    for at, (each, place) in enumerate(zip(declared, places, strict=True)):
        if place in kept and kept[place].said != each:
            raise DeclarationDiffers(
                pointer=f"/declarations/{at}", mechanism=each.mechanism, reference=each.reference
            )
    return kept


def _check_owners(connection: Connection, declared: Sequence[DeclaredNumber]) -> None:
    owners = {each.organisation_id for each in declared if each.organisation_id is not None}
    known = existing_organisations(connection, owners) if owners else set()
    for at, each in enumerate(declared):
        if each.organisation_id is not None and each.organisation_id not in known:
            raise UnknownOrganisation("organisation", pointer=f"/declarations/{at}/organisation_id")
