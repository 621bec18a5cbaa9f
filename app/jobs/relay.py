"""The relay: carries due tasks from the outbox in PostgreSQL to the queue in Redis."""

from __future__ import annotations

import threading

import structlog

from app.jobs.queue import enqueue
from app.outbox.handover import BATCH, hand_over_tasks
from app.store.outbox.watch import Listener
from app.wiring import Wiring

log = structlog.get_logger(__name__)

# A commit notifies us; this is for what comes due by time: pauses and lapsed leases.
LOOK_EVERY_S = 1.0
# How soon a stop is noticed while nothing is started.
STOP_WITHIN_S = 0.25


def relay_once(wiring: Wiring) -> int:
    """Hand over everything that is due now; returns how many tasks that were."""
    handed_over = 0
    while True:
        due = wiring.database.transact(
            hand_over_tasks, lambda ids: enqueue(wiring.redis, ids), now=wiring.clock.now()
        )
        handed_over += due
        if due < BATCH:
            return handed_over


def relay_until(stop: threading.Event, wiring: Wiring) -> None:
    """Hand tasks over until ``stop`` is set. PostgreSQL or Redis may go and come back."""
    healthy = True
    while not stop.is_set():
        try:
            with Listener(wiring.database) as listener:
                healthy = _carry(stop, wiring, listener)
        except Exception as error:  # noqa: BLE001 - whatever it is, later it may be over
            # Said once for each outage, not once a second.
            if healthy:
                log.warning("relay_waits", error=repr(error))
            healthy = False
            stop.wait(LOOK_EVERY_S)


def _carry(stop: threading.Event, wiring: Wiring, listener: Listener) -> bool:
    waited_s = LOOK_EVERY_S
    while not stop.is_set():
        if waited_s >= LOOK_EVERY_S:
            relay_once(wiring)
            waited_s = 0.0
        notified = listener.wait(STOP_WITHIN_S)
        waited_s = LOOK_EVERY_S if notified else waited_s + STOP_WITHIN_S
    return True
