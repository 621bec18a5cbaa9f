"""Revoke a client: nobody comes in as it any more, and every token of it ends."""

from __future__ import annotations

from datetime import timedelta

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.clients import write_revoked
from app.store.organisations.revocations import revoke
from app.usecases.organisations.end_former_secrets import ChangedClient
from app.usecases.organisations.hold_own_client import hold_own_client
from app.usecases.organisations.sign_client import sign_client
from behaviours.clients import REVOKE, NamedClient
from behaviours.viewer import Viewer


def revoke_client(
    connection: Connection,
    named: NamedClient,
    *,
    by: Viewer,
    token_lifetime: timedelta,
    clock: Clock,
) -> ChangedClient:
    """The client as revoked: by its administrators, and by the programme, which may have to hurry.

    What it had sent before goes on. Raises UnknownClient, UsersOnly, NotAdministrator and
    ClientRevoked.
    """
    held = hold_own_client(connection, named, by=by)
    now = clock.real_now()
    revoked = held.revoked(now=now)
    write_revoked(connection, revoked)
    # A secret's name ends what people's tokens were exchanged with it, too.
    names = [f"sub:{named.client_id}", *(f"sec:{each.secret_id.hex}" for each in held.secrets)]
    revoke(connection, [(name, now + token_lifetime) for name in names])
    sign_client(connection, named, REVOKE, by=by, clock=clock)
    return ChangedClient(revoked, names)
