"""Find the identity service behind a document that names its issuer."""

from __future__ import annotations

from app.store.database import Connection
from app.store.people.identity_services import service_of
from behaviours.identity_services import IdentityNotProven, IdentityService, is_trusted


def find_identity_service(
    connection: Connection, issuer: str, method: str, *, shared: bool = False
) -> IdentityService:
    """The admitted service of this issuer and method; raises IdentityNotProven.

    ``shared`` lets nobody end it until the transaction ends.
    """
    found = service_of(connection, issuer, shared=shared)
    if found is None or not is_trusted(found) or found.terms.method != method:
        raise IdentityNotProven
    return found
