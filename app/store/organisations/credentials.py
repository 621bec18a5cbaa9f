"""Organisations with their clients: which programs may prove whose they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import public
from app.store.log.acting import tell

_ADD_ORGANISATION = text(
    """
    insert into organisation (organisation_id, kind, name, covered_emitter, created_at)
    values (:organisation_id, :kind, :name, :covered_emitter, :now)
    """
)
_ADD_CLIENT = text(
    """
    with made as (
        insert into client (client_id, organisation_id, role, name, purpose, created_at)
        values (:client_id, :organisation_id, :role, :name, :purpose, :now)
    )
    insert into client_secret (secret_id, client_id, secret_hash, made_at)
    values (:secret_id, :client_id, :secret_hash, :now)
    """
)
_OWNER = text("select organisation_id from client where client_id = :client_id")
_NAMES = text(
    "select organisation_id, name from organisation"
    " where organisation_id = any(cast(:ids as uuid[]))"
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
    name: str
    purpose: str | None
    secret_id: UUID
    secret_hash: str


def add_organisations(
    connection: Connection, rows: Sequence[NewOrganisationRow], *, now: datetime
) -> None:
    if rows:
        connection.execute(_ADD_ORGANISATION, [{**row._asdict(), "now": now} for row in rows])


def add_clients(connection: Connection, rows: Sequence[NewClientRow], *, now: datetime) -> None:
    if rows:
        connection.execute(_ADD_CLIENT, [{**row._asdict(), "now": now} for row in rows])
    for row in rows:
        of = {"organisation_id": public("org", row.organisation_id), "role": row.role}
        tell("client", row.client_id, of)


def owner_of_client(connection: Connection, client_id: str) -> UUID | None:
    """Whose client it is, or None."""
    return connection.execute(_OWNER, {"client_id": client_id}).scalar_one_or_none()


def organisation_kinds(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What kind each of these organisations is; unknown ones are left out."""
    found = connection.execute(_ORGANISATIONS, {"ids": list(ids)})
    return {row.organisation_id: row.kind for row in found}


def organisation_names(connection: Connection, ids: Collection[UUID]) -> dict[UUID, str]:
    """What each of these organisations is called; unknown ones are left out."""
    found = connection.execute(_NAMES, {"ids": list(ids)})
    return {row.organisation_id: row.name for row in found}
