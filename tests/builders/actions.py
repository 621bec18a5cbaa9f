"""Actions as apps report them, with defaults that the books take."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.usecases.recording.record import Recorded, RecordingRules, record
from app.wiring import Wiring
from behaviours.actions.action import Action
from behaviours.actions.waiting import USUAL_TERMS, WaitTerms
from behaviours.refusal import Refusal


def a_ride(person: UUID, provider: UUID | None, **changes: Any) -> Action:
    """A metro ride of some minutes ago, with numbers of its own."""
    token = secrets.token_hex(8)
    given: dict[str, Any] = {
        "participant_id": person.hex,
        "provider_id": provider.hex if provider else "",
        "behaviour": "metro_ride",
        "external_id": f"ride-{token}",
        "occurred_at": datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30),
        "ended_at": None,
        "region": "CN-44",
        "quantities": {"trips": "1"},
        "evidence": {"ride_id": token},
    }
    return Action(**{**given, **changes})


def recording(
    wiring: Wiring,
    actions: list[Action],
    *,
    now: datetime | None = None,
    dry_run: bool = False,
    terms: WaitTerms = USUAL_TERMS,
) -> list[Recorded | Refusal]:
    """Record in a transaction of its own; answers in order."""
    return wiring.database.transact(
        record,
        actions,
        RecordingRules(wiring.rulebook, wiring.policies, terms),
        now=now or wiring.clock.now(),
        dry_run=dry_run,
    )
