"""Blocks of units with defaults, to be changed by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from rewards.registry.block import ACTIVE, Block
from rewards.registry.ranges import Range

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def a_block(**changes: Any) -> Block:
    """Ten active tonnes of the programme's own, made at ``NOW``."""
    made = Block(
        block_id=UUID(int=9),
        bundle_id=UUID(int=5),
        numbers=Range(10, 20),
        owner_id=None,
        state=ACTIVE,
        unit_class="voluntary",
        vintage=2026,
        parent_id=None,
        listing_id=None,
        trade_id=None,
        created_at=NOW,
        closed_at=None,
    )
    return replace(made, **changes)
