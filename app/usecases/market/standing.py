"""Fetching what a verb works on: locked, of the right tenant, and at the right step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.store.database import Connection
from app.store.ids import UnknownId
from app.store.market.blocks import Block, lock_blocks
from app.store.market.bundles import lock_bundle
from app.store.market.trading import Trade, lock_trade
from rewards.market.refusals import (
    AlreadyRetired,
    BlockNotAvailable,
    BundleStateConflict,
    TradeStateConflict,
)

# The family of a bundle that gathers every methodology.
MIXED = "mixed"


def bundle_at(
    books: Connection, bundle_id: UUID, *states: str, verifier_id: UUID | None = None
) -> dict[str, Any]:
    """The locked bundle, which must be in one of ``states`` (any, when none is named).

    ``verifier_id`` hides the bundles of other verifiers. Raises UnknownId, BundleStateConflict.
    """
    bundle = lock_bundle(books, bundle_id)
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


def free_block(books: Connection, block_id: UUID, owner_id: UUID | None) -> Block:
    """A locked block that its owner (None: the programme) may dispose of.

    Raises UnknownId for somebody else's, AlreadyRetired, BlockNotAvailable.
    """
    blocks = lock_blocks(books, [block_id])
    if not blocks or blocks[0].owner_id != owner_id:
        raise UnknownId("There is no block with this id among yours.", pointer="/block_id")
    check_free(blocks[0])
    return blocks[0]


def check_free(block: Block) -> None:
    """Refuse a block that is not active."""
    if block.state == "retired":
        raise AlreadyRetired("These units were retired, and that is final.", pointer="/block_id")
    if block.state == "split":
        raise BlockNotAvailable(
            "This block was split into others since. Look up your holdings again.",
            pointer="/block_id",
        )
    if block.state != "active":
        raise BlockNotAvailable(
            f"These units are {block.state} and cannot be disposed of.", pointer="/block_id"
        )


def trade_at(books: Connection, trade_id: UUID, *states: str) -> Trade:
    """The locked trade, which must be in one of ``states``; raises UnknownId for none."""
    trade = lock_trade(books, trade_id)
    if trade is None:
        raise UnknownId("There is no trade with this id among yours.")
    if trade.state not in states:
        raise TradeStateConflict(
            f"The trade is {trade.state}; this step needs it to be {' or '.join(states)}.",
            details={"state": trade.state, "needed": list(states)},
        )
    return trade
