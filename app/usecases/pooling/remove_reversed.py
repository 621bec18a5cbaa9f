"""Remove reversed reductions from bundles that are not frozen yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.leaving import delete_entries, lock_bundles_of


class BundlePlace(NamedTuple):
    """Where a reduction was: in ``bundle_id``, which it has left or stays in for good."""

    bundle_id: UUID
    stays: bool


def remove_reversed(
    connection: Connection, reductions: Sequence[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], BundlePlace]:
    """For each (participant_id, action_id) that is in a bundle: where, and whether it stays.

    Once a bundle is frozen for sealing the unit stays as it is, and the reversal is made good
    from the reserve. Locks the bundles, so call it after every lock on accounts.
    """
    found = lock_bundles_of(connection, reductions)
    leaving = [key for key, (_, frozen) in found.items() if not frozen]
    delete_entries(connection, leaving)
    return {key: BundlePlace(bundle_id, frozen) for key, (bundle_id, frozen) in found.items()}
