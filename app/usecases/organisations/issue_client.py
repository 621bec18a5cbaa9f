"""Issue a client to an organisation: a program that asks for tokens; its secret is shown once."""

from __future__ import annotations

import secrets
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.secrecy.hashing import CLIENT_SECRETS, new_client_secret
from app.secrecy.one_time_codes import GivenCode
from app.store.database import Connection
from app.store.organisations.clients import count_open_clients, hold_client
from app.store.organisations.credentials import NewClientRow, add_clients
from app.store.organisations.organisations import organisation
from app.usecases.organisations.prove_administrator import prove_administrator
from app.usecases.organisations.sign_client import sign_client
from behaviours.client_terms import ClientTerms
from behaviours.clients import ClientUse, NamedClient, NewSecret, check_room
from behaviours.organisations import ROLE_OF_KIND, Organisation, UnknownOrganisation
from behaviours.refusal import Refusal, found_or
from behaviours.viewer import Viewer

# What is signed, beside the steps of a client.
ISSUE = "issue"


def issue_client(
    connection: Connection,
    organisation_id: UUID,
    use: ClientUse,
    shown: GivenCode,
    *,
    by: Viewer,
    limits: ClientTerms,
    clock: Clock,
) -> NewSecret | Refusal:
    """What the organisation's programs need to know.

    Only an administrator of the organisation gets it, with a code: whoever has the secret speaks
    for it. Raises UnknownClient, UsersOnly, NotAdministrator and TooManyClients; a refusal of the
    code that was counted is returned.
    """
    refused = prove_administrator(connection, organisation_id, shown, by=by, clock=clock)
    if refused is not None:
        return refused
    found = found_or(organisation(connection, organisation_id), UnknownOrganisation("organisation"))
    check_room(count_open_clients(connection, organisation_id), limits)
    secret = new_client_secret()
    row = _row(found, use, secret)
    add_clients(connection, [row], now=clock.real_now())
    named = NamedClient(organisation_id, row.client_id)
    sign_client(connection, named, ISSUE, by=by, clock=clock)
    made = hold_client(connection, *named)
    assert made is not None, "it was just made"
    return NewSecret(made, secret)


def _row(of: Organisation, use: ClientUse, secret: str) -> NewClientRow:
    return NewClientRow(
        f"{of.kind}_{secrets.token_hex(8)}",
        of.organisation_id,
        ROLE_OF_KIND[of.kind],
        use.name,
        use.purpose,
        new_id(),
        CLIENT_SECRETS.hash(secret),
    )
