"""Sessions: where somebody who acts for the programme or an organisation is logged in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.refusal import UnknownId

# A person who takes part stays logged in on their phone; staff as long as the programme says.
OF_PEOPLE: Final = timedelta(days=30)


class UnknownSession(UnknownId):
    """There is no such session of this user."""

    cases = ("session",)


class UserSession(NamedTuple):
    """A login that goes on, where and by which OpenID provider it began, and its last renewal."""

    session_id: UUID
    user_id: UUID
    started_at: datetime
    address: str
    user_agent: str | None
    openid_provider_id: UUID | None
    last_used_at: datetime
    expires_at: datetime
