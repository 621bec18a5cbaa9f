"""Register issuers: who gives out the numbers by which actions are told apart."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.methodologies.versions import raise_epoch
from app.store.organisations.issuers import add_issuers, find_issuers
from behaviours.issuers import Issuer, IssuerExists, UnknownNumberKind


def register_issuers(
    connection: Connection,
    issuers: Sequence[Issuer],
    *,
    kinds: Collection[str],
    registered_by: UUID,
    clock: Clock,
) -> list[Issuer]:
    """Register each issuer; one that stands there with the same terms is answered as it is.

    ``kinds`` are those of which rules make claims. Raises UnknownNumberKind, NumberShapeWrong and
    IssuerExists.
    """
    for each in issuers:
        each.check_numbers()
        if unknown := sorted(set(each.kinds) - set(kinds)):
            raise UnknownNumberKind(
                pointer="/kinds", number_kind=unknown[0], kinds=", ".join(sorted(kinds))
            )
    # First, so that whoever else says something of issuers at this moment waits.
    raise_epoch(connection)
    add_issuers(connection, issuers, registered_by=registered_by, now=clock.now())
    kept = find_issuers(connection, [each.code for each in issuers])
    for each in issuers:
        if kept[each.code] != each:
            raise IssuerExists(pointer="/code", issuer=each.code)
    return list(issuers)
