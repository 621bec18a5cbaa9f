"""Read issuers: anybody may know who gives out numbers, and operators who reports them."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.issuers import admitted_for, list_issuers
from app.store.organisations.standing import standings_of
from behaviours.issuers import Issuer
from behaviours.standing import OrganisationStanding


class RegisteredIssuer(NamedTuple):
    """An issuer, the providers that report its numbers, and those that were admitted for them and
    are suspended or closed."""

    issuer: Issuer
    provider_ids: tuple[UUID, ...]
    stopped: tuple[OrganisationStanding, ...]


def read_issuers(
    connection: Connection, *, kind: str | None, after: str | None, most: int
) -> list[RegisteredIssuer]:
    """Issuers of a kind of number, or all, by code, from the one after ``after``."""
    found = list_issuers(connection, kind=kind, after=after, most=most)
    admitted = admitted_for(connection, [each.code for each in found])
    stand = standings_of(connection, {one for each in admitted.values() for one in each})
    listed = [(each, [stand[one] for one in sorted(admitted[each.code])]) for each in found]
    return [
        RegisteredIssuer(
            issuer,
            tuple(each.organisation_id for each in providers if each.takes_part),
            tuple(each for each in providers if not each.takes_part),
        )
        for issuer, providers in listed
    ]
