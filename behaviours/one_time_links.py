"""One-time links: how a user first comes in, and comes in again after losing a secret.

A link is good once, for a while, and until another of its purpose takes its place; of it only a
hash is kept. What it opens takes a second secret besides, so that whoever made it cannot use it
alone: to another password leads only a code of the user's authenticator, to another authenticator
only their password. Who lost both has a way back that two people begin: one of them gets the link,
the other one a release code, and it is not good before a day has gone by in which anybody who is
concerned can stop it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.refusal import Conflict, Gone, Invalid, Malformed, Unknown

JOIN: Final = "join"
PASSWORD: Final = "password"  # noqa: S105 - the name of a purpose
FACTOR: Final = "factor"
RECOVERY: Final = "recovery"
PURPOSES: Final = (JOIN, PASSWORD, FACTOR, RECOVERY)
LIVES: Final = {
    JOIN: timedelta(days=3),
    PASSWORD: timedelta(days=1),
    FACTOR: timedelta(days=1),
    RECOVERY: timedelta(days=3),
}
# From the second signature to the first use; and where the command line of the server is both.
RECOVERY_SIGNERS: Final = 2
RECOVERY_WAITS: Final = timedelta(days=1)
RECOVERY_ALONE_WAITS: Final = timedelta(days=3)

LEAST_PASSWORD: Final = 12
MOST_PASSWORD: Final = 256


class UnknownLink(Unknown):
    """Nobody made this link."""


class LinkOver(Gone):
    """The link was good once: it was used, its time is over, or another took its place."""

    cases = ("used", "expired", "replaced")


class LinkNotYetGood(Conflict):
    """Two people began a way back, and it can still be stopped."""


class ReleaseCodeWrong(Malformed):
    """The release code is another one: it was shown to the first of the two who signed."""


class PasswordTooShort(Invalid):
    """Length keeps a password from being guessed; of which characters it is, is free."""


class PasswordTooEasy(Invalid):
    """The password is a common one, a variation of one, or made of the user's own name."""


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """A link as it is kept. ``factor_id`` is the authenticator that it would set up.

    Of a recovery: from when it is good, and the digest of the release code that it takes besides.
    """

    digest: bytes
    user_id: UUID
    purpose: str
    factor_id: UUID
    expires_at: datetime
    used_at: datetime | None = None
    replaced_at: datetime | None = None
    good_from: datetime | None = None
    release_digest: bytes | None = None

    @property
    def sets_up_factor(self) -> bool:
        """Whether an authenticator is set up by it."""
        return self.purpose in (JOIN, FACTOR, RECOVERY)

    def check_good(self, now: datetime) -> None:
        """Whether it can be used at this moment; raises LinkOver and LinkNotYetGood."""
        if self.used_at is not None:
            raise LinkOver("used")
        if self.replaced_at is not None:
            raise LinkOver("replaced")
        if self.expires_at <= now:
            raise LinkOver("expired")
        if self.good_from is not None and now < self.good_from:
            raise LinkNotYetGood(good_from=self.good_from.isoformat(timespec="minutes"))

    def use(self, now: datetime) -> OneTimeLink:
        """The link once it was used; raises LinkOver and LinkNotYetGood."""
        self.check_good(now)
        return replace(self, used_at=now)


class ShownSecrets(NamedTuple):
    """What is shown with a link: a password, a code where there is an authenticator, and of who
    lost both the release code that the first of two people has."""

    password: str
    code: str | None
    release_code: str | None = None


class PasswordChange(NamedTuple):
    """The present password, the one to come, and a code where there is an authenticator."""

    password: str
    new_password: str
    code: str | None


class RecoveryTerms(NamedTuple):
    """How long a way back waits before it is good, and the digest of its release code."""

    waits: timedelta
    release_digest: bytes


def new_link(
    digest: bytes,
    user_id: UUID,
    purpose: str,
    factor_id: UUID,
    *,
    recovery: RecoveryTerms | None = None,
    now: datetime,
) -> OneTimeLink:
    """A link that is good as long as links of its purpose live: from now on, or after a wait."""
    assert (purpose == RECOVERY) == (recovery is not None)
    if recovery is None:
        return OneTimeLink(digest, user_id, purpose, factor_id, now + LIVES[purpose])
    good_from = now + recovery.waits
    return OneTimeLink(
        digest,
        user_id,
        purpose,
        factor_id,
        good_from + LIVES[purpose],
        good_from=good_from,
        release_digest=recovery.release_digest,
    )


def recovery_terms(signatures: int, release_digest: bytes, *, alone: bool) -> RecoveryTerms | None:
    """On which terms a way back is made once so many have signed; None: somebody has yet to.

    It takes two people. The command line of the server ``alone`` is both, and so it waits for
    longer: whoever is concerned may not look every day.
    """
    if signatures >= RECOVERY_SIGNERS:
        return RecoveryTerms(RECOVERY_WAITS, release_digest)
    return RecoveryTerms(RECOVERY_ALONE_WAITS, release_digest) if alone else None


def check_length(password: str, *, pointer: str) -> None:
    """Raises PasswordTooShort."""
    if len(password) < LEAST_PASSWORD:
        raise PasswordTooShort(pointer=pointer, least=LEAST_PASSWORD)
