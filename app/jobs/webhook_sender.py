"""The sender of webhooks: beside the relay in each worker's parent process.

It is no RQ job: a worker does one job at a time, and a receiver that hangs would hold up a seal.
What is to be sent stands in PostgreSQL (``app.store.webhooks``), so that a sender that is killed
leaves nothing behind but claims that lapse: what it had sent by then is sent once more.

One endpoint has one hand at a time, and those that fail or are slow a few of all hands together:
whatever a receiver does, the others do not wait for it.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

import structlog
from prometheus_client import Counter

from app.ids import new_id, public
from app.outbound import TROUBLES, AnswerLimits, NotOpen, OutboundReach, Sent, ask
from app.secrecy.webhook_secrets import signed_headers, webhook_secret
from app.settings import Settings
from app.shown.events import PREFIX
from app.shown.webhooks import event_body, trial_body
from app.store.webhooks.claiming import ClaimedEndpoint
from app.usecases.webhooks.claim_webhooks import claim_webhooks
from app.usecases.webhooks.keep_round import keep_round
from app.usecases.webhooks.read_round import RoundToMake, read_round
from app.wiring import Wiring
from behaviours.events import WrittenEvent
from behaviours.retention import EVENTS
from behaviours.retention_due import due_before
from behaviours.webhooks import (
    MOST_JITTER,
    NOT_ALLOWED,
    TIMED_OUT,
    UNREACHABLE,
    AttemptMade,
    Pending,
    RoundMade,
    SentMessage,
    asked_rest,
    outcome_of,
)

SENT = Counter("tanpuhui_webhook_attempts", "Messages to webhooks, by outcome.", ["outcome"])
log = structlog.get_logger(__name__)

HANDS: Final = 16
# Of these, for endpoints that fail or are slow.
SLOW_HANDS: Final = 4
LOOK_EVERY_S: Final = 1.0
# A round begins nothing after so long, or after so many messages: then it is another's turn.
ROUND_S: Final = 5.0
MOST_SENT: Final = 50
MOST_ANSWER: Final = 1_000
PATIENCE: Final = AnswerLimits(whole_s=10.0, most_bytes=MOST_ANSWER)
_HEADERS: Final = {
    "Content-Type": "application/cloudevents+json",
    "User-Agent": "tanpuhui-webhooks",
}


class _Message(NamedTuple):
    """What is sent: something that waited, or an event in its turn."""

    pending: Pending | None
    event: WrittenEvent | None


class _Answered(NamedTuple):
    """How an attempt came out, what went wrong where nothing was answered, and what was."""

    outcome: str
    trouble: str | None = None
    status: int | None = None
    body: bytes = b""
    retry_after: str | None = None


def reach_of(settings: Settings) -> OutboundReach:
    """What may be asked: never our own network, but where whoever runs the server allowed it."""
    return OutboundReach(
        tls_only=not settings.is_test_mode, open_net_only=True, inside=settings.webhooks_inside
    )


class WebhookSender:
    """Sends what is due by the hands of one process."""

    def __init__(
        self,
        wiring: Wiring,
        *,
        reach: OutboundReach | None = None,
        patience: AnswerLimits = PATIENCE,
    ) -> None:
        self._wiring = wiring
        self._reach = reach or reach_of(wiring.settings)
        self._patience = patience
        self._stop = threading.Event()

    def send_until(self, stop: threading.Event) -> None:
        """Send until ``stop`` is set; each hand ends the message that it has at hand."""
        self._stop = stop
        healthy = True
        with ThreadPoolExecutor(HANDS, thread_name_prefix="webhooks") as hands:
            busy: dict[Future[None], bool] = {}
            while not stop.is_set():
                try:
                    begun = self._begin(hands, busy)
                    healthy = True
                except Exception as error:  # noqa: BLE001 - whatever it is, later it may be over
                    if healthy:
                        log.warning("webhooks_wait", error=repr(error))
                    healthy, begun = False, 0
                if begun:
                    continue
                if busy:
                    # A hand that comes free takes up what waits for one.
                    wait(busy, timeout=LOOK_EVERY_S, return_when=FIRST_COMPLETED)
                else:
                    stop.wait(LOOK_EVERY_S)

    def send_all(self) -> int:
        """Send until nothing is due; how many rounds that took."""
        rounds = 0
        with ThreadPoolExecutor(HANDS, thread_name_prefix="webhooks") as hands:
            busy: dict[Future[None], bool] = {}
            while (begun := self._begin(hands, busy)) or busy:
                rounds += begun
                for each in wait(busy, return_when=FIRST_COMPLETED).done:
                    each.result()
        return rounds

    def _begin(self, hands: ThreadPoolExecutor, busy: dict[Future[None], bool]) -> int:
        """Give every endpoint that has something to be sent to a free hand; how many those are."""
        for each in [each for each in busy if each.done()]:
            del busy[each]
        slow = sum(busy.values())
        begun = 0
        rooms = ((False, HANDS - SLOW_HANDS - (len(busy) - slow)), (True, SLOW_HANDS - slow))
        for is_slow, room in rooms:
            if room <= 0:
                continue
            found = self._wiring.database.transact(claim_webhooks, slow=is_slow, most=room)
            at = time.monotonic()
            for claimed in found:
                busy[hands.submit(self._round, claimed, at)] = is_slow
            begun += len(found)
        return begun

    def _round(self, claimed: ClaimedEndpoint, claimed_at_s: float) -> None:
        try:
            wiring = self._wiring
            terms = wiring.programme.retention
            kept_since = due_before(terms, EVENTS, wiring.clock.now(), wiring.zone)
            making = wiring.database.transact(read_round, claimed, kept_since=kept_since)
            made = self._send(claimed, making, claimed_at_s)
            wiring.database.transact(keep_round, claimed, made, jitter=_by_lot, clock=wiring.clock)
        except Exception as error:
            # The claim lapses, and what was sent is sent once more.
            name = str(claimed.endpoint.endpoint_id)
            log.exception("webhook_round_stopped", webhook=name, error=repr(error))

    def _send(
        self, claimed: ClaimedEndpoint, making: RoundToMake, claimed_at_s: float
    ) -> RoundMade:
        """Send one after the other until one fails: then the receiver is left alone for a while."""
        sent, reached = list[SentMessage](), claimed.after
        for message in _messages(making):
            late = time.monotonic() - claimed_at_s > ROUND_S
            if self._stop.is_set() or late or len(sent) >= MOST_SENT:
                return RoundMade(tuple(sent), reached)
            if message.pending is None and message.event is not None:
                reached = message.event.number
                if not claimed.endpoint.wants(message.event.type):
                    continue
            sent.append(self._attempt(claimed, message, claimed_at_s))
            if not sent[-1].made.delivered:
                return RoundMade(tuple(sent), reached)
        if making.page is None:
            return RoundMade(tuple(sent), reached, idle=not sent)
        return RoundMade(tuple(sent), making.page.reached)

    def _attempt(
        self, claimed: ClaimedEndpoint, message: _Message, claimed_at_s: float
    ) -> SentMessage:
        endpoint, pending, event = claimed.endpoint, message.pending, message.event
        begun_s = time.monotonic()
        # By the database's clock, as claims and pauses are.
        at = claimed.claimed_at + timedelta(seconds=begun_s - claimed_at_s)
        message_id, kind, subject, body = _written(message, at)
        key = self._wiring.settings.identity_key
        secrets = [webhook_secret(each, key) for each in endpoint.secrets_at(at)]
        headers = signed_headers(public(PREFIX, message_id), body, secrets, at=at)
        answered = self._ask(endpoint.url, {**_HEADERS, **headers}, body)
        SENT.labels(answered.outcome).inc()
        made = AttemptMade(
            attempt_id=new_id(),
            endpoint_id=endpoint.endpoint_id,
            message_id=message_id,
            type=kind,
            subject=subject,
            number=1 if pending is None else pending.tried + 1,
            started_at=at,
            duration_ms=int((time.monotonic() - begun_s) * 1_000),
            outcome=answered.outcome,
            status=answered.status,
            trouble=answered.trouble,
            answer=answered.body,
            is_replay=pending is not None and pending.is_replay,
            is_trial=event is None,
        )
        asked = asked_rest(answered.status, answered.retry_after, now=at)
        return SentMessage(made, pending, event.number if event else 0, asked)

    def _ask(self, url: str, headers: dict[str, str], body: bytes) -> _Answered:
        try:
            answered = ask(Sent(url, headers, body), self._reach, self._patience)
        except NotOpen:
            return _Answered(NOT_ALLOWED)
        except TimeoutError:
            return _Answered(TIMED_OUT)
        except TROUBLES as trouble:
            return _Answered(UNREACHABLE, type(trouble).__name__)
        status, body = answered.status, answered.body[:MOST_ANSWER]
        return _Answered(outcome_of(status), None, status, body, answered.retry_after)


def send_webhooks_until(stop: threading.Event, wiring: Wiring) -> None:
    """Send webhooks until ``stop`` is set."""
    WebhookSender(wiring).send_until(stop)


def _written(message: _Message, at: datetime) -> tuple[UUID, str, str, bytes]:
    """The id of a message, its type, what it is about, and its body."""
    pending, event = message.pending, message.event
    if event is not None:
        return event.event_id, event.type, event.subject, event_body(event)
    assert pending is not None, "what waited, or an event"
    assert pending.trial_type is not None, "an event, or a trial"
    body = trial_body(pending.pending_id, pending.trial_type, at=at)
    return pending.pending_id, pending.trial_type, "", body


def _messages(making: RoundToMake) -> Iterator[_Message]:
    """What waited, and then events in their turn."""
    yield from (_Message(pending, event) for pending, event in making.due)
    if making.page is not None:
        yield from (_Message(None, event) for event in making.page.events)


def _by_lot() -> int:
    return random.randint(0, MOST_JITTER)
