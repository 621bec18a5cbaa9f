"""What was reported of an action, for whoever looks at it later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ReportedAction:
    """What was reported of an action; times are aware.

    Of somebody who left nobody can read external id and evidence any more: they are None and empty.
    """

    action_id: UUID
    # None: the person reported it without a provider.
    provider_id: UUID | None
    behaviour: str
    external_id: str | None
    occurred_at: datetime
    ended_at: datetime | None
    recorded_at: datetime
    region: str
    quantities: Mapping[str, str]
    evidence: Mapping[str, str]

    @property
    def is_shredded(self) -> bool:
        """Whether its person left, and nobody can read its evidence any more."""
        return self.external_id is None
