"""Read issuers: anybody may know who gives out numbers, and operators who reports them."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.issuers import admitted_for, list_issuers, signed_of_issuers
from app.store.organisations.standing import standings_of
from behaviours.issuers import Issuer, proposed_provider
from behaviours.standing import OrganisationStanding
from rewards.signing import ROLES


class RegisteredIssuer(NamedTuple):
    """An issuer, the providers that report its numbers, and those that were admitted for them and
    are suspended or closed.

    ``awaiting`` are the roles that have yet to sign it, none when it is in force, and of each
    provider that was ``proposed`` those that have yet to sign for it.
    """

    issuer: Issuer
    awaiting: list[str]
    provider_ids: tuple[UUID, ...]
    stopped: tuple[OrganisationStanding, ...]
    proposed: dict[UUID, list[str]]


def read_issuers(
    connection: Connection, *, kind: str | None, after: str | None, most: int
) -> list[RegisteredIssuer]:
    """Issuers of a kind of number, or all, by code, from the one after ``after``."""
    found = list_issuers(connection, kind=kind, after=after, most=most)
    issuers = [each for each, _ in found]
    admitted = admitted_for(connection, [each.code for each in issuers])
    signed = signed_of_issuers(connection, issuers)
    stand = standings_of(connection, {one for each in admitted.values() for one in each})
    listed = [
        (each, in_force, [stand[one] for one in sorted(admitted[each.code])])
        for each, in_force in found
    ]
    return [
        RegisteredIssuer(
            issuer,
            [] if in_force else _lacking(signed[issuer.matter_id].get(issuer.register_verb, ())),
            tuple(each.organisation_id for each in providers if each.takes_part),
            tuple(each for each in providers if not each.takes_part),
            {
                proposed: _lacking(roles)
                for verb, roles in signed[issuer.matter_id].items()
                if (proposed := proposed_provider(verb)) is not None
                and proposed not in admitted[issuer.code]
            },
        )
        for issuer, in_force, providers in listed
    ]


def _lacking(signed: Collection[str]) -> list[str]:
    return [role for role in ROLES if role not in signed]
