"""Admit providers for an issuer: they may report its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.methodologies.versions import raise_epoch
from app.store.organisations.credentials import organisation_kinds
from app.store.organisations.issuers import admit, find_issuers
from app.usecases.organisations.check_taking_part import check_taking_part
from behaviours.issuers import Issuer, UnknownIssuer
from behaviours.organisations import PROVIDER, UnknownProvider
from behaviours.refusal import found_or


def admit_for_issuer(
    connection: Connection,
    code: str,
    provider_ids: Sequence[UUID],
    *,
    admitted_by: UUID,
    clock: Clock,
) -> Issuer:
    """Let the providers report the issuer's numbers; admitting one again changes nothing.

    What they reported before as numbers of their own stays claimed. Raises UnknownIssuer,
    UnknownProvider, OrganisationSuspended and OrganisationClosed.
    """
    found = found_or(find_issuers(connection, [code]).get(code), UnknownIssuer("issuer"))
    kinds = organisation_kinds(connection, provider_ids)
    if any(kinds.get(each) != PROVIDER for each in provider_ids):
        raise UnknownProvider(pointer="/provider_id")
    check_taking_part(connection, provider_ids)
    raise_epoch(connection)
    admit(connection, code, provider_ids, admitted_by=admitted_by, now=clock.now())
    return found
