"""Clients: the programs of an organisation, and the secrets by which they ask for tokens.

``STEPS`` is the whole life of a client::

    active ─rotate─▶ active ─end_former─▶ active        active ─revoke─▶ revoked

A rotation makes another secret, and the one before stays good for a while that the programme
states, so that a program can be given the new one without an outage. Former secrets can be ended at
once, and with a secret end the tokens that were asked for with it. A client that was revoked never
comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.civil_time import utc_text
from behaviours.client_terms import ClientTerms
from behaviours.refusal import Conflict, UnknownId
from behaviours.steps import Step
from behaviours.users import ADMINISTRATOR, NotAdministrator, User
from behaviours.viewer import Viewer

ACTIVE, REVOKED = STATES = ("active", "revoked")

ROTATE: Final = "rotate"
END_FORMER: Final = "end_former"
REVOKE: Final = "revoke"
STEPS: Final[Mapping[str, Step]] = {
    ROTATE: Step((ACTIVE,), ACTIVE),
    END_FORMER: Step((ACTIVE,), ACTIVE),
    REVOKE: Step((ACTIVE,), REVOKED),
}

# Of one client at one time: the present secret, and two that it took the place of.
MOST_SECRETS: Final = 3
# When a client was last used is kept no finer than this.
USE_IS_KEPT_FOR: Final = timedelta(minutes=5)


class UnknownClient(UnknownId):
    """The organisation has no such client."""

    cases = ("client",)


class ClientRevoked(Conflict):
    """The client was revoked before; another one has to be made."""


class TooManyClients(Conflict):
    """The organisation has as many clients as the programme grants to one."""


def check_room(open_clients: int, limits: ClientTerms) -> None:
    """Raises TooManyClients when the organisation has as many as it may have."""
    if open_clients >= limits.most:
        raise TooManyClients(most=limits.most)


class SecretsStillGood(Conflict):
    """As many secrets of the client are good as may be at one time."""


class ClientSecret(NamedTuple):
    """One secret of a client; ``good_until`` None: until another takes its place."""

    secret_id: UUID
    made_at: datetime
    good_until: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        return self.good_until is None or now < self.good_until


class ClientUse(NamedTuple):
    """What a client is for, and when a token was last asked for with it.

    ``purpose`` None: it was made before clients said so.
    """

    name: str
    purpose: str | None
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """A client of an organisation with its secrets, the newest first."""

    client_id: str
    organisation_id: UUID
    role: str
    use: ClientUse
    state: str
    created_at: datetime
    revoked_at: datetime | None
    secrets: tuple[ClientSecret, ...]

    def former(self, now: datetime) -> tuple[ClientSecret, ...]:
        """Secrets that are good although another took their place, the newest first."""
        return tuple(
            each for each in self.secrets if each.good_until is not None and each.is_good(now)
        )

    def rotated(self, secret_id: UUID, terms: ClientTerms, *, now: datetime) -> Client:
        """The client with another secret; the one before stays good for the programme's while.

        Raises ClientRevoked and SecretsStillGood.
        """
        self._check(ROTATE)
        former = self.former(now)
        if len(former) + 1 >= MOST_SECRETS:
            raise SecretsStillGood(
                count=len(former) + 1,
                good_until=utc_text(former[-1].good_until or now),
                client_id=self.client_id,
            )
        until = now + terms.overlap
        return replace(
            self,
            secrets=(ClientSecret(secret_id, now), *_ended(self.secrets, until)),
        )

    def without_former(self, *, now: datetime) -> Client:
        """The client with its present secret alone; raises ClientRevoked."""
        self._check(END_FORMER)
        kept = tuple(each for each in self.secrets if each.good_until is None)
        past = tuple(each for each in self.secrets if each.good_until is not None)
        return replace(self, secrets=(*kept, *_ended(past, now)))

    def revoked(self, *, now: datetime) -> Client:
        """The client that nobody comes in as any more; raises ClientRevoked."""
        self._check(REVOKE)
        return replace(
            self,
            state=STEPS[REVOKE].leads_to,
            revoked_at=now,
            secrets=_ended(self.secrets, now),
        )

    def _check(self, step: str) -> None:
        if self.state not in STEPS[step].needs:
            raise ClientRevoked(client_id=self.client_id)


def _ended(secrets: tuple[ClientSecret, ...], until: datetime) -> tuple[ClientSecret, ...]:
    """The secrets, none of them good after ``until``; those that end sooner do."""
    return tuple(each._replace(good_until=min(each.good_until or until, until)) for each in secrets)


class NamedClient(NamedTuple):
    """By what a client is named: whose it is, and its id."""

    organisation_id: UUID
    client_id: str


class NewSecret(NamedTuple):
    """A client that was made or rotated, and its newest secret, shown this once."""

    client: Client
    secret: str


class ProvenClient(NamedTuple):
    """A client that has shown a secret.

    ``seen_at`` is when it was found to be let in, read so that a revocation which comes later holds
    for what is made of it; ``good_until`` when the shown secret ends, None: not yet known.
    """

    client_id: str
    organisation_id: UUID
    role: str
    secret_id: UUID
    seen_at: datetime
    good_until: datetime | None


class KeptSecret(NamedTuple):
    """A secret of a client as it is kept for comparison."""

    secret_id: UUID
    secret_hash: str
    good_until: datetime | None


class KeptClient(NamedTuple):
    """A client as it is looked up when somebody shows a secret, with those that may be good."""

    client_id: str
    organisation_id: UUID
    role: str
    is_open: bool
    seen_at: datetime
    last_used_at: datetime | None
    secrets: tuple[KeptSecret, ...]


def sees_clients(by: Viewer, organisation_id: UUID) -> bool:
    """Whether the asker may know of an organisation's clients: its own people and the programme."""
    return by.sees_all or by.tenant_id == organisation_id


def check_holds_secrets(user: User, organisation_id: UUID) -> None:
    """Whether somebody may see a secret of an organisation: its administrators, nobody else.

    Raises NotAdministrator.
    """
    if not (user.organisation_id == organisation_id and user.duty == ADMINISTRATOR):
        raise NotAdministrator
