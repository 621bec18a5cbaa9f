"""Events are sent as their readers read them, tried again by a schedule, and given up."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.ids import public
from app.secrecy.webhook_secrets import webhook_secret
from app.shown.events import event_answer
from app.store.organisations.standing import hold_standing, write_standing
from app.usecases.events.read_events import read_events
from app.wiring import Wiring
from behaviours.events import EVERYBODY, EventFilter
from behaviours.standing import CLOSE, SUSPEND
from behaviours.viewer import Viewer
from behaviours.webhooks import (
    ATTEMPTS,
    LEAST_REST,
    MOST_JITTER,
    MOST_PENDING,
    MOST_REST,
    PAUSES,
)
from tests.builders.market import rows, run
from tests.builders.people import a_user, an_organisation
from tests.builders.receivers import (
    Receiver,
    a_receiver,
    hangs,
    says,
    signatures,
    taken,
    trickles,
)
from tests.builders.webhooks import (
    SHORT,
    a_webhook,
    as_it_stands,
    attempts,
    catch_up,
    change,
    client_of,
    later,
    sender,
    told,
    waiting,
)


def test_an_event_is_sent_as_it_is_read(books: Wiring, receiver: Receiver) -> None:
    merchant = an_organisation(books, "merchant")
    endpoint = a_webhook(books, client_of(merchant), receiver.url)
    told(books, merchant, "held", "captured")
    assert sender(books).send_all() == 1
    page = run(
        books,
        read_events,
        EventFilter(),
        by=client_of(merchant),
        after=None,
        most=100,
        kept_since=books.clock.now() - timedelta(hours=1),
    )
    read = [event_answer(each) for each in page.events][-2:]
    assert [each.event for each in receiver.got] == read
    assert receiver.ids == [each["id"] for each in read]
    secret = webhook_secret(endpoint.secret_id, books.settings.identity_key)
    assert [signatures(each, secret) for each in receiver.got] == [[True], [True]]
    assert receiver.got[0].headers["content-type"] == "application/cloudevents+json"
    assert {each.outcome for each in attempts(books, endpoint)} == {"delivered"}
    assert waiting(books) == []
    assert sender(books).send_all() == 0
    assert len(receiver.got) == 2


def test_each_is_sent_what_its_organisation_reads_and_nothing_else(books: Wiring) -> None:
    """Random events of several readers, of everybody and of nobody."""
    merchants = [an_organisation(books, "merchant") for _ in range(3)]
    programme = Viewer("operator", None, a_user(books, "operator"))
    who = [*(client_of(each) for each in merchants), programme]
    chance = random.Random(7)
    with a_receiver() as one, a_receiver() as two, a_receiver() as three, a_receiver() as all_:
        receivers = (one, two, three, all_)
        for by, receiver in zip(who, receivers, strict=True):
            a_webhook(books, by, receiver.url)
        (begin,) = rows(books, "select max(event_no) as no from event")
        for _ in range(60):
            told(books, chance.choice([*merchants, EVERYBODY]), "captured")
        sender(books).send_all()
        for by, receiver in zip(who, receivers, strict=True):
            readers = None if by.sees_all else [by.tenant_id, EVERYBODY]
            read = rows(
                books,
                "select subject from event where event_no > :begin and"
                " case when cast(:readers as uuid[]) is null then not is_copy"
                " else tenant_id = any(cast(:readers as uuid[])) end order by event_no",
                begin=begin["no"],
                readers=readers,
            )
            sent = [each.event["subject"] for each in receiver.got]
            assert sent == [row["subject"] for row in read]
            assert 0 < len(sent) <= 60


def test_chosen_types_are_sent_and_the_rest_is_passed(books: Wiring, receiver: Receiver) -> None:
    merchant = an_organisation(books, "merchant")
    a_webhook(books, client_of(merchant), receiver.url, ("redemption.captured",))
    told(books, merchant, "held", "captured", "held")
    sender(books).send_all()
    assert [each.event["type"] for each in receiver.got] == ["redemption.captured"]
    (row,) = rows(
        books, "select after, (select max(event_no) from event) as last from webhook_endpoint"
    )
    assert row["after"] == row["last"]


@pytest.mark.parametrize("step", [SUSPEND, CLOSE])
def test_who_is_suspended_or_closed_is_sent_nothing(
    books: Wiring, receiver: Receiver, step: str
) -> None:
    merchant = an_organisation(books, "merchant")
    a_webhook(books, client_of(merchant), receiver.url)

    def move(connection: Any) -> None:
        standing = hold_standing(connection, merchant)
        assert standing is not None
        write_standing(connection, standing.move(step, now=books.clock.now()))

    run(books, move)
    told(books, merchant, "captured")
    assert sender(books).send_all() == 0
    assert receiver.got == []


def test_what_fails_is_tried_ten_times_by_the_schedule(books: Wiring, receiver: Receiver) -> None:
    merchant = an_organisation(books, "merchant")
    endpoint = a_webhook(books, client_of(merchant), receiver.url)
    told(books, merchant, "captured")
    receiver.answer = says(500, b"not today")
    for tried in range(1, ATTEMPTS):
        assert sender(books).send_all() == 1
        (pending,) = waiting(books)
        pause = PAUSES[tried - 1]
        most = pause * (1_000 + MOST_JITTER) // 1_000
        assert pause - timedelta(seconds=60) < pending["due_in"] <= most
        assert pending["tried"] == tried
        later(books, most)
    assert timedelta(hours=75) < sum(PAUSES, timedelta()) < timedelta(hours=76)
    sender(books).send_all()
    assert waiting(books) == []
    made = attempts(books, endpoint)
    assert [each.number for each in made] == list(range(1, ATTEMPTS + 1))
    assert {(each.outcome, each.status, each.answer) for each in made} == {
        ("refused", 500, b"not today")
    }
    assert len(set(receiver.ids)) == 1
    later(books, timedelta(days=1))
    assert sender(books).send_all() == 0


@pytest.mark.parametrize("status", [100, 300, 301, 302, 307, 400, 404, 429, 500, 503])
def test_nothing_but_a_2xx_means_that_it_was_taken(
    books: Wiring, receiver: Receiver, status: int
) -> None:
    merchant = an_organisation(books, "merchant")
    endpoint = a_webhook(books, client_of(merchant), receiver.url)
    with a_receiver() as other:
        receiver.answer = says(status, Location=other.url)
        told(books, merchant, "captured")
        sender(books, SHORT).send_all()
        assert other.got == []
    (made,) = attempts(books, endpoint)
    assert not made.delivered
    assert len(waiting(books)) == 1


@pytest.mark.parametrize(
    ("status", "said", "least_s"),
    [
        (429, "1800", 1800), (503, "1800", 1800), (429, "999999999999", 3600), (500, "1800", 0),
        (429, "soon", 0), (429, "-5", 0), (503, "Sun, 06 Nov 1994 08:49:37 GMT", 0),
        (503, "Wed, 06 Nov 2999 08:49:37 GMT", 3600),
    ],
)  # fmt: skip
def test_a_busy_receiver_is_left_alone_for_as_long_as_it_asks(
    books: Wiring, receiver: Receiver, status: int, said: str, least_s: int
) -> None:
    merchant = an_organisation(books, "merchant")
    a_webhook(books, client_of(merchant), receiver.url)
    receiver.answer = says(status, **{"Retry-After": said})
    told(books, merchant, "captured")
    sender(books).send_all()
    (pending,) = waiting(books)
    first = PAUSES[0].total_seconds()
    waits_s = pending["due_in"].total_seconds()
    assert max(least_s, first) - 60 < waits_s <= max(least_s, first * (1 + MOST_JITTER / 1_000))
    # Nothing else is sent to it either, meanwhile.
    told(books, merchant, "captured")
    later(books, PAUSES[0] * 2)
    receiver.answer = taken
    sender(books).send_all()
    assert len(receiver.got) == (1 if least_s else 3)


@pytest.mark.parametrize(("answer", "outcome"), [(hangs, "timed_out"), (trickles, "timed_out")])
def test_what_takes_too_long_was_not_taken(
    books: Wiring, receiver: Receiver, answer: Callable[[Any], None], outcome: str
) -> None:
    merchant = an_organisation(books, "merchant")
    endpoint = a_webhook(books, client_of(merchant), receiver.url)
    receiver.answer = answer
    told(books, merchant, "captured")
    sender(books, SHORT).send_all()
    (made,) = attempts(books, endpoint)
    assert made.outcome == outcome
    assert made.duration_ms >= 490


def test_of_a_long_answer_the_first_bytes_are_kept(books: Wiring, receiver: Receiver) -> None:
    merchant = an_organisation(books, "merchant")
    endpoint = a_webhook(books, client_of(merchant), receiver.url)
    receiver.answer = says(200, b"y" * 5_000_000)
    told(books, merchant, "captured")
    sender(books).send_all()
    (made,) = attempts(books, endpoint)
    assert (made.outcome, made.answer) == ("delivered", b"y" * 1_000)


def test_410_disables_the_endpoint_and_its_organisation_reads_so(
    books: Wiring, receiver: Receiver
) -> None:
    merchant = an_organisation(books, "merchant")
    endpoint = a_webhook(books, client_of(merchant), receiver.url)
    receiver.answer = says(410)
    told(books, merchant, "captured", "held")
    sender(books).send_all()
    stands = as_it_stands(books, endpoint)
    assert (stands.state, stands.reason) == ("disabled", "gone")
    events = rows(
        books,
        "select type, tenant_id, version from event where subject = :subject order by event_no",
        subject=public("whk", endpoint.endpoint_id),
    )
    assert [each["type"] for each in events] == ["webhook.enabled", "webhook.disabled"]
    assert events[-1]["tenant_id"] == merchant
    later(books, timedelta(days=1))
    assert sender(books).send_all() == 0
    assert len(receiver.got) == 1


def test_an_endpoint_that_took_nothing_for_five_days_is_disabled(
    books: Wiring, receiver: Receiver
) -> None:
    merchant = an_organisation(books, "merchant")
    endpoint = a_webhook(books, client_of(merchant), receiver.url)
    receiver.answer = says(500)
    for _ in range(5):
        told(books, merchant, "captured")
        sender(books).send_all()
        assert as_it_stands(books, endpoint).state == "enabled"
        later(books, timedelta(days=1))
    sender(books).send_all()
    stands = as_it_stands(books, endpoint)
    assert (stands.state, stands.reason) == ("disabled", "failing")


def test_one_that_took_anything_begins_anew(books: Wiring, receiver: Receiver) -> None:
    merchant = an_organisation(books, "merchant")
    endpoint = a_webhook(books, client_of(merchant), receiver.url)
    receiver.answer = says(500)
    told(books, merchant, "captured")
    sender(books).send_all()
    later(books, timedelta(days=4))
    receiver.answer = taken
    sender(books).send_all()
    receiver.answer = says(500)
    told(books, merchant, "captured")
    sender(books).send_all()
    later(books, timedelta(days=2))
    sender(books).send_all()
    assert as_it_stands(books, endpoint).state == "enabled"


def test_an_event_that_is_never_taken_holds_up_no_other(books: Wiring, receiver: Receiver) -> None:
    merchant = an_organisation(books, "merchant")
    a_webhook(books, client_of(merchant), receiver.url)
    (bad, *good) = told(books, merchant, "captured", "held", "expired")

    def picky(handler: Any) -> None:
        refused = json.loads(receiver.got[-1].body)["subject"] == bad
        handler.reply(500 if refused else 200)

    receiver.answer = picky
    sender(books).send_all()
    later(books, MOST_REST)
    sender(books).send_all()
    # Longer than it is left alone after a second failure, and not until what failed is due again.
    later(books, 4 * LEAST_REST)
    sender(books).send_all()
    subjects = [each.event["subject"] for each in receiver.got]
    assert [each for each in subjects if each != bad] == good
    assert len(waiting(books)) == 1


def test_a_dead_receiver_has_no_more_than_so_much_waiting(
    books: Wiring, receiver: Receiver
) -> None:
    """Its events stand in their table: what was not begun needs no row."""
    merchant = an_organisation(books, "merchant")
    endpoint = a_webhook(books, client_of(merchant), receiver.url)
    change(
        books,
        "insert into webhook_pending (pending_id, endpoint_id, event_no, tried, is_replay, due_at)"
        " select gen_random_uuid(), :id, 1000000 + n, 1, false, now() + interval '1 hour'"
        " from generate_series(1, :most) n",
        id=endpoint.endpoint_id,
        most=MOST_PENDING,
    )
    told(books, merchant, "captured")
    assert sender(books).send_all() == 1
    assert receiver.got == []
    change(books, "delete from webhook_pending where event_no > 1000001")
    later(books, MOST_REST)
    sender(books).send_all()
    assert len(receiver.got) == 1


def test_an_endpoint_is_sent_nothing_of_before(books: Wiring, receiver: Receiver) -> None:
    merchant = an_organisation(books, "merchant")
    told(books, merchant, "captured")
    endpoint = a_webhook(books, client_of(merchant), receiver.url)
    catch_up(books)
    sender(books).send_all()
    assert receiver.got == []
    assert attempts(books, endpoint) == []
