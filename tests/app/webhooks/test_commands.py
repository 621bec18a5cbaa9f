"""Commands for whoever writes a receiver: they ask over HTTP, as a program does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from werkzeug.serving import make_server

from app.commands.main import tanpuhui
from app.factory import create_app
from app.ids import public
from app.usecases.organisations.create_client import NewClient, create_client
from app.wiring import Wiring
from behaviours.webhooks import WebhookEndpoint
from tests.builders.market import run
from tests.builders.receivers import Receiver, says, signatures
from tests.builders.webhooks import a_webhook, client_of, sender, told


class Shop(NamedTuple):
    """A merchant with a client, and where it asks."""

    organisation_id: UUID
    client_id: str
    secret: str
    url: str


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def api(own_books: Wiring) -> Iterator[str]:
    with served(create_app(own_books)) as url:
        yield url


@pytest.fixture
def shop(books: Wiring, api: str) -> Shop:
    new = NewClient(kind="merchant", name="shop")
    (made,) = run(books, create_client, [new], now=books.clock.now())
    return Shop(made.organisation_id, made.client_id, made.client_secret, api)


def typed(shop: Shop, *arguments: str, secret: str | None = None) -> Result:
    """``tanpuhui …`` on a machine that knows nothing but the address and the client."""
    who = ("--url", shop.url, "--client", shop.client_id)
    environ = {"TANPUHUI_CLIENT_SECRET": secret or shop.secret}
    return CliRunner().invoke(tanpuhui, [*arguments, *who], env=environ)


def test_events_are_printed_a_line_each(books: Wiring, shop: Shop) -> None:
    subjects = told(books, shop.organisation_id, "held", "captured", "reversed")
    all_ = typed(shop, "events", "tail", "--after", "oldest", "--no-follow")
    assert all_.exit_code == 0, all_.output
    events = [json.loads(line) for line in all_.stdout.splitlines()]
    assert [each["subject"] for each in events] == subjects
    one = typed(shop, "events", "tail", "--after", events[0]["id"], "--no-follow", "--type",
                "redemption.reversed")  # fmt: skip
    assert [json.loads(line) for line in one.stdout.splitlines()] == events[2:]
    latest = typed(shop, "events", "tail", "--no-follow")
    assert (latest.exit_code, latest.stdout) == (0, "")


def test_who_is_not_known_is_told_so(shop: Shop) -> None:
    refused = typed(shop, "events", "tail", "--no-follow", secret="another")
    assert refused.exit_code == 1
    assert "401" in refused.output


def test_events_are_sent_to_a_receiver_here_signed_by_a_printed_secret(
    books: Wiring, shop: Shop, receiver: Receiver
) -> None:
    told(books, shop.organisation_id, "held", "captured", "reversed")
    receiver.answer = says(500)
    listened = typed(shop, "webhooks", "listen", "--forward-to", receiver.url, "--after", "oldest",
                     "--no-follow", "--type", "redemption.captured", "--type",
                     "redemption.reversed")  # fmt: skip
    assert listened.exit_code == 0, listened.output
    secret = listened.stderr.split()[-1]
    assert [each.event["type"] for each in receiver.got] == [
        "redemption.captured",
        "redemption.reversed",
    ]
    assert [signatures(each, secret) for each in receiver.got] == [[True], [True]]
    assert listened.stdout.count("500 refused") == 2


@pytest.mark.parametrize(("status", "code"), [(204, 0), (500, 1)])
def test_a_trial_is_sent_and_its_outcome_printed(
    books: Wiring, shop: Shop, receiver: Receiver, status: int, code: int
) -> None:
    endpoint: WebhookEndpoint = a_webhook(books, client_of(shop.organisation_id), receiver.url)
    receiver.answer = says(status)
    stop = threading.Event()
    sending = threading.Thread(target=sender(books).send_until, args=(stop,))
    sending.start()
    try:
        name = public("whk", endpoint.endpoint_id)
        tried = typed(shop, "webhooks", "trigger", "redemption.captured", "--webhook", name)
    finally:
        stop.set()
        sending.join()
    assert tried.exit_code == code, tried.output
    answer = json.loads(tried.stdout)
    assert (answer["status"], answer["test"]) == (status, True)
    assert receiver.got[0].event["test"] is True
