"""Propose a login service of a provider; who proposes it has signed it."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.organisations.credentials import organisation_kinds
from app.store.organisations.identity_providers import add_login_service
from app.store.signing import sign_by
from app.usecases.organisations.check_taking_part import check_taking_part
from behaviours.identity_services import ADMIT, PROPOSED
from behaviours.login_services import LOGIN_SERVICE, LoginService
from behaviours.organisations import PROVIDER, IssuerTaken, UnknownProvider
from behaviours.viewer import Viewer
from rewards.signing import Matter


def propose_login_service(
    connection: Connection,
    *,
    issuer: str,
    organisation_id: UUID,
    public_key: bytes,
    by: Viewer,
    clock: Clock,
) -> tuple[LoginService, list[str]]:
    """The service as it waits, and whose signatures it awaits; ``public_key`` is Ed25519.

    Refuses with UnknownProvider, OrganisationSuspended, OrganisationClosed or IssuerTaken.
    """
    kinds = organisation_kinds(connection, [organisation_id])
    if kinds.get(organisation_id) != PROVIDER:
        raise UnknownProvider(pointer="/provider_id")
    check_taking_part(connection, [organisation_id])
    now = clock.now()
    proposed = LoginService(new_id(), issuer, organisation_id, public_key, PROPOSED, now)
    if not add_login_service(connection, proposed):
        raise IssuerTaken(pointer="/issuer")
    return proposed, sign_by(
        connection, Matter(LOGIN_SERVICE, proposed.login_service_id, ADMIT), by, now
    )
