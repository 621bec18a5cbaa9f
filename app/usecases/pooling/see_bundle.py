"""See a bundle as it and its verifier stand."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.standing import counterparties
from app.usecases.pooling.read_bundle import read_bundle
from behaviours.viewer import Viewer
from rewards.pooling.seen_bundle import SeenBundle


def see_bundle(connection: Connection, bundle_id: UUID, *, viewer: Viewer | None) -> SeenBundle:
    """The bundle of this id, for whom it is there to see. Raises UnknownBundle."""
    bundle = read_bundle(connection, bundle_id, viewer=viewer)
    verifier_id = bundle.verifier_id
    known = counterparties(connection, [verifier_id] if verifier_id else [])
    return SeenBundle(bundle, known[verifier_id] if verifier_id else None)
