"""A login by way of an OpenID provider, from the leaving to the coming back.

``STEPS`` is the whole life of one::

    begun ─take─▶ returned ─prove─▶ proven ─finish─▶ finished

It is taken before the provider is asked, so that what comes back from it is looked at once,
whoever sends it again. It stays proven while a code of the user's authenticator is wrong or was
not sent. Only the program that began it can go on with it: it has a secret besides the ``state``,
which travels through addresses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.organisations import InvalidGrant
from behaviours.steps import Step

BEGUN: Final = "begun"
RETURNED: Final = "returned"
PROVEN: Final = "proven"
FINISHED: Final = "finished"
STATES: Final = (BEGUN, RETURNED, PROVEN, FINISHED)

TAKE: Final = "take"
PROVE: Final = "prove"
FINISH: Final = "finish"

STEPS: Final[Mapping[str, Step]] = {
    TAKE: Step((BEGUN,), RETURNED),
    PROVE: Step((RETURNED,), PROVEN),
    FINISH: Step((PROVEN,), FINISHED),
}
LIVES: Final = timedelta(minutes=10)


class LoginPurpose(NamedTuple):
    """What a login is for: to join by a one-time link, or for a user who is logged in to link
    themselves, which takes a code of their authenticator; with neither, to come in again."""

    link: str | None = None
    user_id: UUID | None = None
    code: str | None = None


class LoginSecrets(NamedTuple):
    """What belongs to one login: it is sent to the provider, and expected back from it."""

    state: str
    nonce: str
    code_verifier: str


class LoginDigests(NamedTuple):
    """What the program keeps of a login's secrets; ``link`` of the one-time link, if it joins."""

    state: bytes
    secret: bytes
    link: bytes | None


class CodeSent(NamedTuple):
    """What the provider sent back by way of the address: a code, and who it says that it is."""

    code: str
    issuer: str | None


class ComingBack(NamedTuple):
    """What came back. ``code`` None: only a code of an authenticator was missing, or wrong."""

    state: str
    secret: str
    code: str | None
    issuer: str | None
    one_time_code: str | None


class NamedSubject(NamedTuple):
    """The provider's own name of who came in; ``factor_shown``: by two factors, we believe."""

    subject: str
    factor_shown: bool


@dataclass(frozen=True, slots=True)
class OpenidLogin:
    """One login. ``link_digest``: somebody joins by a one-time link; ``user_id``: a user who is
    logged in links themselves; neither: somebody who was linked before comes in.

    ``subject_digest`` and ``factor_shown`` are there once the provider said who it is.
    """

    state_digest: bytes
    secret_digest: bytes
    provider_id: UUID
    link_digest: bytes | None
    user_id: UUID | None
    state: str
    expires_at: datetime
    subject_digest: bytes | None = None
    factor_shown: bool = False

    @classmethod
    def begun(
        cls,
        provider_id: UUID,
        purpose: LoginPurpose,
        secrets: LoginDigests,
        *,
        expires_at: datetime,
    ) -> OpenidLogin:
        """The login as it begins: nobody has come back from the provider yet."""
        user_id, link = purpose.user_id, secrets.link
        return cls(secrets.state, secrets.secret, provider_id, link, user_id, BEGUN, expires_at)

    @property
    def is_proven(self) -> bool:
        """Whether the provider said who it is, and nothing but a code is missing."""
        return self.state == PROVEN

    def move(self, step: str, *, now: datetime) -> OpenidLogin:
        """The login after ``step``; raises InvalidGrant when it is over, or was used."""
        needs, leads_to, _ = STEPS[step]
        if self.state not in needs or self.expires_at <= now:
            raise InvalidGrant("openid_login")
        return replace(self, state=leads_to)

    def proven_as(self, subject_digest: bytes, *, factor_shown: bool, now: datetime) -> OpenidLogin:
        """The login once the provider said who it is; raises InvalidGrant."""
        proven = self.move(PROVE, now=now)
        return replace(proven, subject_digest=subject_digest, factor_shown=factor_shown)
