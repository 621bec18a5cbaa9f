"""Explain an action: its whole calculation, run again from what was stored."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app import ids
from app.store.database import Connection
from app.usecases.recording.show_actions import show_actions
from behaviours.actions.exported import export_calculation
from behaviours.rules.rulebook import Rulebook
from behaviours.viewer import Viewer


def explain_action(
    connection: Connection, action_id: UUID, *, viewer: Viewer, rulebook: Rulebook
) -> dict[str, Any]:
    """Every input, parameter with its source and grade, equation and step, as plain JSON.

    ``saved_mg`` is what the books hold, ``recomputed_mg`` what the same code gets now from the
    stored inputs, the version of that digest and the factors that were pinned. Anybody can do
    the same with ``record`` and the published version. Raises UnknownId.
    """
    (stored,) = show_actions(connection, [action_id], viewer=viewer)
    return {
        "action_id": ids.public("act", stored.action_id),
        "reduction_id": ids.public("red", stored.action_id),
        "behaviour": stored.behaviour,
        **export_calculation(stored.record(), rulebook),
    }
