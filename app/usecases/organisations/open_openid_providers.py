"""Read the OpenID providers by which users of an organisation, or of the programme, come in."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations import openid_providers
from behaviours.openid_providers import OpenidProvider


def open_openid_providers(
    connection: Connection, organisation_id: UUID | None
) -> list[OpenidProvider]:
    """By name; for whoever is about to come in, and so is nobody yet."""
    return openid_providers.open_openid_providers(connection, organisation_id)
