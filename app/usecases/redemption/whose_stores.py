"""Of which stores somebody of a merchant reads: a cashier of those that they serve."""

from __future__ import annotations

from collections.abc import Sequence

from app.store.database import Connection
from app.store.redemption.cashiers import terms_of
from behaviours.viewer import Viewer
from rewards.redemption.cashiers import cashier_of


def whose_stores(
    connection: Connection, viewer: Viewer, store_no: str | None
) -> Sequence[str] | None:
    """The store that is asked about, or all that the asker may read of; None: every one.

    Raises WrongStore.
    """
    cashier_id = cashier_of(viewer)
    if cashier_id is None:
        return None if store_no is None else (store_no,)
    terms = terms_of(connection, cashier_id)
    if store_no is None:
        return terms.stores
    terms.check_store(store_no)
    return (store_no,)
