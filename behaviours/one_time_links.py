"""One-time links: how a user first comes in, and comes in again after losing a secret.

A link is good once, for a while, and until another of its purpose takes its place; of it only a
hash is kept. What it opens takes a second secret besides, so that whoever made it cannot use it
alone: to another password leads only a code of the user's authenticator, to another authenticator
only their password.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from behaviours.refusal import Gone, Invalid, Unknown

JOIN: Final = "join"
PASSWORD: Final = "password"  # noqa: S105 - the name of a purpose
FACTOR: Final = "factor"
PURPOSES: Final = (JOIN, PASSWORD, FACTOR)
LIVES: Final = {JOIN: timedelta(days=3), PASSWORD: timedelta(days=1), FACTOR: timedelta(days=1)}

LEAST_PASSWORD: Final = 12
MOST_PASSWORD: Final = 256


class UnknownLink(Unknown):
    """Nobody made this link."""


class LinkOver(Gone):
    """The link was good once: it was used, its time is over, or another took its place."""

    cases = ("used", "expired", "replaced")


class PasswordTooShort(Invalid):
    """Length keeps a password from being guessed; of which characters it is, is free."""


class PasswordTooEasy(Invalid):
    """The password is a common one, a variation of one, or made of the user's own name."""


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """A link as it is kept. ``factor_id`` is the authenticator that it would set up."""

    digest: bytes
    user_id: UUID
    purpose: str
    factor_id: UUID
    expires_at: datetime
    used_at: datetime | None = None
    replaced_at: datetime | None = None

    @property
    def sets_up_factor(self) -> bool:
        """Whether an authenticator is set up by it."""
        return self.purpose in (JOIN, FACTOR)

    def check_good(self, now: datetime) -> None:
        """Whether it can be used at this moment; raises LinkOver."""
        if self.used_at is not None:
            raise LinkOver("used")
        if self.replaced_at is not None:
            raise LinkOver("replaced")
        if self.expires_at <= now:
            raise LinkOver("expired")

    def use(self, now: datetime) -> OneTimeLink:
        """The link once it was used; raises LinkOver."""
        self.check_good(now)
        return replace(self, used_at=now)


def new_link(
    digest: bytes, user_id: UUID, purpose: str, factor_id: UUID, *, now: datetime
) -> OneTimeLink:
    """A link that is good from now on, as long as links of its purpose live."""
    return OneTimeLink(digest, user_id, purpose, factor_id, now + LIVES[purpose])


def check_length(password: str, *, pointer: str) -> None:
    """Raises PasswordTooShort."""
    if len(password) < LEAST_PASSWORD:
        raise PasswordTooShort(pointer=pointer, least=LEAST_PASSWORD)
