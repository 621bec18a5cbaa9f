"""Organisations with their clients: which programs may prove whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from behaviours.organisations import KnownClient

_ADD_ORGANISATION = text(
    """
    insert into organisation (organisation_id, kind, name, covered_emitter, created_at)
    values (:organisation_id, :kind, :name, :covered_emitter, :now)
    """
)
_ADD_CLIENT = text(
    """
    insert into client (client_id, organisation_id, role, secret_hash, created_at)
    values (:client_id, :organisation_id, :role, :secret_hash, :now)
    """
)
_CLIENT = text(
    """
    select client_id, organisation_id, role, secret_hash, disabled_at is null as open
      from client
     where client_id = :client_id
    """
)
_ORGANISATIONS = text(
    "select organisation_id, kind from organisation where organisation_id = any(:ids)"
)


class NewOrganisationRow(NamedTuple):
    """An organisation to be inserted."""

    organisation_id: UUID
    kind: str
    name: str
    covered_emitter: bool


class NewClientRow(NamedTuple):
    """A client to be inserted; of its secret only the hash."""

    client_id: str
    organisation_id: UUID
    role: str
    secret_hash: str


def add_organisations(
    connection: Connection, rows: Sequence[NewOrganisationRow], *, now: datetime
) -> None:
    if rows:
        connection.execute(_ADD_ORGANISATION, [{**row._asdict(), "now": now} for row in rows])


def add_clients(connection: Connection, rows: Sequence[NewClientRow], *, now: datetime) -> None:
    if rows:
        connection.execute(_ADD_CLIENT, [{**row._asdict(), "now": now} for row in rows])


def find_client(connection: Connection, client_id: str) -> KnownClient | None:
    row = connection.execute(_CLIENT, {"client_id": client_id}).one_or_none()
    return KnownClient(*row) if row else None


def organisation_kinds(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What kind each of these organisations is; unknown ones are left out."""
    found = connection.execute(_ORGANISATIONS, {"ids": list(ids)})
    return {row.organisation_id: row.kind for row in found}
