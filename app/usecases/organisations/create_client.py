"""Let organisations in: each with a client that can ask for tokens."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.ids import new_ids
from app.secrecy.hashing import CLIENT_SECRETS, new_client_secret
from app.store.database import Connection
from app.store.organisations.credentials import (
    NewClientRow,
    NewOrganisationRow,
    add_clients,
    add_organisations,
)
from behaviours.organisations import ROLE_OF_KIND


class NewClient(NamedTuple):
    """An organisation to be let in; ``client_id`` is made up when none is asked for.

    With ``organisation_id`` it was admitted before, and needs a client only.
    """

    kind: str
    name: str
    client_id: str | None = None
    client_secret: str | None = None
    covered_emitter: bool = False
    purpose: str | None = None
    organisation_id: UUID | None = None


class CreatedClient(NamedTuple):
    """What the organisation needs to know; the secret is shown this once."""

    organisation_id: UUID
    client_id: str
    client_secret: str
    role: str


def create_client(
    connection: Connection, clients: Sequence[NewClient], *, now: datetime
) -> list[CreatedClient]:
    """Create an organisation and its client for each of ``clients``, in order."""
    made = []
    for new, new_organisation_id in zip(clients, new_ids(len(clients)), strict=True):
        organisation_id = new.organisation_id or new_organisation_id
        client_id = new.client_id or f"{new.kind}_{secrets.token_hex(8)}"
        secret = new.client_secret or new_client_secret()
        made.append(CreatedClient(organisation_id, client_id, secret, ROLE_OF_KIND[new.kind]))
    add_organisations(
        connection,
        [
            NewOrganisationRow(created.organisation_id, new.kind, new.name, new.covered_emitter)
            for new, created in zip(clients, made, strict=True)
            if new.organisation_id is None
        ],
        now=now,
    )
    add_clients(
        connection,
        [
            NewClientRow(
                created.client_id,
                created.organisation_id,
                created.role,
                new.name,
                new.purpose,
                secret_id,
                CLIENT_SECRETS.hash(created.client_secret),
            )
            for new, created, secret_id in zip(clients, made, new_ids(len(made)), strict=True)
        ],
        now=now,
    )
    return made
