"""How long what people with power began goes on by itself: their sessions, and their word.

The figures are the programme's choice. Those of sessions are usual for logins with two factors:
after 12 hours, and after 30 minutes of doing nothing, NIST SP 800-63B (2017), section 4.2.3, asks
for another one (read in a copy that cites it).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from behaviours.document import Part

SIGNED_FOR_DAYS: Final = 30
SESSION_HOURS: Final = 12
IDLE_MINUTES: Final = 30
# What one session may live at most, whatever a document states.
_MOST_HOURS: Final = 24 * 7
_MOST_IDLE_MINUTES: Final = 24 * 60
_LEAST_IDLE_MINUTES: Final = 4


class SessionTerms(NamedTuple):
    """A session of staff ends ``longest`` after its begin, and when it was not renewed for
    ``idle``."""

    longest: timedelta = timedelta(hours=SESSION_HOURS)
    idle: timedelta = timedelta(minutes=IDLE_MINUTES)

    def ends_at(self, started_at: datetime, renewed_at: datetime) -> datetime:
        """When a session that is renewed now and not again is over."""
        return min(started_at + self.longest, renewed_at + self.idle)

    @property
    def access_lifetime(self) -> timedelta:
        """How long a token of it opens routes: so that who works renews in time."""
        return self.idle / 2


def read_session_terms(part: Part | None) -> SessionTerms:
    """The terms of a version; what it leaves out means the usual. Raises DocumentError."""
    if part is None:
        return SessionTerms()
    part.only("hours", "idle_minutes")
    hours, idle = part.maybe("hours"), part.maybe("idle_minutes")
    idle_minutes = idle.whole(_MOST_IDLE_MINUTES, least=_LEAST_IDLE_MINUTES) if idle else None
    return SessionTerms(
        timedelta(hours=hours.whole(_MOST_HOURS) if hours else SESSION_HOURS),
        timedelta(minutes=idle_minutes or IDLE_MINUTES),
    )


def read_signed_for(part: Part | None) -> timedelta:
    """How long one person's word stands while another's is missing. Raises DocumentError."""
    if part is None:
        return timedelta(days=SIGNED_FOR_DAYS)
    part.only("lapse_after_days")
    return timedelta(days=part.at("lapse_after_days").whole(365))
