"""A row that is not plausible is recorded and held, and the counts say so."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.app.recording.imports.conftest import Importer
from tests.builders.civil import CHINA

TICKETS: dict[str, Any] = {
    "person": "card:{card}",
    "records": [
        {
            "behaviour": "clothing_recycling",
            "region": "CN-44",
            "external_id": "{card}-{ticket}",
            "occurred_at": {"value": "{at}", "format": "%Y-%m-%d %H:%M"},
            "quantities": {"mass_kg": "{kg}"},
            "evidence": {"weigh_ticket_no": "{card}-{ticket}"},
        }
    ],
}


def test_counts_say_what_is_credited_and_what_waits_and_every_line_is_one_of_them(
    importing: Importer,
) -> None:
    card, other = secrets.token_hex(6), secrets.token_hex(6)
    at = (datetime.now(UTC) - timedelta(minutes=3)).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    text = f"card,at,ticket,kg\n{card},{at},1,5\n{card},{at},2,80\n{other},{at},3,5\n"
    counts, flaws = importing(text, TICKETS)
    assert flaws == []
    told = counts.as_dict()
    assert (told["recorded"], told["credited"]) == (3, 2)
    assert (told["held"], told["pending_confirmation"]) == (1, 0)
    assert importing.stored() == 2
    only, _ = importing(f"card,at,ticket,kg\n{other},{at},4,5\n", TICKETS)
    assert (counts.saved_mg, counts.points) == (2 * only.saved_mg, 2 * only.points)
    again, _ = importing(text, TICKETS)
    assert (again.recorded, again.already_recorded, again.held) == (0, 3, 0)
