"""Sign an identity service: the second person, of the other role, admits it."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.people.identity_services import hold_service, write_service
from app.store.signing import sign
from behaviours.identity_services import (
    ADMIT,
    SERVICE,
    IdentityService,
    UnknownIdentityService,
)
from behaviours.viewer import Viewer
from rewards.signing import Matter, missing_roles, signature_of


def sign_identity_service(
    connection: Connection, service_id: UUID, *, by: Viewer, clock: Clock
) -> tuple[IdentityService, list[str]]:
    """The service, and whose signatures it still awaits; with none it is admitted.

    Refuses with UnknownIdentityService, IdentityServiceState or SamePersonTwice.
    """
    found = hold_service(connection, service_id)
    if found is None:
        raise UnknownIdentityService("identity_service")
    now = clock.now()
    admitted = found.move(ADMIT, now=now)
    matter = Matter(SERVICE, service_id, ADMIT)
    missing = missing_roles(sign(connection, matter, signature_of(by, now)))
    if missing:
        return found, missing
    write_service(connection, admitted)
    return admitted, []
