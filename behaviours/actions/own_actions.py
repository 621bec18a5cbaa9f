"""A provider's own actions: which of them it asks for, and what was refused of them.

Done is when the person did it, not when it was reported. What was refused is either one action,
which waited for somebody and ended without credit, or lines of a file, of which the refusal file of
the import says each with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from behaviours.actions.stored_action import StoredAction


class SoughtActions(NamedTuple):
    """Which of a provider's actions; None is all. Done since and before moments.

    ``external_id`` is the provider's own number of one action.
    """

    since: datetime
    until: datetime
    behaviour: str | None = None
    state: str | None = None
    external_id: str | None = None

    def takes(self, found: StoredAction) -> bool:
        return (
            self.since <= found.occurred_at < self.until
            and self.behaviour in (None, found.behaviour)
            and self.state in (None, found.state)
        )


class RefusedLines(NamedTuple):
    """A file of which something was refused, how often by code; its refusal file says which."""

    import_id: UUID
    finished_at: datetime | None
    codes: Mapping[str, int]


class OwnRefusal(NamedTuple):
    """Either an action that ended without credit, or a file."""

    refusal_id: UUID
    action: StoredAction | None = None
    lines: RefusedLines | None = None
