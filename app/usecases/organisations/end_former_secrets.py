"""End the former secrets of a client at once, with the tokens that were asked for with them."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.clients import write_secrets
from app.store.organisations.revocations import revoke
from app.usecases.organisations.hold_own_client import hold_own_client
from app.usecases.organisations.sign_client import sign_client
from behaviours.clients import END_FORMER, Client, NamedClient
from behaviours.viewer import Viewer


class ChangedClient(NamedTuple):
    """A client, and the names of tokens that ended with what was done to it."""

    client: Client
    revoked: list[str]


def end_former_secrets(
    connection: Connection,
    named: NamedClient,
    *,
    by: Viewer,
    token_lifetime: timedelta,
    clock: Clock,
) -> ChangedClient:
    """The client with its present secret alone; without former ones nothing changes.

    Raises UnknownClient, UsersOnly, NotAdministrator and ClientRevoked.
    """
    held = hold_own_client(connection, named, by=by)
    now = clock.real_now()
    former, kept = held.former(now), held.without_former(now=now)
    if not former:
        return ChangedClient(held, [])
    write_secrets(connection, kept)
    names = [f"sec:{each.secret_id.hex}" for each in former]
    revoke(connection, [(name, now + token_lifetime) for name in names])
    secret_id = former[0].secret_id
    sign_client(connection, named, END_FORMER, secret_id=secret_id, by=by, clock=clock)
    return ChangedClient(kept, names)
