"""Meals without disposable tableware, as programs report them: one person may have many a day."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

MEAL = "no_disposable_tableware"


def a_meal(person: str, at: datetime, **changes: Any) -> dict[str, Any]:
    """One of them, of a person by their public id."""
    return {
        "participant_id": person,
        "behaviour": MEAL,
        "external_id": secrets.token_hex(8),
        "occurred_at": at.isoformat(),
        "region": "CN-33",
        "quantities": {"orders": "1"},
        "evidence": {"order_id": secrets.token_hex(8)},
        **changes,
    }
