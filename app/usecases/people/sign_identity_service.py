"""Sign an identity service: the second person, of the other role, admits it."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.people.identity_services import find_service, hold_service, write_service
from app.store.signing import sign_by
from app.usecases.organisations.check_taking_part import check_taking_part
from behaviours.identity_services import (
    ADMIT,
    SERVICE,
    IdentityService,
    UnknownIdentityService,
)
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.signing import Matter


def sign_identity_service(
    connection: Connection, service_id: UUID, *, by: Viewer, clock: Clock
) -> tuple[IdentityService, list[str]]:
    """The service, and whose signatures it still awaits; with none it is admitted.

    Refuses with UnknownIdentityService, OrganisationSuspended, OrganisationClosed,
    IdentityServiceState or SamePersonTwice.
    """
    unknown = UnknownIdentityService("identity_service")
    seen = found_or(find_service(connection, service_id), unknown)
    # Whose it is never changes; that organisation is held before the row, as everywhere.
    check_taking_part(connection, [seen.terms.organisation_id])
    found = found_or(hold_service(connection, service_id), unknown)
    now = clock.now()
    admitted = found.move(ADMIT, now=now)
    missing = sign_by(connection, Matter(SERVICE, service_id, ADMIT), by, now)
    if missing:
        return found, missing
    write_service(connection, admitted)
    return admitted, []
