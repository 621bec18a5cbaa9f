"""Bodies that name a period of civil days, from a first to a last one."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from app.http.fields import Day, Strict

_DAYS = {
    "from": Day(required=True, metadata={"description": "First civil day of the actions."}),
    "to": Day(required=True, metadata={"description": "Last civil day of the actions, included."}),
}


# `from` is no name that Python lets a class body assign to.
class PeriodBody(Strict.from_dict(_DAYS, name="PeriodDays")):  # type: ignore[misc]
    """Base of a body about the actions of a period."""


# As ``PeriodBody`` loads it.
SentPeriod = TypedDict("SentPeriod", {"from": date, "to": date})
