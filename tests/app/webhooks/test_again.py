"""Events are sent again, secrets rotate, and what was disabled goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.ids import new_id
from app.secrecy.webhook_secrets import webhook_secret
from app.store.webhooks.endpoints import delete_endpoints_of
from app.usecases.events.read_events import read_events
from app.usecases.webhooks.change_webhook import change_webhook
from app.usecases.webhooks.move_webhook import move_webhook
from app.usecases.webhooks.replay_delivery import replay_delivery
from app.usecases.webhooks.replay_events import replay_events
from app.usecases.webhooks.rotate_webhook import rotate_webhook
from app.usecases.webhooks.try_webhook import try_webhook
from app.wiring import Wiring
from behaviours.events import EventFilter, EventsGone, WrittenEvent
from behaviours.webhooks import (
    DELETE,
    DISABLE,
    ENABLE,
    OVERLAP,
    EventGone,
    FormerSecretGood,
    NewWebhook,
    ReplayTooLong,
    UnknownDelivery,
    UnknownWebhook,
    WebhookEndpoint,
    WebhookMoved,
)
from tests.builders.market import rows, run
from tests.builders.people import an_organisation
from tests.builders.receivers import Receiver, a_receiver, says, signatures, taken
from tests.builders.refusals import refuses
from tests.builders.webhooks import (
    a_webhook,
    as_it_stands,
    attempts,
    catch_up,
    client_of,
    later,
    sender,
    told,
    waiting,
)


@pytest.fixture
def merchant(books: Wiring) -> UUID:
    return an_organisation(books, "merchant")


@pytest.fixture
def endpoint(books: Wiring, receiver: Receiver, merchant: UUID) -> WebhookEndpoint:
    return a_webhook(books, client_of(merchant), receiver.url)


def events_of(books: Wiring, merchant: UUID) -> tuple[WrittenEvent, ...]:
    page = run(
        books,
        read_events,
        EventFilter(),
        by=client_of(merchant),
        after=None,
        most=100,
        kept_since=books.clock.now() - timedelta(hours=1),
    )
    return page.events


def replay(books: Wiring, endpoint: WebhookEndpoint, after: UUID, until: UUID, **more: Any) -> int:
    given = {"kept_since": books.clock.now() - timedelta(hours=1), **more}
    assert endpoint.organisation_id is not None
    by = client_of(endpoint.organisation_id)
    return run(books, replay_events, endpoint.endpoint_id, after=after, until=until, by=by, **given)


def step(books: Wiring, endpoint: WebhookEndpoint, name: str, **more: Any) -> WebhookEndpoint:
    assert endpoint.organisation_id is not None
    by = client_of(endpoint.organisation_id)
    return run(books, move_webhook, endpoint.endpoint_id, name, by=by, clock=books.clock, **more)


def rotate(books: Wiring, endpoint: WebhookEndpoint, overlap: timedelta) -> WebhookEndpoint:
    assert endpoint.organisation_id is not None
    by = client_of(endpoint.organisation_id)
    return run(
        books, rotate_webhook, endpoint.endpoint_id, overlap=overlap, by=by, clock=books.clock
    )


def test_a_delivery_is_sent_again_by_the_same_id(
    books: Wiring, receiver: Receiver, merchant: UUID, endpoint: WebhookEndpoint
) -> None:
    told(books, merchant, "held", "captured")
    sender(books).send_all()
    first, _ = attempts(books, endpoint)
    run(
        books,
        replay_delivery,
        endpoint.endpoint_id,
        first.attempt_id,
        by=client_of(merchant),
    )
    sender(books).send_all()
    assert receiver.ids == [*receiver.ids[:2], receiver.ids[0]]
    again = attempts(books, endpoint)[-1]
    assert (again.is_replay, again.number, again.message_id) == (True, 1, first.message_id)
    assert receiver.got[2].body == receiver.got[0].body
    assert waiting(books) == []


def test_what_was_given_up_is_sent_again_as_if_it_were_new(
    books: Wiring, receiver: Receiver, merchant: UUID, endpoint: WebhookEndpoint
) -> None:
    receiver.answer = says(500)
    told(books, merchant, "captured")
    sender(books).send_all()
    later(books, timedelta(minutes=1))
    sender(books).send_all()
    (_, second) = attempts(books, endpoint)
    run(books, replay_delivery, endpoint.endpoint_id, second.attempt_id, by=client_of(merchant))
    (pending,) = waiting(books)
    assert (pending["tried"], pending["is_replay"]) == (0, True)
    assert sender(books).send_all() == 1, "it is not left alone when somebody asks"
    assert attempts(books, endpoint)[-1].number == 1
    assert waiting(books)[0]["tried"] == 1


def test_a_range_is_sent_again_with_what_was_never_sent(
    books: Wiring, receiver: Receiver, merchant: UUID
) -> None:
    told(books, merchant, "held", "captured", "reversed", "held", "captured")
    endpoint = a_webhook(books, client_of(merchant), receiver.url, ("redemption.captured",))
    events = [each for each in events_of(books, merchant) if each.type.startswith("redemption")]
    held, captured, _, _, last = events
    assert replay(books, endpoint, held.event_id, last.event_id) == 2
    sender(books).send_all()
    assert [each.event["subject"] for each in receiver.got] == [captured.subject, last.subject]
    assert replay(books, endpoint, captured.event_id, captured.event_id) == 0


def test_a_range_has_its_bounds(
    books: Wiring, merchant: UUID, endpoint: WebhookEndpoint, monkeypatch
) -> None:
    told(books, merchant, "held", "captured", "reversed")
    first, *_, last = events_of(books, merchant)
    monkeypatch.setattr("app.usecases.webhooks.replay_events.MOST_REPLAYED", 1)
    with refuses(ReplayTooLong, "More than 1 "):
        replay(books, endpoint, first.event_id, last.event_id)
    later_on = books.clock.now() + timedelta(hours=1)
    with refuses(EventsGone):
        replay(books, endpoint, first.event_id, last.event_id, kept_since=later_on)


def test_nothing_of_others_is_sent_again(
    books: Wiring, receiver: Receiver, merchant: UUID, endpoint: WebhookEndpoint
) -> None:
    other = an_organisation(books, "merchant")
    others = a_webhook(books, client_of(other), receiver.url)
    told(books, other, "captured")
    sender(books).send_all()
    (made,) = attempts(books, others)
    with refuses(UnknownDelivery):
        run(books, replay_delivery, endpoint.endpoint_id, made.attempt_id, by=client_of(merchant))
    with refuses(UnknownWebhook):
        run(books, replay_delivery, others.endpoint_id, made.attempt_id, by=client_of(merchant))
    event = events_of(books, other)[-1]
    before = UUID(int=event.event_id.int - 1)
    assert replay(books, endpoint, before, event.event_id) == 0


def test_a_trial_is_marked_and_goes_to_one_endpoint_once(
    books: Wiring, receiver: Receiver, merchant: UUID, endpoint: WebhookEndpoint
) -> None:
    with a_receiver() as other:
        a_webhook(books, client_of(merchant), other.url)
        receiver.answer = says(500)
        made = run(
            books,
            try_webhook,
            endpoint.endpoint_id,
            "trade.delivered",
            by=client_of(merchant),
        )
        sender(books).send_all()
        assert other.got == []
    (got,) = receiver.got
    assert (got.event["type"], got.event["test"], got.id) == (
        "trade.delivered",
        True,
        f"evt_{made.hex}",
    )
    secret = webhook_secret(endpoint.secret_id, books.settings.identity_key)
    assert signatures(got, secret) == [True]
    assert waiting(books) == []
    (tried,) = attempts(books, endpoint)
    assert (tried.is_trial, tried.delivered) == (True, False)
    assert rows(books, "select from event where type = 'trade.delivered'") == []
    with refuses(EventGone, "a test"):
        run(books, replay_delivery, endpoint.endpoint_id, tried.attempt_id, by=client_of(merchant))


def test_while_secrets_overlap_either_one_proves_a_message(
    books: Wiring, receiver: Receiver, merchant: UUID, endpoint: WebhookEndpoint
) -> None:
    key = books.settings.identity_key
    rotated = rotate(books, endpoint, OVERLAP)
    old, new = (webhook_secret(each.secret_id, key) for each in (endpoint, rotated))
    assert old != new
    catch_up(books)
    told(books, merchant, "captured")
    sender(books).send_all()
    (got,) = receiver.got
    assert (signatures(got, new), signatures(got, old)) == ([True, False], [False, True])
    with refuses(FormerSecretGood):
        rotate(books, endpoint, OVERLAP)
    later(books, OVERLAP)
    told(books, merchant, "captured")
    sender(books).send_all()
    assert signatures(receiver.got[-1], new) == [True]
    assert signatures(receiver.got[-1], old) == [False]


def test_a_secret_that_leaked_ends_at_once(
    books: Wiring, receiver: Receiver, merchant: UUID, endpoint: WebhookEndpoint
) -> None:
    rotate(books, endpoint, OVERLAP)
    rotated = rotate(books, endpoint, timedelta())
    catch_up(books)
    told(books, merchant, "captured")
    sender(books).send_all()
    secret = webhook_secret(rotated.secret_id, books.settings.identity_key)
    assert signatures(receiver.got[0], secret) == [True]


@pytest.mark.parametrize("skips", [False, True])
def test_what_is_enabled_goes_on_where_it_stopped_or_from_now_on(
    books: Wiring, receiver: Receiver, merchant: UUID, endpoint: WebhookEndpoint, skips: bool
) -> None:
    step(books, endpoint, DISABLE)
    told(books, merchant, "held")
    assert sender(books).send_all() == 0
    with refuses(WebhookMoved):
        step(books, endpoint, DISABLE)
    with refuses(WebhookMoved):
        run(books, try_webhook, endpoint.endpoint_id, "trade.paid", by=client_of(merchant))
    enabled = step(books, endpoint, ENABLE, skip_missed=skips)
    assert (enabled.state, enabled.reason, enabled.revision) == ("enabled", None, 3)
    told(books, merchant, "captured")
    sender(books).send_all()
    of_redemptions = [e for e in receiver.got if e.event["type"].startswith("redemption")]
    assert len(of_redemptions) == (1 if skips else 2)


def test_who_enables_what_failed_for_days_gives_it_as_many_days(
    books: Wiring, receiver: Receiver, merchant: UUID, endpoint: WebhookEndpoint
) -> None:
    receiver.answer = says(410)
    told(books, merchant, "held")
    sender(books).send_all()
    step(books, endpoint, ENABLE)
    receiver.answer = taken
    sender(books).send_all()
    later(books, timedelta(minutes=1))
    sender(books).send_all()
    assert as_it_stands(books, endpoint).state == "enabled"
    assert waiting(books) == []


def test_what_is_deleted_is_seen_by_nobody_and_sent_nothing(
    books: Wiring, receiver: Receiver, merchant: UUID, endpoint: WebhookEndpoint
) -> None:
    receiver.answer = says(500)
    told(books, merchant, "held")
    sender(books).send_all()
    step(books, endpoint, DELETE)
    assert waiting(books) == []
    later(books, timedelta(minutes=10))
    assert sender(books).send_all() == 0
    with refuses(UnknownWebhook):
        step(books, endpoint, ENABLE)


def test_one_that_is_deleted_while_it_is_sent_to_leaves_nothing_behind(
    books: Wiring, receiver: Receiver, merchant: UUID, endpoint: WebhookEndpoint
) -> None:
    def deletes(handler: Any) -> None:
        step(books, endpoint, DELETE)
        handler.reply(500)

    receiver.answer = deletes
    told(books, merchant, "held")
    sender(books).send_all()
    assert len(receiver.got) == 1
    assert waiting(books) == []


def test_those_of_an_organisation_end_with_it(
    books: Wiring, receiver: Receiver, merchant: UUID, endpoint: WebhookEndpoint
) -> None:
    run(books, delete_endpoints_of, merchant, now=books.clock.now())
    with refuses(UnknownWebhook):
        as_it_stands(books, endpoint)
    (*_, last) = rows(
        books,
        "select type, tenant_id, version from event where subject = :subject order by event_no",
        subject=f"whk_{endpoint.endpoint_id.hex}",
    )
    assert last == {"type": "webhook.deleted", "tenant_id": merchant, "version": 2}


def test_what_waits_goes_to_the_new_address(
    books: Wiring, receiver: Receiver, merchant: UUID, endpoint: WebhookEndpoint
) -> None:
    receiver.answer = says(500)
    told(books, merchant, "held")
    sender(books).send_all()
    with a_receiver() as next_one:
        changed = run(
            books,
            change_webhook,
            endpoint.endpoint_id,
            NewWebhook(next_one.url, "moved", ()),
            tls_only=False,
            by=client_of(merchant),
        )
        assert (changed.url, changed.description, changed.revision) == (next_one.url, "moved", 2)
        later(books, timedelta(minutes=10))
        sender(books).send_all()
        assert receiver.ids[0] in next_one.ids


def test_an_unknown_delivery_is_refused(
    books: Wiring, merchant: UUID, endpoint: WebhookEndpoint
) -> None:
    with refuses(UnknownDelivery):
        run(books, replay_delivery, endpoint.endpoint_id, new_id(), by=client_of(merchant))
