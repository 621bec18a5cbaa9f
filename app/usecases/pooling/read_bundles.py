"""Read bundles, newest first."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.standing import counterparties
from app.store.pooling.bundles import list_bundles
from behaviours.viewer import Viewer
from rewards.pooling.bundle import sight_of
from rewards.pooling.seen_bundle import SeenBundle


def read_bundles(
    connection: Connection, *, viewer: Viewer | None, before: UUID | None, most: int
) -> list[SeenBundle]:
    """Up to ``most`` that ``viewer`` (None: the public) may see, older than ``before``.

    Each with how its verifier stands.
    """
    found = list_bundles(connection, sight_of(viewer), before=before, most=most)
    stand = counterparties(connection, {each.verifier_id for each in found if each.verifier_id})
    return [
        SeenBundle(each, stand[each.verifier_id] if each.verifier_id else None) for each in found
    ]
