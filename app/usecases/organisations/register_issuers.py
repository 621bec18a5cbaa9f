"""Register issuers where nobody need sign, as in a sandbox: they are in force at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.methodologies.versions import raise_epoch
from app.store.organisations.issuers import add_issuers, find_issuers
from behaviours.issuers import Issuer, IssuerExists, check_terms


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
    check_terms(issuers, kinds)
    # First, so that whoever else says something of issuers at this moment waits.
    raise_epoch(connection)
    once = [*{each.code: each for each in issuers}.values()]
    add_issuers(connection, once, registered_by=registered_by, now=clock.now(), in_force=True)
    kept = find_issuers(connection, [each.code for each in issuers])
    for each in issuers:
        if kept[each.code] != each:
            raise IssuerExists(pointer="/code", issuer=each.code)
    return list(issuers)
