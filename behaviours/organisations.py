"""Organisations and users: their kinds and roles, and why nobody is let in.

Clients of OAuth 2 match on ``oauth_error`` (RFC 6749, section 5.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NamedTuple
from uuid import UUID

from behaviours.refusal import Busy, Conflict, Malformed, Unauthenticated, Unknown, UnknownId

PROVIDER = "provider"
VERIFIER = "verifier"
EXCHANGE = "exchange"
# Each kind of organisation, and the role in which its clients come. An environment exchange
# confirms trades as a seller does, so it comes by the same routes.
ROLE_OF_KIND = {
    PROVIDER: "provider",
    "merchant": "merchant",
    "enterprise": "enterprise",
    VERIFIER: "verifier",
    EXCHANGE: "enterprise",
}


ORGANISATION_KINDS = tuple(ROLE_OF_KIND)


class Organisation(NamedTuple):
    """Somebody who takes part, by name."""

    organisation_id: UUID
    kind: str
    name: str


class IssuedClient(NamedTuple):
    """A client of an organisation as its own people may see it: never its secret."""

    client_id: str
    issued_at: datetime
    disabled_at: datetime | None


class AdmittedOrganisation(NamedTuple):
    """An organisation since when it takes part, with its clients, the first one first.

    ``standing`` is one of ``behaviours.standing.STANDINGS``.
    """

    organisation: Organisation
    standing: str
    admitted_at: datetime
    clients: tuple[IssuedClient, ...]


class NamedApp(NamedTuple):
    """An app as a token bears it and as people read it: its name in both languages."""

    app_id: UUID
    name_zh: str
    name_en: str

    @property
    def name(self) -> str:
        """For a sentence in whichever language."""
        return f"{self.name_zh} ({self.name_en})"


@dataclass(frozen=True, slots=True)
class Login:
    """Who came in, under which id the tokens of this login can be revoked, and through which app:
    None where none was named."""

    login_id: UUID
    user_id: UUID
    role: str
    tenant_id: UUID | None
    app: NamedApp | None = None


@dataclass(frozen=True, slots=True)
class RenewableLogin:
    """A login with its newest refresh token, which is kept as a digest only.

    ``seen_at`` is the moment at which the user was found to be let in: tokens that are minted of
    it bear this moment, so that a revocation which came later holds for them too. The login is over
    at ``expires_at``, unless it is renewed before.
    """

    login: Login
    refresh_token: str
    seen_at: datetime
    expires_at: datetime


class InvalidClient(Unauthenticated):
    """The client is unknown, disabled, or its secret is another one."""

    cases = ("missing", "wrong", "organisation_stopped")
    oauth_error: ClassVar[str] = "invalid_client"


class InvalidGrant(Malformed):
    """What was shown for a token is wrong, used up, expired or revoked."""

    cases = (
        "password_missing",
        "password_wrong",
        "user_locked",
        "user_disabled",
        "organisation_stopped",
        "refresh_missing",
        "refresh_over",
        "refresh_reused",
        "exchange",
        "subject_token",
        "not_linked",
        "openid_login",
        "openid_refused",
        "openid_token",
        "openid_unlinked",
        "openid_linked",
        "app_unknown",
        "app_revoked",
        "app_for_people",
    )
    oauth_error: ClassVar[str] = "invalid_grant"


class UnsupportedGrantType(Malformed):
    """Tokens are not given for this way of asking."""

    oauth_error: ClassVar[str] = "unsupported_grant_type"


class TooManyAttempts(Busy):
    """Too many wrong secrets were shown for one name within a minute."""


class UnknownOrganisation(UnknownId):
    """There is no such organisation, or it is not the asker's to see."""

    cases = ("organisation",)


class UnknownProvider(Unknown):
    """There is no provider with this id."""


class UsernameTaken(Conflict):
    """Another user has this name."""


class IssuerTaken(Conflict):
    """An identity provider with this issuer is registered already."""
