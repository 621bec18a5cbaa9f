"""Webhooks: addresses of an organisation, or of the programme, to which its events are sent.

``STEPS`` is the whole life of an endpoint::

    enabled ─disable─▶ disabled ─enable─▶ enabled        enabled, disabled ─delete─▶ deleted

What an endpoint is sent is what its organisation reads at the same moment (``behaviours.events``):
of all types, or of those that were chosen. It goes on from a place among the events, in their
order; what could not be delivered is tried again beside that, so that one event that a receiver
cannot take holds up no other. An event is sent at least once, and always by the same id.

A message is signed as Standard Webhooks says (``v1``, HMAC-SHA256 of id, time and body). A secret
that was replaced stays good for a while, in which each message carries both signatures.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from behaviours.events import readers_behind
from behaviours.open_addresses import is_literal_inside
from behaviours.refusal import Conflict, Gone, Invalid, UnknownId
from behaviours.steps import Step
from behaviours.viewer import Viewer

ENABLED, DISABLED, DELETED = STATES = ("enabled", "disabled", "deleted")
ENABLE: Final = "enable"
DISABLE: Final = "disable"
DELETE: Final = "delete"
STEPS: Final[Mapping[str, Step]] = {
    ENABLE: Step((DISABLED,), ENABLED),
    DISABLE: Step((ENABLED,), DISABLED),
    DELETE: Step((ENABLED, DISABLED), DELETED),
}
# Why an endpoint is not sent to: somebody asked for it, it answered 410, or it failed for days.
ASKED, GONE, FAILING = REASONS = ("asked", "gone", "failing")

MOST_ENDPOINTS: Final = 10
MOST_URL: Final = 500
# Ports besides those that live mode allows are of other services than receivers.
PORTS: Final = frozenset({443, 8443})
# Standard Webhooks, "Retries" (operational considerations): the first at once, then after so long.
PAUSES: Final[tuple[timedelta, ...]] = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
ATTEMPTS: Final = len(PAUSES) + 1
# A pause is longer by up to so many thousandths, so that what failed together does not come back
# together.
MOST_JITTER: Final = 100
# An endpoint that fails is left alone for longer and longer, whatever waits for it.
LEAST_REST: Final = timedelta(seconds=2)
MOST_REST: Final = timedelta(minutes=5)
# A receiver that has too much to do may ask for as long a rest.
MOST_ASKED: Final = timedelta(hours=1)
_BUSY: Final = (429, 503)
DISABLED_AFTER: Final = timedelta(days=5)
# What waits to be tried again; with so much of it nothing new is begun.
MOST_PENDING: Final = 500
MOST_REPLAYED: Final = 1_000
# How long a secret that was replaced is good.
OVERLAP: Final = timedelta(hours=24)
MOST_OVERLAP_HOURS: Final = 7 * 24

DELIVERED: Final = "delivered"
# The address answered, and not with a 2xx.
REFUSED: Final = "refused"
TIMED_OUT: Final = "timed_out"
UNREACHABLE: Final = "unreachable"
# The name of the host leads to an address that is not asked.
NOT_ALLOWED: Final = "not_allowed"
OUTCOMES: Final = (DELIVERED, REFUSED, TIMED_OUT, UNREACHABLE, NOT_ALLOWED)
_GONE_STATUS: Final = 410


class UnknownWebhook(UnknownId):
    """There is no such endpoint, or it is another's."""

    cases = ("webhook",)


class UnknownDelivery(UnknownId):
    """There is no such attempt, or it is of another endpoint."""

    cases = ("delivery",)


class WebhookMoved(Conflict):
    """What is to be done with the endpoint cannot be done in its state."""


class TooManyWebhooks(Conflict):
    """There are as many endpoints as one organisation may have."""


class WebhookUrlUnfit(Invalid):
    """Nothing is sent to such an address."""

    cases = ("url", "tls", "port", "inside")


class FormerSecretGood(Conflict):
    """The secret before the present one is still good: three would be too many."""


class EventGone(Gone):
    """What was sent cannot be sent again: the event is not kept any more, or it was a trial."""

    cases = ("event", "trial")


class ReplayTooLong(Invalid):
    """The events of this range are more than are sent again at once."""


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """An endpoint; ``organisation_id`` None: of the programme. No ``types``: all that it may see.

    ``secret_id`` names the secret, of which nothing is in it; ``former_secret_id`` is good until
    ``former_until``, by real time. ``reason`` says why it is disabled.
    """

    endpoint_id: UUID
    organisation_id: UUID | None
    url: str
    description: str
    types: tuple[str, ...]
    secret_id: UUID
    former_secret_id: UUID | None
    former_until: datetime | None
    state: str
    reason: str | None
    revision: int
    created_at: datetime
    state_at: datetime

    def move(self, step: str, *, now: datetime, reason: str | None = None) -> WebhookEndpoint:
        """The endpoint after ``step``; raises WebhookMoved."""
        needs, leads_to, _ = STEPS[step]
        if self.state not in needs:
            raise WebhookMoved(state=self.state, step=step)
        return replace(
            self,
            state=leads_to,
            reason=reason if leads_to == DISABLED else None,
            revision=self.revision + 1,
            state_at=now,
        )

    def rotated(self, secret_id: UUID, *, overlap: timedelta, now: datetime) -> WebhookEndpoint:
        """The same with another secret; the present one stays good for a while from ``now``, which
        is real time; without ``overlap`` no earlier one is good any more. Raises WebhookMoved and
        FormerSecretGood."""
        if self.state == DELETED:
            raise WebhookMoved(state=self.state, step="rotate")
        if overlap and self.former_until is not None and self.former_until > now:
            raise FormerSecretGood(until=self.former_until.isoformat(timespec="seconds"))
        return replace(
            self,
            secret_id=secret_id,
            former_secret_id=self.secret_id if overlap else None,
            former_until=now + overlap if overlap else None,
            revision=self.revision + 1,
        )

    def secrets_at(self, now: datetime) -> tuple[UUID, ...]:
        """The secrets by which a message is signed at a moment, the present one first."""
        former = self.former_secret_id
        if former is None or self.former_until is None or self.former_until <= now:
            return (self.secret_id,)
        return (self.secret_id, former)

    def wants(self, type: str) -> bool:  # noqa: A002 - what an event calls it
        """Whether it is sent events of this type."""
        return not self.types or type in self.types

    @property
    def readers(self) -> tuple[UUID, ...] | None:
        """As whom it reads events: exactly as its organisation does; None: as the programme."""
        return readers_of(self.organisation_id)


class NewWebhook(NamedTuple):
    """An endpoint to be."""

    url: str
    description: str
    types: tuple[str, ...]


class Pending(NamedTuple):
    """What is to be tried again, or was asked for: an event by its number, or a trial of a type.

    ``tried`` is how often, in this run of attempts.
    """

    pending_id: UUID
    event_no: int | None
    trial_type: str | None
    tried: int
    is_replay: bool


class AttemptMade(NamedTuple):
    """One attempt at a message: how it came out, and the first bytes of what was answered.

    ``trouble`` names what went wrong where nothing was answered.
    """

    attempt_id: UUID
    endpoint_id: UUID
    message_id: UUID
    type: str
    subject: str
    number: int
    started_at: datetime
    duration_ms: int
    outcome: str
    status: int | None
    trouble: str | None
    answer: bytes
    is_replay: bool
    is_trial: bool

    @property
    def delivered(self) -> bool:
        """Whether the receiver has it."""
        return self.outcome == DELIVERED

    @property
    def gone(self) -> bool:
        """Whether the receiver wants nothing any more."""
        return self.status == _GONE_STATUS


class SentMessage(NamedTuple):
    """An attempt, and what it was at: something that waited, or else the event of this number in
    its turn."""

    made: AttemptMade
    pending: Pending | None
    event_no: int
    # For how long the receiver wants to be left alone.
    asked: timedelta = timedelta(0)


class RoundMade(NamedTuple):
    """One round of an endpoint: what was sent, in order, and up to which event it came.

    ``idle``: there was nothing that it could begin, so that it need not be looked at soon.
    """

    sent: tuple[SentMessage, ...]
    reached: int
    idle: bool = False


def readers_of(organisation_id: UUID | None) -> tuple[UUID, ...] | None:
    """As whom the endpoints of an organisation, None: of the programme, read events."""
    role = "operator" if organisation_id is None else "organisation"
    return readers_behind(Viewer(role, organisation_id))


def owner_behind(by: Viewer) -> UUID | None:
    """Whose endpoints somebody sees; None: the programme's."""
    return None if by.sees_all else by.tenant_id


def outcome_of(status: int) -> str:
    """How an answer counts; a redirect is not followed."""
    return DELIVERED if 200 <= status < 300 else REFUSED


def asked_rest(status: int | None, retry_after: str | None, *, now: datetime) -> timedelta:
    """For how long a busy receiver that answered so wants to be left alone, up to ``MOST_ASKED``.

    It says seconds or a date (RFC 9110, 10.2.3); nothing where it does not, or cannot be read.
    """
    text = (retry_after or "").strip()
    if status not in _BUSY or not text:
        return timedelta(0)
    if text.isascii() and text.isdigit():
        asked = timedelta(seconds=min(int(text[:9]), MOST_ASKED.total_seconds()))
    else:
        try:
            asked = parsedate_to_datetime(text) - now
        except (ValueError, TypeError):
            return timedelta(0)
    return min(max(asked, timedelta(0)), MOST_ASKED)


def pause_after(tried: int, *, jitter: int, asked: timedelta = timedelta(0)) -> timedelta | None:
    """How long to wait after so many attempts that failed; None: it is not tried again.

    ``jitter``: 0 to ``MOST_JITTER``, by lot; ``asked``: not sooner than that.
    """
    if tried >= ATTEMPTS:
        return None
    return max(PAUSES[tried - 1] * (1_000 + jitter) // 1_000, asked)


def rest_after(failures: int) -> timedelta:
    """How long an endpoint is left alone after so many failures in a row."""
    return min(LEAST_REST * (1 << min(failures - 1, 16)), MOST_REST)


def record_after(
    failures: int, since: datetime | None, made: Sequence[AttemptMade]
) -> tuple[int, datetime | None]:
    """How often an endpoint failed in a row after these attempts, and since when."""
    for each in made:
        if each.delivered:
            failures, since = 0, None
        else:
            failures, since = failures + 1, since or each.started_at
    return failures, since


def reason_to_disable(made: Sequence[AttemptMade], failing_since: datetime | None) -> str | None:
    """Why nothing more is to be sent after these attempts; None: it goes on."""
    if any(each.gone for each in made):
        return GONE
    if made and failing_since is not None and made[-1].started_at - failing_since >= DISABLED_AFTER:
        return FAILING
    return None


def check_url(url: str, *, tls_only: bool) -> None:
    """Whether an address can be sent to, as far as that is seen by looking at it.

    ``tls_only``: live mode, https to a port of receivers. Raises WebhookUrlUnfit.
    """
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise WebhookUrlUnfit("url", pointer="/url") from None
    bare = not parts.username and not parts.password and not {"#", "\\", " "} & set(url)
    if not (host and bare and url.isascii() and url.isprintable() and port != 0):
        raise WebhookUrlUnfit("url", pointer="/url")
    if parts.scheme not in (("https",) if tls_only else ("https", "http")):
        raise WebhookUrlUnfit("tls", pointer="/url")
    if tls_only and (port or 443) not in PORTS:
        raise WebhookUrlUnfit("port", pointer="/url", ports=sorted(PORTS))
    if tls_only and is_literal_inside(host):
        raise WebhookUrlUnfit("inside", pointer="/url")


def check_room(endpoints: int) -> None:
    """Raises TooManyWebhooks."""
    if endpoints >= MOST_ENDPOINTS:
        raise TooManyWebhooks(most=MOST_ENDPOINTS)


def chosen_types(types: Collection[str]) -> tuple[str, ...]:
    """The types that somebody chose, each once, by name."""
    return tuple(sorted(set(types)))
