"""SQL of clients: the programs of organisations, and the secrets by which they come in.

Who shows a secret holds the client as it is (``for share``), and who ends one holds it alone: so a
token is made before the end, and ends with it, or is not made.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Row, text

from app.store.paging import newest_first
from behaviours.clients import (
    ACTIVE,
    REVOKED,
    USE_IS_KEPT_FOR,
    Client,
    ClientSecret,
    ClientUse,
    KeptClient,
    KeptSecret,
)

_OF_SHOWN = text(
    """
    select c.client_id, c.organisation_id, c.role, c.disabled_at is null as is_open,
           clock_timestamp() as seen_at, c.last_used_at
      from client c where c.client_id = :client_id for share of c
    """
)
_GOOD = text(
    """
    select secret_id, secret_hash, good_until from client_secret
     where client_id = :client_id and (good_until is null or good_until > :now)
     order by secret_id desc
    """
)
_USED = text(
    """
    update client set last_used_at = :now
     where client_id = (select client_id from client where client_id = :client_id
                           for no key update skip locked)
    """
)
_COLUMNS = """client_id, organisation_id, role, name, purpose, last_used_at, created_at,
    disabled_at"""
_HOLD = text(
    f"""
    select {_COLUMNS} from client
     where client_id = :client_id and organisation_id = :organisation_id for update
    """  # noqa: S608
)
_LIST = newest_first(
    f"select {_COLUMNS} from client where organisation_id = :organisation_id",  # noqa: S608
    by="client_id",
    of="text",
)
_SECRETS = text(
    """
    select client_id, secret_id, made_at, good_until from client_secret
     where client_id = any(:client_ids) order by good_until desc nulls first, secret_id desc
    """
)
_HOLD_OWNER = text(
    "select organisation_id from organisation where organisation_id = :id for no key update"
)
_COUNT = text("select count(*) from client where organisation_id = :id and disabled_at is null")
_ADD_SECRET = text(
    """
    insert into client_secret (secret_id, client_id, secret_hash, made_at)
    values (:secret_id, :client_id, :secret_hash, :now)
    """
)
_END_SECRETS = text(
    """
    update client_secret s set good_until = d.good_until
      from unnest(cast(:ids as uuid[]), cast(:untils as timestamptz[])) as d (secret_id, good_until)
     where s.secret_id = d.secret_id
    """
)
_REVOKE = text("update client set disabled_at = :now where client_id = :client_id")


def shown_client(connection: Connection, client_id: str, *, now: datetime) -> KeptClient | None:
    """The client that somebody shows a secret of, held as it is, with those that are good."""
    row = connection.execute(_OF_SHOWN, {"client_id": client_id}).one_or_none()
    if row is None:
        return None
    # Only now: what was rotated while we waited for the row is read as it is.
    good = connection.execute(_GOOD, {"client_id": client_id, "now": now})
    return KeptClient(
        row.client_id,
        row.organisation_id,
        row.role,
        row.is_open,
        row.seen_at,
        row.last_used_at,
        tuple(KeptSecret(*each) for each in good),
    )


def keep_use(connection: Connection, client: KeptClient, *, now: datetime) -> None:
    """Keep when the client was used, at most every ``USE_IS_KEPT_FOR``; waits for nobody."""
    if client.last_used_at is None or now - client.last_used_at >= USE_IS_KEPT_FOR:
        connection.execute(_USED, {"client_id": client.client_id, "now": now})


def hold_client(connection: Connection, organisation_id: UUID, client_id: str) -> Client | None:
    """The organisation's client, which nobody comes in as until the transaction ends."""
    asked = {"client_id": client_id, "organisation_id": organisation_id}
    row = connection.execute(_HOLD, asked).one_or_none()
    return _with_secrets(connection, [row])[0] if row else None


def list_clients(
    connection: Connection, organisation_id: UUID, *, before: str | None, most: int
) -> list[Client]:
    """Clients of an organisation, by descending id."""
    asked = {"organisation_id": organisation_id, "before": before, "most": most}
    return _with_secrets(connection, connection.execute(_LIST, asked).all())


def count_open_clients(connection: Connection, organisation_id: UUID) -> int:
    """How many clients an organisation has that are let in; it gets no other until the end."""
    connection.execute(_HOLD_OWNER, {"id": organisation_id})
    return int(connection.execute(_COUNT, {"id": organisation_id}).scalar_one())


def write_rotation(
    connection: Connection, client: Client, secret_hash: str, *, now: datetime
) -> None:
    """Keep the newest secret, and until when those before it are good."""
    newest = client.secrets[0]
    asked = {
        "secret_id": newest.secret_id,
        "client_id": client.client_id,
        "secret_hash": secret_hash,
        "now": now,
    }
    connection.execute(_ADD_SECRET, asked)
    write_secrets(connection, client)


def write_secrets(connection: Connection, client: Client) -> None:
    """Keep until when the secrets of a client are good."""
    ended = [each for each in client.secrets if each.good_until is not None]
    asked = {
        "ids": [each.secret_id for each in ended],
        "untils": [each.good_until for each in ended],
    }
    connection.execute(_END_SECRETS, asked)


def write_revoked(connection: Connection, client: Client) -> None:
    """Keep that the client is revoked, with its secrets."""
    connection.execute(_REVOKE, {"client_id": client.client_id, "now": client.revoked_at})
    write_secrets(connection, client)


def _with_secrets(
    connection: Connection,
    rows: Sequence[Row[tuple[str, UUID, str, str, str | None, datetime, datetime, datetime]]],
) -> list[Client]:
    of_client: dict[str, list[ClientSecret]] = {row.client_id: [] for row in rows}
    for client_id, *rest in connection.execute(_SECRETS, {"client_ids": list(of_client)}):
        of_client[client_id].append(ClientSecret(*rest))
    return [
        Client(
            row.client_id,
            row.organisation_id,
            row.role,
            ClientUse(row.name, row.purpose, row.last_used_at),
            REVOKED if row.disabled_at else ACTIVE,
            row.created_at,
            row.disabled_at,
            tuple(of_client[row.client_id]),
        )
        for row in rows
    ]
