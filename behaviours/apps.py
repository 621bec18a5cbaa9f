"""Mobile apps: by which programs of an organisation people come in, each registered and named.

``STEPS`` is the whole life of an app::

    registered ─revoke─▶ revoked

An app has no secret: it is on everybody's phone. It is registered by the id under which its
platform knows it, before it connects; what people are given who come in through it names it, so
that they see by which app each of their sessions was opened. An app that was revoked never comes
back, and every token and session that it opened ends with it: its organisation registers another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.client_terms import ClientTerms
from behaviours.organisations import InvalidGrant, NamedApp
from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.steps import Step

PLATFORMS: Final = ("ios", "android", "harmony", "mini_program")
REGISTERED, REVOKED = STATES = ("registered", "revoked")
REVOKE: Final = "revoke"
STEPS: Final[Mapping[str, Step]] = {REVOKE: Step((REGISTERED,), REVOKED)}
# Bundle ids, package names and ids of mini programs: what every platform prints of them.
APP_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")


class UnknownApp(UnknownId):
    """The organisation has no such app."""

    cases = ("app",)


class AppIdUnfit(Invalid):
    """No platform has an app by such an id."""


class AppTaken(Conflict):
    """An app of this platform is registered by this id, by this organisation or another."""


class TooManyApps(Conflict):
    """The organisation has as many apps as the programme grants to one."""


class AppRevokedBefore(Conflict):
    """The app was revoked before; another one has to be registered."""


@dataclass(frozen=True, slots=True)
class MobileApp:
    """An app of an organisation; ``store_id`` is how its platform knows it."""

    app_id: UUID
    organisation_id: UUID
    platform: str
    store_id: str
    name_zh: str
    name_en: str
    state: str
    registered_at: datetime
    revoked_at: datetime | None = None
    # Of who revoked it: why.
    reason: str | None = None

    @property
    def named(self) -> NamedApp:
        return NamedApp(self.app_id, self.name_zh, self.name_en)

    @property
    def tokens(self) -> str:
        """The name under which every token is revoked that was opened through it."""
        return tokens_of(self.app_id)

    def revoked(self, reason: str, *, now: datetime) -> MobileApp:
        """The app through which nobody comes in any more; raises AppRevokedBefore."""
        if self.state not in STEPS[REVOKE].needs:
            raise AppRevokedBefore(name=self.named.name)
        return replace(self, state=STEPS[REVOKE].leads_to, revoked_at=now, reason=reason)

    def check_opens(self, organisation_id: UUID | None) -> None:
        """Whether somebody comes in through it; ``organisation_id`` is by whose word, None: by
        their own login. Raises InvalidGrant."""
        if organisation_id not in (None, self.organisation_id):
            raise InvalidGrant("app_unknown")
        if self.state == REVOKED:
            raise InvalidGrant("app_revoked", name=self.named.name)


class AppSession(NamedTuple):
    """Where a person is logged in, or is shown by a provider's word: since when, until when, and by
    which app; ``provider_id`` None: by their own login."""

    session_id: UUID
    app: NamedApp | None
    provider_id: UUID | None
    started_at: datetime
    last_used_at: datetime
    expires_at: datetime


def tokens_of(app_id: UUID) -> str:
    """The name under which every token is revoked that was opened through an app."""
    return f"app:{app_id.hex}"


def check_app_id(store_id: str, *, pointer: str) -> None:
    """Raises AppIdUnfit."""
    if APP_ID.fullmatch(store_id) is None:
        raise AppIdUnfit(pointer=pointer)


def check_app_room(open_apps: int, limits: ClientTerms) -> None:
    """Raises TooManyApps when the organisation has as many as it may have."""
    if open_apps >= limits.most_apps:
        raise TooManyApps(most=limits.most_apps)
