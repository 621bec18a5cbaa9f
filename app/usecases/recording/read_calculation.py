"""Read the whole calculation of an action, run again from what was stored."""

from __future__ import annotations

from uuid import UUID

from app import ids
from app.store.database import Connection
from app.usecases.recording.read_action import read_action
from behaviours.actions.calculation import ConfirmedCalculation, NamedCalculation
from behaviours.actions.exported import export_calculation
from behaviours.civil_time import utc_text
from behaviours.rules.rulebook import Rulebook
from behaviours.viewer import Viewer


def read_calculation(
    connection: Connection, action_id: UUID, *, viewer: Viewer, rulebook: Rulebook
) -> NamedCalculation:
    """Every input, parameter with its source and grade, equation and step, as plain JSON.

    ``saved_mg`` is what is recorded, ``recomputed_mg`` what the same code gets now from the
    stored inputs, the version of that digest and the factors that were pinned. Anybody can do
    the same with ``record`` and the published version. Raises UnknownAction.
    """
    stored = read_action(connection, action_id, viewer=viewer)
    calculation: NamedCalculation = {
        "action_id": ids.public("act", stored.action_id),
        "reduction_id": ids.public("red", stored.action_id),
        "behaviour": stored.behaviour,
        **export_calculation(stored.record(), rulebook),
    }
    outcome = stored.waiting.outcome if stored.waiting else None
    if outcome is None:
        return calculation
    confirmed: ConfirmedCalculation = {
        **calculation,
        "confirmation": {
            "outcome": outcome.step,
            "by": outcome.decided_by.partition(":")[0],
            "decided_at": utc_text(outcome.decided_at),
            "reason_code": outcome.reason_code,
            "reason": outcome.reason,
        },
    }
    return confirmed
