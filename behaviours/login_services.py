"""Login services: by whose signed word a provider's users open the accounts linked to them.

Whoever holds the key of one reads the account of everybody whom its provider linked, and shows
codes that spend their points. The provider gains by that, and so does who would register a key of
their own for it: so a service is let in by two people of two roles, and ended by either at once. It
has the life of an identity service::

    proposed ─admit─▶ trusted
    any but ended ─end─▶ ended
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from behaviours.identity_services import stage_after
from behaviours.refusal import Conflict, UnknownId

# What is signed.
LOGIN_SERVICE: Final = "login_service"


class UnknownLoginService(UnknownId):
    """There is no such service."""

    cases = ("login_service",)


class LoginServiceState(Conflict):
    """The service is admitted, or ended, already."""


@dataclass(frozen=True, slots=True)
class LoginService:
    """A service as it stands; ``public_key`` is Ed25519, 32 bytes."""

    login_service_id: UUID
    issuer: str
    organisation_id: UUID
    public_key: bytes
    state: str
    proposed_at: datetime
    admitted_at: datetime | None = None
    ended_at: datetime | None = None

    def move(self, step: str, *, now: datetime) -> LoginService:
        """The service after ``step``; raises LoginServiceState."""
        return replace(self, **stage_after(step, self.state, LoginServiceState, now=now))


def revocation_of(login_service_id: UUID) -> str:
    """By what the tokens that were given by a service's word are revoked, all at once."""
    return f"lgs:{login_service_id.hex}"
