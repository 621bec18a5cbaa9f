"""What a till may do when it cannot reach us: each sentence of the README, with a real server.

Connections are cut after the request was sent, and the server is killed in the middle of a sale.
"""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import text

from app.ids import parse, public
from app.settings import Settings
from app.usecases.organisations.create_client import NewClient, create_client
from app.wiring import Wiring, wire
from tests.builders.jobs import until
from tests.builders.points import a_person_with, points_of
from tests.builders.redemption import a_code, a_request_no, an_offer
from tests.builders.server import Served, served

LIFE = timedelta(minutes=1)


class Till:
    """A till of a merchant whose server can be cut off, killed and started again."""

    def __init__(self, settings: Settings, log: Path, running: ExitStack) -> None:
        self.settings, self.log, self.running = settings, log, running
        self.wiring: Wiring = wire(settings)
        running.callback(self.wiring.database.close)
        [made] = self.wiring.database.transact(
            create_client,
            [NewClient("merchant", f"merchant {secrets.token_hex(3)}")],
            now=self.wiring.clock.now(),
        )
        self.grant = {
            "grant_type": "client_credentials",
            "client_id": made.client_id,
            "client_secret": made.client_secret,
        }
        self.offer = an_offer(self.wiring, merchant_id=made.organisation_id)
        self.person = a_person_with(self.wiring, 500)
        self.start()

    def start(self) -> None:
        self.server: Served = self.running.enter_context(served(self.settings, self.log))
        self.web = self.running.enter_context(
            httpx.Client(base_url=self.server.base_url, timeout=20)
        )
        told = self.web.post("/v1/auth/token", data=self.grant)
        assert told.status_code == 200, told.text
        self.token = told.json()["access_token"]

    def body(self, **changes: Any) -> dict[str, Any]:
        return {
            "code": a_code(self.wiring, self.person),
            "offer_id": public("ofr", self.offer.offer_id),
            "out_request_no": a_request_no(),
            "store_id": "S1",
            **changes,
        }

    def sends(self, path: str, body: dict[str, Any]) -> httpx.Response:
        headers = {
            "Authorization": f"Bearer {self.token}", "Idempotency-Key": secrets.token_hex(8),
        }  # fmt: skip
        return self.web.post(f"/v1/merchant/redemptions/{path}", json=body, headers=headers)

    def captures(self, body: dict[str, Any]) -> httpx.Response:
        return self.sends("capture", body)

    def queries(self, number: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.web.get(f"/v1/merchant/redemptions/{number}", headers=headers)

    def sends_and_is_cut_off(self, path: str, body: dict[str, Any]) -> None:
        """The whole request leaves; of the answer nothing arrives."""
        at, sent = urlsplit(self.server.base_url), json.dumps(body).encode()
        head = (
            f"POST /v1/merchant/redemptions/{path} HTTP/1.1\r\nHost: {at.netloc}\r\n"
            f"Authorization: Bearer {self.token}\r\nIdempotency-Key: {secrets.token_hex(8)}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n"
        )
        assert at.port is not None
        with socket.create_connection(("127.0.0.1", at.port), timeout=10) as line:
            line.sendall(head.encode() + sent)

    def waits_for(self, pid: int) -> bool:
        """Whether a sale stands before a lock that this process of the database has."""
        asked = text(
            "select exists (select from pg_stat_activity where :pid = any(pg_blocking_pids(pid)))"
        )
        with self.wiring.database.engine.connect() as connection:
            return bool(connection.execute(asked, {"pid": pid}).scalar_one())

    def points(self) -> int:
        return int(points_of(self.wiring, self.person)["available"])


@pytest.fixture
def till(settings: Settings, tmp_path: Path) -> Iterator[Till]:
    with ExitStack() as running:
        yield Till(settings, tmp_path / "server.log", running)


def test_a_sale_whose_answer_was_lost_is_found_under_its_number_and_made_once(till: Till) -> None:
    body = till.body()
    number = body["out_request_no"]
    till.sends_and_is_cut_off("capture", body)
    until(lambda: till.queries(number).status_code == 200)
    found = till.queries(number).json()
    assert (found["state"], found["points"]) == ("captured", 100)
    again = till.captures(body)
    assert (again.status_code, again.json()["id"]) == (201, found["id"])
    assert till.points() == 400
    # A till that lost its number too scans the code again, and is told what it sold.
    other = till.captures({**body, "out_request_no": a_request_no()})
    assert (other.status_code, other.json()["code"]) == (409, "CODE_USED")
    assert other.json()["details"]["redemption"]["out_request_no"] == number
    assert till.points() == 400


def test_a_refund_whose_answer_was_lost_is_sent_again_and_made_once(till: Till) -> None:
    body = till.body(quantity=3)
    number = body["out_request_no"]
    assert till.captures(body).status_code == 201
    refund = {"quantity": 1, "out_refund_no": a_request_no(), "reason": "Cold."}
    till.sends_and_is_cut_off(f"{number}/reverse", refund)
    until(lambda: till.queries(number).json()["reversed_quantity"] == 1)
    again = till.sends(f"{number}/reverse", refund)
    assert (again.status_code, again.json()["reversed_quantity"]) == (200, 1)
    assert till.points() == 300


def test_what_was_on_its_way_when_we_crashed_did_not_happen_and_is_sent_again(till: Till) -> None:
    body = till.body()
    number = body["out_request_no"]
    # Somebody else has the person's points for a moment, so that the sale is in its middle.
    with till.wiring.database.engine.connect() as connection, connection.begin():
        connection.execute(
            text("select from points_account where participant_id = :person for update"),
            {"person": till.person},
        )
        pid = connection.execute(text("select pg_backend_pid()")).scalar_one()
        till.sends_and_is_cut_off("capture", body)
        until(lambda: till.waits_for(pid), within_s=15)
        till.server.kill()
    till.start()
    unknown = till.queries(number)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "NOT_FOUND")
    assert till.points() == 500
    sold = till.captures(body)
    assert sold.status_code == 201, sold.text
    assert till.points() == 400


def test_what_was_sold_before_we_crashed_is_there_afterwards(till: Till) -> None:
    body = till.body()
    sold = till.captures(body)
    assert sold.status_code == 201, sold.text
    till.server.kill()
    with pytest.raises(httpx.TransportError):
        till.queries(body["out_request_no"])
    till.start()
    assert till.queries(body["out_request_no"]).json() == sold.json()
    assert till.captures(body).json() == sold.json()
    assert till.points() == 400


def test_nothing_is_given_on_trust_as_a_code_that_was_kept_for_later_sells_nothing(
    till: Till,
) -> None:
    shown_at = datetime.now(UTC) - 2 * LIFE
    body = till.body(code=a_code(till.wiring, till.person, now=shown_at))
    late = till.captures(body)
    assert (late.status_code, late.json()["code"]) == (410, "CODE_EXPIRED")
    # After that moment an unknown number is final: whoever was given nothing paid nothing.
    assert till.queries(body["out_request_no"]).status_code == 404
    assert till.points() == 500


def test_an_unknown_number_is_not_reversed_and_becomes_no_sale(till: Till) -> None:
    number = a_request_no()
    asked = {"out_refund_no": a_request_no(), "reason": "Not known."}
    answer = till.sends(f"{number}/reverse", asked)
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert till.queries(number).status_code == 404


def test_a_days_sales_are_read_after_an_outage_and_are_what_the_till_has(till: Till) -> None:
    bodies = [till.body() for _ in range(3)]
    for body in bodies[:2]:
        assert till.captures(body).status_code == 201
    till.sends_and_is_cut_off("capture", bodies[2])
    until(lambda: till.queries(bodies[2]["out_request_no"]).status_code == 200)
    till.server.kill()
    till.start()
    headers = {"Authorization": f"Bearer {till.token}"}
    listed = till.web.get("/v1/merchant/redemptions", headers=headers).json()["data"]
    assert [each["out_request_no"] for each in listed] == [
        each["out_request_no"] for each in reversed(bodies)
    ]
    assert all(parse("rdm", each["id"]) for each in listed)
