"""Several workers, dead receivers, killed processes: nothing twice, nothing lost, nobody waits."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from datetime import timedelta

from app.jobs import webhook_sender
from app.jobs.webhook_sender import HANDS, SLOW_HANDS
from app.usecases.webhooks.claim_webhooks import LEASE, claim_webhooks
from app.usecases.webhooks.keep_round import keep_round
from app.wiring import Wiring
from behaviours.webhooks import RoundMade
from tests.builders.at_once import at_once
from tests.builders.market import rows, run
from tests.builders.people import an_organisation
from tests.builders.receivers import Receiver, a_receiver, hangs, says, taken
from tests.builders.webhooks import (
    a_webhook,
    as_it_stands,
    attempts,
    client_of,
    killed_sending,
    later,
    sender,
    told,
    waiting,
)


def test_two_workers_at_once_send_nothing_twice(books: Wiring) -> None:
    merchants = [an_organisation(books, "merchant") for _ in range(6)]
    with ExitStack() as stack:
        receivers = [stack.enter_context(a_receiver()) for _ in merchants]
        for merchant, receiver in zip(merchants, receivers, strict=True):
            a_webhook(books, client_of(merchant), receiver.url)
        for _ in range(20):
            for merchant in merchants:
                told(books, merchant, "held", "captured", "reversed")
        at_once([sender(books).send_all, sender(books).send_all, sender(books).send_all])
        sender(books).send_all()
        for receiver in receivers:
            assert len(receiver.ids) == 60
            assert receiver.ids == sorted(set(receiver.ids))


def test_a_dead_receiver_keeps_twenty_others_from_nothing(books: Wiring) -> None:
    """It hangs for as long as the others are sent to; so do as many as have hands together."""
    dead = [an_organisation(books, "merchant") for _ in range(HANDS - SLOW_HANDS - 1)]
    alive = [an_organisation(books, "merchant") for _ in range(20)]
    with ExitStack() as stack:
        hanging = stack.enter_context(a_receiver())
        hanging.answer = hangs
        good = stack.enter_context(a_receiver())
        for each in dead:
            a_webhook(books, client_of(each), hanging.url)
        for each in alive:
            a_webhook(books, client_of(each), good.url)
        for each in (*dead, *alive):
            told(books, each, "captured")
        stop = threading.Event()
        thread = threading.Thread(target=sender(books).send_until, args=(stop,))
        thread.start()
        try:
            good.wait_for(len(alive))
            assert not hanging.let_go.is_set()
        finally:
            hanging.let_go.set()
            stop.set()
            thread.join()
    assert len(set(good.ids)) == len(alive)


def test_those_that_fail_have_few_hands_together(books: Wiring, receiver: Receiver) -> None:
    for _ in range(SLOW_HANDS + 2):
        a_webhook(books, client_of(an_organisation(books, "merchant")), receiver.url)
    for each in rows(books, "select organisation_id from webhook_endpoint"):
        told(books, each["organisation_id"], "captured", "held")
    receiver.answer = says(500)
    sender(books).send_all()
    later(books, timedelta(minutes=10))
    assert run(books, claim_webhooks, slow=False, most=100) == []
    assert len(run(books, claim_webhooks, slow=True, most=SLOW_HANDS)) == SLOW_HANDS
    assert len(run(books, claim_webhooks, slow=True, most=100)) == 2


def test_a_worker_that_was_killed_leaves_nothing_unsent(books: Wiring, receiver: Receiver) -> None:
    merchant = an_organisation(books, "merchant")
    endpoint = a_webhook(books, client_of(merchant), receiver.url)
    told(books, merchant, "held", "captured")
    killed_sending(books.settings)
    first = receiver.ids
    assert len(first) == 2
    assert sender(books).send_all() == 0, "another has it"
    later(books, LEASE)
    assert sender(books).send_all() == 1
    assert receiver.ids == first + first
    assert len(attempts(books, endpoint)) == 2
    assert sender(books).send_all() == 0


def test_who_was_thought_dead_and_comes_back_moves_nothing(
    books: Wiring, receiver: Receiver
) -> None:
    merchant = an_organisation(books, "merchant")
    endpoint = a_webhook(books, client_of(merchant), receiver.url)
    told(books, merchant, "captured")
    (thought_dead,) = run(books, claim_webhooks, slow=False, most=1)
    later(books, LEASE)
    (other,) = run(books, claim_webhooks, slow=False, most=1)
    late = RoundMade((), thought_dead.after + 1_000)
    held = run(books, keep_round, thought_dead, late, jitter=lambda: 0, clock=books.clock)
    assert not held
    assert run(
        books, keep_round, other, RoundMade((), other.after), jitter=lambda: 0, clock=books.clock
    )
    sender(books).send_all()
    assert len(receiver.got) == 1
    assert as_it_stands(books, endpoint).state == "enabled"


def test_a_round_ends_so_that_others_have_their_turn(
    books: Wiring, receiver: Receiver, monkeypatch
) -> None:
    monkeypatch.setattr(webhook_sender, "MOST_SENT", 3)
    merchant = an_organisation(books, "merchant")
    a_webhook(books, client_of(merchant), receiver.url)
    told(books, merchant, *["captured"] * 8)
    assert sender(books).send_all() == 3
    assert len(set(receiver.ids)) == 8
    assert waiting(books) == []


def test_a_message_under_way_is_ended_when_the_worker_stops(
    books: Wiring, receiver: Receiver
) -> None:
    merchant = an_organisation(books, "merchant")
    endpoint = a_webhook(books, client_of(merchant), receiver.url)
    told(books, merchant, "captured", "held")
    stop = threading.Event()

    def stops(handler) -> None:
        stop.set()
        handler.reply(200)

    receiver.answer = stops
    sender(books).send_until(stop)
    assert len(receiver.got) == 1
    assert [each.outcome for each in attempts(books, endpoint)] == ["delivered"]
    receiver.answer = taken
    sender(books).send_all()
    assert len(set(receiver.ids)) == len(receiver.ids) == 2
