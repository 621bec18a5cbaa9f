"""SQL of endpoints, as those see and change them whose they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, text

from app.store.events.gathering import became
from app.store.inserting import by_name, insert_into
from app.store.log.acting import held, kept
from app.store.paging import newest_first
from behaviours.webhooks import DELETED, WebhookEndpoint

# ruff: noqa: S608 - only names of this code, and words of the domain

NAMES: Final = (
    *("endpoint_id", "organisation_id", "url", "description", "types", "secret_id"),
    *("former_secret_id", "former_until", "state", "reason", "revision", "created_at", "state_at"),
)
COLUMNS: Final = ", ".join(NAMES)
_OWN = "organisation_id is not distinct from cast(:organisation_id as uuid)"
_ADD = text(insert_into("webhook_endpoint", (*NAMES, "after")))
_HOLD = text(
    f"""
    select {COLUMNS} from webhook_endpoint
     where endpoint_id = :endpoint_id and {_OWN} and state <> '{DELETED}' for update
    """
)
_FIND = text(
    f"""
    select {COLUMNS} from webhook_endpoint
     where endpoint_id = :endpoint_id and {_OWN} and state <> '{DELETED}'
    """
)
_LIST = newest_first(
    f"select {COLUMNS} from webhook_endpoint where {_OWN} and state <> '{DELETED}'",
    by="endpoint_id",
)
_COUNT = text(f"select count(*) from webhook_endpoint where {_OWN} and state <> '{DELETED}'")
# Nobody else adds one for the same owner until the transaction ends.
_ALONE = text("select pg_advisory_xact_lock(hashtextextended(:owner, 1702257012))")
# Whoever lets it go on lets it begin afresh, too.
_WRITE = text(
    """
    update webhook_endpoint
       set url = :url, description = :description, types = :types, secret_id = :secret_id,
           former_secret_id = :former_secret_id, former_until = :former_until, state = :state,
           reason = :reason, revision = :revision, state_at = :state_at,
           failures = case when state = :state then failures else 0 end,
           failing_since = case when state = :state then failing_since end,
           paused_until = case when state = :state then paused_until end,
           after = coalesce(cast(:after as bigint), after)
     where endpoint_id = :endpoint_id
    """
)
_FORGET_PENDING = text("delete from webhook_pending where endpoint_id = any(cast(:ids as uuid[]))")
_DELETE_OF = text(
    f"""
    update webhook_endpoint
       set state = '{DELETED}', reason = null, revision = revision + 1, state_at = :now
     where organisation_id = :organisation_id and state <> '{DELETED}'
    returning endpoint_id, revision, organisation_id
    """
)


def count_endpoints(connection: Connection, organisation_id: UUID | None) -> int:
    """How many there are of an owner; nobody else adds one until the transaction ends."""
    connection.execute(_ALONE, {"owner": str(organisation_id)})
    return int(connection.execute(_COUNT, {"organisation_id": organisation_id}).scalar_one())


def add_endpoint(connection: Connection, endpoint: WebhookEndpoint, *, after: int) -> None:
    """Keep an endpoint that is sent what comes after this event."""
    given = {**by_name(NAMES, endpoint), "types": list(endpoint.types), "after": after}
    connection.execute(_ADD, given)
    kept(endpoint)


def hold_endpoint(
    connection: Connection, organisation_id: UUID | None, endpoint_id: UUID
) -> WebhookEndpoint | None:
    """The owner's endpoint, which nobody else changes until the transaction ends."""
    asked = {"organisation_id": organisation_id, "endpoint_id": endpoint_id}
    row = connection.execute(_HOLD, asked).one_or_none()
    return held(endpoint_of(row)) if row else None


def find_endpoint(
    connection: Connection, organisation_id: UUID | None, endpoint_id: UUID
) -> WebhookEndpoint | None:
    """The owner's endpoint as it stands."""
    asked = {"organisation_id": organisation_id, "endpoint_id": endpoint_id}
    row = connection.execute(_FIND, asked).one_or_none()
    return endpoint_of(row) if row else None


def list_endpoints(
    connection: Connection, organisation_id: UUID | None, *, before: UUID | None, most: int
) -> list[WebhookEndpoint]:
    """Those of an owner that are not deleted, the newest first."""
    asked = {"organisation_id": organisation_id, "before": before, "most": most}
    return [endpoint_of(row) for row in connection.execute(_LIST, asked)]


def write_endpoint(
    connection: Connection, endpoint: WebhookEndpoint, *, after: int | None = None
) -> None:
    """Keep an endpoint that is held as it is now; with ``after`` it goes on behind that event."""
    given = {**by_name(NAMES, endpoint), "types": list(endpoint.types), "after": after}
    connection.execute(_WRITE, given)
    if endpoint.state == DELETED:
        connection.execute(_FORGET_PENDING, {"ids": [endpoint.endpoint_id]})
    kept(endpoint)


def delete_endpoints_of(connection: Connection, organisation_id: UUID, *, now: datetime) -> None:
    """Nothing is sent for an organisation any more."""
    asked = {"organisation_id": organisation_id, "now": now}
    rows = connection.execute(_DELETE_OF, asked).all()
    connection.execute(_FORGET_PENDING, {"ids": [row.endpoint_id for row in rows]})
    became(WebhookEndpoint, DELETED, rows)


def endpoint_of(row: Row[Any]) -> WebhookEndpoint:
    """The endpoint in the first columns of a row."""
    told = dict(zip(NAMES, row, strict=False))
    return WebhookEndpoint(**{**told, "types": tuple(told["types"])})
