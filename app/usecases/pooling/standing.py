"""Fetching the bundle that a verb works on: locked, and at the right step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.ids import UnknownId
from app.store.database import Connection
from app.store.pooling.bundles import lock_bundle
from rewards.ledger.carbon import BundleBook
from rewards.pooling.refusals import BundleStateConflict
from rewards.registry.serials import MIXED


def bundle_at(
    connection: Connection, bundle_id: UUID, *states: str, verifier_id: UUID | None = None
) -> dict[str, Any]:
    """The locked bundle, which must be in one of ``states`` (any, when none is named).

    ``verifier_id`` hides the bundles of other verifiers. Raises UnknownId, BundleStateConflict.
    """
    bundle = lock_bundle(connection, bundle_id)
    if bundle is None or (verifier_id is not None and bundle["verifier_id"] != verifier_id):
        raise UnknownId("There is no bundle with this id. Check that it was copied whole.")
    if states and bundle["state"] not in states:
        raise BundleStateConflict(
            f"The bundle is {bundle['state']}; this step needs it to be {' or '.join(states)}.",
            details={"state": bundle["state"], "needed": list(states)},
        )
    return bundle


def family_of(bundle: Mapping[str, Any]) -> str:
    """The name under which a bundle's remainder and reserve are kept, besides its vintage."""
    return bundle["methodology"] or MIXED


def book_of(bundle: Mapping[str, Any]) -> BundleBook:
    """The bundle's part of the carbon book."""
    return BundleBook(
        bundle["bundle_id"], bundle["unit_class"], family_of(bundle), bundle["vintage"]
    )
