"""Read the closed days of a merchant's stores."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.redemption.closings import closings_of
from app.usecases.redemption.whose_stores import whose_stores
from behaviours.viewer import Viewer
from rewards.redemption.closings import TillClosing


def read_closings(
    connection: Connection,
    viewer: Viewer,
    store_no: str | None,
    *,
    before: UUID | None,
    most: int,
) -> list[TillClosing]:
    """Of one store or of all, newest first; a cashier reads those of the stores that they serve.

    Raises WrongStore.
    """
    assert viewer.tenant_id is not None, "a merchant has an organisation"
    stores = whose_stores(connection, viewer, store_no)
    return closings_of(connection, viewer.tenant_id, stores=stores, before=before, most=most)
