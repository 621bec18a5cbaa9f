"""Issue a client to an organisation: a program that asks for tokens; its secret is shown once."""

from __future__ import annotations

import secrets
from uuid import UUID

from app.clock import Clock
from app.secrecy.hashing import CLIENT_SECRETS
from app.store.database import Connection
from app.store.organisations.credentials import NewClientRow, add_clients
from app.store.organisations.organisations import organisation
from app.usecases.organisations.create_client import CreatedClient
from app.usecases.organisations.find_actor import find_actor
from behaviours.organisations import ROLE_OF_KIND, UnknownOrganisation
from behaviours.users import check_issues_clients
from behaviours.viewer import Viewer


def issue_client(
    connection: Connection, organisation_id: UUID, *, by: Viewer, clock: Clock
) -> CreatedClient:
    """What the organisation's programs need to know.

    Only an administrator of the organisation gets it: whoever has the secret speaks for it. Raises
    UsersOnly, UnknownOrganisation and NotAdministrator.
    """
    actor = find_actor(connection, by)
    found = organisation(connection, organisation_id)
    if found is None or not (by.sees_all or by.tenant_id == organisation_id):
        raise UnknownOrganisation("organisation")
    check_issues_clients(actor, organisation_id)
    role, secret = ROLE_OF_KIND[found.kind], f"sk_{secrets.token_urlsafe(32)}"
    client_id = f"{found.kind}_{secrets.token_hex(8)}"
    row = NewClientRow(client_id, organisation_id, role, CLIENT_SECRETS.hash(secret))
    add_clients(connection, [row], now=clock.now())
    return CreatedClient(organisation_id, client_id, secret, role)
