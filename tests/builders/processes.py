"""The parts of a process with a database of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.settings import Settings
from app.wiring import Wiring, wire


def own_wiring(settings: Settings, database_url: str, **changes: Any) -> Wiring:
    """The parts around this database; the limit on requests is out of the way. Close them."""
    return wire(
        replace(settings, database_url=database_url, rate_limit_per_minute=1_000_000, **changes)
    )
