"""Keep what became of one round of a webhook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.webhooks.claiming import ClaimedEndpoint, hold_claimed
from app.store.webhooks.endpoints import write_endpoint
from app.store.webhooks.rounds import (
    EndpointStanding,
    add_failed,
    forget_pending,
    log_attempts,
    put_off,
    release,
)
from behaviours.webhooks import (
    DELETED,
    DISABLE,
    ENABLED,
    MOST_REST,
    RoundMade,
    SentMessage,
    pause_after,
    reason_to_disable,
    record_after,
    rest_after,
)

# Whatever answers later than this is slow.
_SLOW_MS = 2_000


class _Waits(NamedTuple):
    """What waits no longer, what waits once more, and what waits for the first time."""

    over: list[UUID]
    again: list[tuple[UUID, timedelta]]
    failed: list[tuple[int, timedelta]]


def keep_round(
    connection: Connection,
    claimed: ClaimedEndpoint,
    made: RoundMade,
    *,
    jitter: Callable[[], int],
    clock: Clock,
) -> bool:
    """Whether the claim still held; if not, what was sent is logged, and the endpoint is another
    worker's by now, or deleted."""
    attempts = [each.made for each in made.sent]
    log_attempts(connection, attempts)
    endpoint = hold_claimed(connection, claimed)
    if endpoint is None or endpoint.state == DELETED:
        return False
    waits = _waits(made.sent, jitter)
    forget_pending(connection, waits.over)
    put_off(connection, waits.again)
    add_failed(connection, endpoint.endpoint_id, waits.failed)
    failures, since = record_after(claimed.failures, claimed.failing_since, attempts)
    slow = bool(attempts) and attempts[-1].duration_ms > _SLOW_MS
    rest = MOST_REST if made.idle else None
    if failures:
        rest = max([rest_after(failures), *(each.asked for each in made.sent[-1:])])
    standing = EndpointStanding(made.reached, failures, since, bool(failures) or slow, rest)
    release(connection, endpoint.endpoint_id, standing)
    reason = reason_to_disable(attempts, since)
    if reason is not None and endpoint.state == ENABLED:
        write_endpoint(connection, endpoint.move(DISABLE, now=clock.now(), reason=reason))
    return True


def _waits(sent: Sequence[SentMessage], jitter: Callable[[], int]) -> _Waits:
    waits = _Waits([], [], [])
    for attempt, pending, event_no, asked in sent:
        tried = 1 if pending is None else pending.tried + 1
        pause = pause_after(tried, jitter=jitter(), asked=asked)
        over = attempt.delivered or attempt.is_trial or pause is None
        if pending is None:
            if not over and pause is not None:
                waits.failed.append((event_no, pause))
        elif over or pause is None:
            waits.over.append(pending.pending_id)
        else:
            waits.again.append((pending.pending_id, pause))
    return waits
