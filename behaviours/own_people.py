"""People and their consents, as the provider sees them that enrolled the one and has the other."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.people import Consent

GIVEN: Final = "given"
WITHDRAWN: Final = "withdrawn"
CONSENT_STATES: Final = (GIVEN, WITHDRAWN)


class OwnPerson(NamedTuple):
    """Somebody whom the provider enrolled, and whether they are linked to a user of it."""

    participant_id: UUID
    enrolled_at: datetime
    linked: bool


class OwnConsent(NamedTuple):
    """A consent to the provider, and whose it is."""

    participant_id: UUID
    consent: Consent

    @property
    def state(self) -> str:
        """One of ``CONSENT_STATES``."""
        return WITHDRAWN if self.consent.withdrawn_at else GIVEN
