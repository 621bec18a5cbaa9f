"""Read what organisations are called, for whoever has to do with them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.credentials import organisation_names


def read_names(connection: Connection, organisations: Collection[UUID]) -> dict[UUID, str]:
    """The name of each; unknown ones are left out."""
    return organisation_names(connection, organisations)
