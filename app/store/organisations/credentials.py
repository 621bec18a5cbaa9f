"""Organisations with their clients, and users: who may prove who they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from behaviours.organisations import KnownClient, KnownUser

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
_ADD_USER = text(
    """
    insert into app_user (user_id, username, password_hash, role, participant_id, created_at)
    values (:user_id, :username, :password_hash, :role, :participant_id, :now)
    """
)
_CLIENT = text(
    """
    select client_id, organisation_id, role, secret_hash, disabled_at is null as open
      from client
     where client_id = :client_id
    """
)
_USER = text(
    """
    select user_id, role, participant_id, password_hash, disabled_at is null as open
      from app_user
     where username = :username
    """
)
_USER_BY_ID = text(
    """
    select user_id, role, participant_id, disabled_at is null as open
      from app_user
     where user_id = :user_id
    """
)
_HOLD_USER = text("select disabled_at is null from app_user where user_id = :user_id for share")
_TAKEN = text("select username from app_user where username = any(cast(:names as text[]))")
_ORGANISATIONS = text(
    "select organisation_id, kind from organisation where organisation_id = any(:ids)"
)
_DISABLE = text(
    """
    update app_user set disabled_at = :now
     where participant_id = :participant_id and disabled_at is null
    returning user_id
    """
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


class NewUserRow(NamedTuple):
    """A user to be inserted; ``participant_id`` if and only if the role is participant."""

    user_id: UUID
    username: str
    password_hash: str
    role: str
    participant_id: UUID | None


def add_organisations(
    connection: Connection, rows: Sequence[NewOrganisationRow], *, now: datetime
) -> None:
    if rows:
        connection.execute(_ADD_ORGANISATION, [{**row._asdict(), "now": now} for row in rows])


def add_clients(connection: Connection, rows: Sequence[NewClientRow], *, now: datetime) -> None:
    if rows:
        connection.execute(_ADD_CLIENT, [{**row._asdict(), "now": now} for row in rows])


def add_users(connection: Connection, rows: Sequence[NewUserRow], *, now: datetime) -> None:
    if rows:
        connection.execute(_ADD_USER, [{**row._asdict(), "now": now} for row in rows])


def find_client(connection: Connection, client_id: str) -> KnownClient | None:
    row = connection.execute(_CLIENT, {"client_id": client_id}).one_or_none()
    return KnownClient(*row) if row else None


def find_user(connection: Connection, username: str) -> KnownUser | None:
    row = connection.execute(_USER, {"username": username}).one_or_none()
    return KnownUser(*row) if row else None


def user_is_open(connection: Connection, user_id: UUID) -> bool:
    """Whether this user may still come in."""
    row = connection.execute(_USER_BY_ID, {"user_id": user_id}).one_or_none()
    return bool(row and row.open)


def hold_user(connection: Connection, user_id: UUID) -> bool:
    """Hold this user until the transaction ends; whether they may still come in."""
    return bool(connection.execute(_HOLD_USER, {"user_id": user_id}).scalar_one_or_none())


def taken_usernames(connection: Connection, names: Sequence[str]) -> set[str]:
    return {row.username for row in connection.execute(_TAKEN, {"names": list(names)})}


def organisation_kinds(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What kind each of these organisations is; unknown ones are left out."""
    found = connection.execute(_ORGANISATIONS, {"ids": list(ids)})
    return {row.organisation_id: row.kind for row in found}


def disable_users_of(connection: Connection, participant_id: UUID, *, now: datetime) -> list[UUID]:
    """Let nobody in any more as this person; the users it concerned."""
    found = connection.execute(_DISABLE, {"participant_id": participant_id, "now": now})
    return [row.user_id for row in found]
