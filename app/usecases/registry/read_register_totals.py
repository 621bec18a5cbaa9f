"""The public register in figures."""

from __future__ import annotations

from app.store.database import Connection
from app.store.registry.reading import register_totals
from rewards.registry.register import RegisterTotals


def read_register_totals(connection: Connection) -> RegisterTotals:
    """What was bundled and issued (mg, tonnes), and where the tonnes are; for everybody."""
    return register_totals(connection)
