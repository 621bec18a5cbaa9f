"""End an identity service: its word opens nothing from now on."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.people.identity_services import hold_service, write_service
from app.store.signing import sign
from behaviours.identity_services import (
    END,
    SERVICE,
    IdentityService,
    UnknownIdentityService,
)
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.signing import Matter, signature_of


def end_identity_service(
    connection: Connection, service_id: UUID, *, by: Viewer, clock: Clock
) -> IdentityService:
    """The service after its end: one person is enough to close what two have opened.

    Who is logged in by its word stays so. Refuses with UnknownIdentityService or
    IdentityServiceState.
    """
    found = found_or(
        hold_service(connection, service_id), UnknownIdentityService("identity_service")
    )
    now = clock.now()
    ended = found.move(END, now=now)
    sign(connection, Matter(SERVICE, service_id, END), signature_of(by, now))
    write_service(connection, ended)
    return ended
