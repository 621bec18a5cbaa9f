"""Events to a hundred receivers, one of which never answers: the others do not wait for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from uuid import UUID

from app.bench.frame import BenchCase, Figure, ratio
from app.bench.ground import Ground, Shop
from app.bench.receiver import DEAD, Receivers, receivers
from app.ids import new_id, public
from app.jobs.webhook_sender import WebhookSender
from app.outbound import OutboundReach
from app.store.events.writing import write_events
from app.usecases.organisations.create_client import NewClient, create_client
from app.usecases.webhooks.register_webhook import register_webhook
from behaviours.events import Event
from behaviours.viewer import Viewer
from behaviours.webhooks import NewWebhook

RECEIVERS, EVENTS = 100, 1_000
QUICK_RECEIVERS, QUICK_EVENTS = 20, 60
# What runs on this machine may be asked here; a real sender asks nothing of the kind.
REACH = OutboundReach(tls_only=False, open_net_only=False)
CHUNK = 100


class Readers(NamedTuple):
    """A shop whose organisations each have one endpoint; ``rounds_s``: how long each round took."""

    shop: Shop
    organisations: list[UUID]
    per_second: list[float]


def run(ground: Ground) -> Iterator[Figure]:
    """Rounds in turn in two databases; in one of them a receiver is dead.

    What the dead one is sent is not counted: as many receivers that live are in both.
    """
    many, events = (
        (QUICK_RECEIVERS, QUICK_EVENTS) if ground.quick else (RECEIVERS, EVENTS // ground.rounds)
    )
    with receivers() as there:
        alive, with_dead = (
            _readers(ground, [there.url("/taken")] * (many - 1) + [there.url(last)])
            for last in ("/taken", DEAD)
        )
        for turn in range(ground.rounds + 1):
            for readers in (alive, with_dead):
                readers.per_second.append(
                    _round(readers, there, many - (readers is with_dead), events)
                )
            if turn:
                told = f"{with_dead.per_second[-1]:,.0f}/s, all alive {alive.per_second[-1]:,.0f}/s"
                ground.say(f"  round {turn}: {told}")
    ours, bare = with_dead.per_second[1:], alive.per_second[1:]
    yield Figure(f"deliveries to {many} receivers", tuple(bare), "messages/s")
    yield Figure("the same, one of them dead", tuple(ours), "messages/s")
    yield ratio("one dead against none", ours, bare, at_least=0.9)


def _readers(ground: Ground, urls: Sequence[str]) -> Readers:
    shop = ground.shop(people=0)
    wiring = shop.wiring
    new = [NewClient("merchant", f"Bench {number}") for number in range(len(urls))]
    made = wiring.database.transact(create_client, new, now=wiring.clock.now())
    organisations = [each.organisation_id for each in made]
    for whose, url in zip(organisations, urls, strict=True):
        wiring.database.transact(
            register_webhook,
            NewWebhook(url, "", ("redemption.captured",)),
            tls_only=False,
            by=Viewer("merchant", whose, whose),
            clock=wiring.clock,
        )
    return Readers(shop, organisations, [])


def _round(readers: Readers, there: Receivers, alive: int, events: int) -> float:
    """Messages a second to those that live, from the first claim to the last answer."""
    database, now = readers.shop.wiring.database, readers.shop.wiring.clock.now()
    for begin in range(0, events, CHUNK):
        told = [
            Event("redemption.captured", public("rdm", new_id()), (whose,), None)
            for _ in range(min(CHUNK, events - begin))
            for whose in readers.organisations
        ]
        database.transact(write_events, told, now=now)
    there.expect(alive * events)
    with _sending(readers.shop):
        return alive * events / there.seconds()


@contextmanager
def _sending(shop: Shop) -> Iterator[None]:
    stop = threading.Event()
    sender = WebhookSender(shop.wiring, reach=REACH)
    thread = threading.Thread(target=sender.send_until, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


CASE = BenchCase("webhooks", "Webhooks to a hundred receivers, one of them dead", run)
