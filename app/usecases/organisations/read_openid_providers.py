"""Read OpenID providers: of one's organisation; who acts for the programme sees all."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.openid_providers import list_openid_providers
from behaviours.openid_providers import OpenidProvider
from behaviours.viewer import Viewer


def read_openid_providers(
    connection: Connection,
    *,
    by: Viewer,
    state: str | None,
    before: UUID | None,
    most: int,
) -> list[OpenidProvider]:
    """Those in ``state``, or in any, newest first."""
    assert by.sees_all or by.tenant_id, "who asks acts for the programme or an organisation"
    whose = None if by.sees_all else by.tenant_id
    return list_openid_providers(
        connection, organisation_id=whose, state=state, before=before, most=most
    )
