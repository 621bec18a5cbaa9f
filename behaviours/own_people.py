"""People and their consents, as the provider sees them that enrolled the one and has the other."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

GIVEN: Final = "given"
WITHDRAWN: Final = "withdrawn"
CONSENT_STATES: Final = (GIVEN, WITHDRAWN)


class OwnPerson(NamedTuple):
    """Somebody whom the provider enrolled, and whether they are linked to a user of it."""

    participant_id: UUID
    enrolled_at: datetime
    linked: bool


class OwnConsent(NamedTuple):
    """A consent to the provider."""

    participant_id: UUID
    consent_id: UUID
    scene: str
    text_version: str
    granted_at: datetime
    recorded_at: datetime
    withdrawn_at: datetime | None
    channel: str | None

    @property
    def state(self) -> str:
        """One of ``CONSENT_STATES``."""
        return WITHDRAWN if self.withdrawn_at else GIVEN
