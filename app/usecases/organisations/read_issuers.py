"""Read issuers: anybody may know who gives out numbers, and operators who reports them."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.issuers import admitted_for, list_issuers
from behaviours.issuers import Issuer


class RegisteredIssuer(NamedTuple):
    """An issuer, and the providers that are admitted for its numbers."""

    issuer: Issuer
    provider_ids: tuple[UUID, ...]


def read_issuers(
    connection: Connection, *, kind: str | None, after: str | None, most: int
) -> list[RegisteredIssuer]:
    """Issuers of a kind of number, or all, by code, from the one after ``after``."""
    found = list_issuers(connection, kind=kind, after=after, most=most)
    admitted = admitted_for(connection, [each.code for each in found])
    return [RegisteredIssuer(each, tuple(sorted(admitted[each.code]))) for each in found]
