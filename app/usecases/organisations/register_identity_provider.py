"""Let a provider prove who people are: register the key by which its login service signs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.credentials import organisation_kinds
from app.store.organisations.identity_providers import add_identity_provider
from behaviours.organisations import PROVIDER, IssuerTaken, UnknownProvider


class NewIssuer(NamedTuple):
    """An issuer of a provider; ``public_key`` is Ed25519, 32 bytes."""

    issuer: str
    organisation_id: UUID
    public_key: bytes


def register_identity_provider(
    connection: Connection, issuers: Sequence[NewIssuer], *, clock: Clock
) -> list[NewIssuer]:
    """Register ``issuers``, in order; refuses with UnknownProvider or IssuerTaken."""
    kinds = organisation_kinds(connection, [each.organisation_id for each in issuers])
    for each in issuers:
        if kinds.get(each.organisation_id) != PROVIDER:
            raise UnknownProvider(pointer="/provider_id")
        if not add_identity_provider(
            connection,
            each.issuer,
            organisation_id=each.organisation_id,
            public_key=each.public_key,
            now=clock.now(),
        ):
            raise IssuerTaken(pointer="/issuer")
    return list(issuers)
