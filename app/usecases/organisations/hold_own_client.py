"""Hold a client for somebody who changes it, by name: its organisation's or the programme's."""

from __future__ import annotations

from app.store.database import Connection
from app.store.organisations.clients import hold_client
from app.usecases.organisations.find_actor import find_actor
from behaviours.clients import Client, NamedClient, UnknownClient, sees_clients
from behaviours.refusal import found_or
from behaviours.users import check_may_invite
from behaviours.viewer import Viewer


def hold_own_client(connection: Connection, named: NamedClient, *, by: Viewer) -> Client:
    """The client, which nobody comes in as until the transaction ends.

    Raises UnknownClient, UsersOnly and NotAdministrator.
    """
    if not sees_clients(by, named.organisation_id):
        raise UnknownClient("client")
    actor = find_actor(connection, by)
    check_may_invite(actor, named.organisation_id)
    return found_or(hold_client(connection, *named), UnknownClient("client"))
