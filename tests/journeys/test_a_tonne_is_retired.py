"""A metro ride and some sunshine become a tonne, which is sold, retired and proven; HTTP only."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.factory import create_app
from app.settings import Settings
from app.usecases.access.create_client import NewClient, create_client
from app.usecases.access.create_user import NewUser, create_user
from app.wiring import Wiring, wire
from rewards.market.certificate import verify_certificate
from rewards.market.inclusion import verify_inclusion
from rewards.market.serials import parse_serial
from tests.builders.audit import assert_books_balance
from tests.builders.jobs import drain
from tests.builders.people import Http

YEAR = datetime.now(UTC).year + 1
PV = "gd.distributed_pv"


@pytest.fixture
def programme(settings: Settings, fresh_database: str, tmp_path: Path) -> Iterator[Wiring]:
    """A programme of its own, with a clock of its own that this story moves."""
    made = wire(
        replace(
            settings,
            database_url=fresh_database,
            data_dir=tmp_path,
            rate_limit_per_minute=1_000_000,
        )
    )
    yield made
    made.close()


@dataclass
class Caller:
    """Somebody with a token; answers are checked for their status and returned as JSON."""

    http: Http
    token: str | None = None
    organisation_id: str = ""

    def get(self, path: str, expected: int = 200) -> Any:
        return self._checked(self.http.get(path, token=self.token), path, expected)

    def post(self, path: str, body: Any = None, expected: int = 200) -> Any:
        answer = self.http.post(path, body, token=self.token, key=secrets.token_hex(8))
        return self._checked(answer, path, expected)

    @staticmethod
    def _checked(answer: Any, path: str, expected: int) -> Any:
        assert answer.status_code == expected, (path, answer.status_code, answer.get_json())
        return answer.get_json()


@dataclass
class Story:
    """Everybody who takes part."""

    wiring: Wiring
    http: Http

    def organisation(self, kind: str) -> Caller:
        [made] = self.wiring.database.transact(
            lambda books: create_client(
                books,
                [NewClient(kind, f"The {kind} {secrets.token_hex(2)}")],
                now=self.wiring.clock.now(),
            )
        )
        asked = {
            "grant_type": "client_credentials",
            "client_id": made.client_id,
            "client_secret": made.client_secret,
        }
        token = Caller(self.http).post("/v1/auth/token", asked)["access_token"]
        return Caller(self.http, token, f"org_{made.organisation_id.hex}")

    def user(self, role: str, participant_id: Any = None) -> Caller:
        name, password = f"{role}-{secrets.token_hex(4)}", secrets.token_urlsafe(16)
        self.wiring.database.transact(
            lambda books: create_user(
                books,
                [NewUser(name, password, role, participant_id)],
                now=self.wiring.clock.now(),
            )
        )
        asked = {"grant_type": "password", "username": name, "password": password}
        return Caller(self.http, Caller(self.http).post("/v1/auth/token", asked)["access_token"])

    def advance(self, **step: Any) -> None:
        Caller(self.http).post("/v1/test/clock/advance", step)


def enrolled(provider: Caller) -> str:
    return provider.post(
        "/v1/participants",
        {
            "identity": secrets.token_hex(8),
            "region": "CN-44",
            "consents": [
                {"scene": "travel", "text_version": "2026-01"},
                {"scene": "housing", "text_version": "2026-01"},
            ],
        },
        expected=201,
    )["id"]


def reported(provider: Caller, person: str, behaviour: str, **deed: Any) -> dict[str, Any]:
    body = {
        "participant_id": person,
        "behaviour": behaviour,
        "external_id": secrets.token_hex(8),
        "region": "CN-44",
        **deed,
    }
    return provider.post("/v1/actions", body, expected=201)


def entrusting(story: Story, person: str) -> Caller:
    """The person logs in and lets this year's reductions be pooled."""
    me = story.user("participant", _uuid(person))
    me.post(
        "/v1/me/contributions",
        {"from": f"{YEAR}-01-01", "to": f"{YEAR}-12-31", "text_version": "2026-01"},
        expected=201,
    )
    return me


def _uuid(public_id: str) -> Any:
    return UUID(hex=public_id.partition("_")[2])


def test_a_tonne_is_retired(programme: Wiring) -> None:
    story = Story(programme, Http(create_app(programme)))
    anybody = Caller(story.http)
    story.advance(to=f"{YEAR}-07-01T00:00:00+08:00")

    # Two people, a ride, and a month of sunshine on a roof.
    provider = story.organisation("provider")
    rider, owner = enrolled(provider), enrolled(provider)
    me, neighbour = entrusting(story, rider), entrusting(story, owner)
    story.advance(days=3)
    ride = reported(
        provider,
        rider,
        "metro_ride",
        occurred_at=f"{YEAR}-07-02T08:30:00+08:00",
        quantities={"trips": "1"},
        evidence={"ride_id": secrets.token_hex(6)},
    )
    assert ride["reduction"]["reduction_kg"] == "0.046000"
    sunshine = reported(
        provider,
        owner,
        "distributed_pv",
        occurred_at=f"{YEAR}-07-01T06:00:00+08:00",
        ended_at=f"{YEAR}-07-03T19:00:00+08:00",
        quantities={"generation_kwh": "6000"},
        evidence={"meter_id": "440301-0042"},
    )
    points = _points(me)

    # Both rest on figures that two people have to vouch for.
    operator, authority = story.user("operator"), story.user("authority")
    bundle = _open(operator)
    _select(story, operator, bundle)
    assert operator.get(f"/v1/bundles/{bundle}")["reductions"] == 0
    operator.post(f"/v1/bundles/{bundle}/report", expected=409)
    operator.post(f"/v1/bundles/{bundle}/cancel", expected=202)
    for action in (ride, sunshine):
        code, _, version = action["reduction"]["methodology"].partition("@")
        path = f"/v1/methodologies/{code}/versions/{version}/gate-approvals"
        assert operator.post(path, {"reason": "Checked."}, 201)["open"] is False
        assert authority.post(path, {"reason": "Checked again."}, 201)["open"] is True
    drain(programme)

    # Selected, reported, verified.
    bundle = _open(operator)
    _select(story, operator, bundle)
    made = operator.get(f"/v1/bundles/{bundle}")
    assert made["reductions"] == 2
    operator.post(f"/v1/bundles/{bundle}/report", expected=202)
    drain(programme)
    report = operator.get(f"/v1/bundles/{bundle}/report")
    assert {line["behaviour"] for line in report["by_behaviour"]} == {
        "metro_ride",
        "distributed_pv",
    }
    verifier, stranger = story.organisation("verifier"), story.organisation("verifier")
    made = operator.post(f"/v1/bundles/{bundle}/submit", {"verifier_id": verifier.organisation_id})
    assert made["sampling_plan"]["size"] == 2
    stranger.get(f"/v1/bundles/{bundle}/sample", 404)
    sample = verifier.get(f"/v1/bundles/{bundle}/sample")["data"]
    shown = str(sample)
    for hidden in (rider, owner, rider[4:], owner[4:], "440301-0042"):
        assert hidden not in shown
    verifier.post(
        f"/v1/bundles/{bundle}/opinion", {"opinion": "positive", "statement": "Fine."}, 409
    )
    counted = verifier.post(
        f"/v1/bundles/{bundle}/findings",
        {"findings": [{"action_id": each["action_id"]} for each in sample]},
    )
    assert counted == {"received": 2, "missing": 0}
    made = verifier.post(
        f"/v1/bundles/{bundle}/opinion", {"opinion": "positive", "statement": "Fine."}
    )
    assert made["deducted_kg"] == "0.000000"

    # Noticed, sealed, issued: by two people, after the notice.
    anybody.get(f"/v1/registry/bundles/{bundle}", 404)
    operator.post(f"/v1/bundles/{bundle}/notice")
    anybody.get(f"/v1/registry/bundles/{bundle}")
    operator.post(f"/v1/bundles/{bundle}/seal", expected=409)
    story.advance(days=14)
    assert operator.post(f"/v1/bundles/{bundle}/seal", expected=202)["awaiting"] == ["authority"]
    assert authority.post(f"/v1/bundles/{bundle}/seal", expected=202)["awaiting"] == []
    drain(programme)
    assert operator.get(f"/v1/bundles/{bundle}")["state"] == "sealed"
    authority.post(f"/v1/bundles/{bundle}/issue", expected=202)
    made = operator.post(f"/v1/bundles/{bundle}/issue", expected=201)
    assert int(made["issued_t"]) >= 3

    # The ride is in it, and anybody can check that with what the registry publishes.
    published = anybody.get(f"/v1/registry/bundles/{bundle}")
    found = me.get(f"/v1/me/actions/{ride['id']}/inclusion")
    assert verify_inclusion(
        found["proof"],
        root_digest=published["root"],
        total_mg=int(published["total_mg"]),
    )
    mine = found["offset_mg"]
    assert int(mine["to"]) - int(mine["from"]) == 46_000
    neighbour.get(f"/v1/me/actions/{ride['id']}/inclusion", 404)
    assert _points(me) == points

    # Sold and delivered against payment.
    (block,) = [each for each in published["blocks"] if each["state"] == "active"]
    price = {"amount": "65.00", "currency": "CNY"}
    listing = operator.post(
        "/v1/listings", {"block_id": block["id"], "quantity_t": "3", "price": price}, 201
    )
    buyer, other = story.organisation("enterprise"), story.organisation("enterprise")
    assert [each["id"] for each in buyer.get("/v1/listings")["data"]] == [listing["id"]]
    orders = f"/v1/listings/{listing['id']}/orders"
    for wrong in ("0", "-1", "1.5", "1e1", 1, "１"):
        buyer.post(orders, {"quantity_t": wrong}, 422)
    buyer.post(orders, {"quantity_t": "4"}, 409)
    trade = buyer.post(orders, {"quantity_t": "3"}, 201)
    assert trade["amount"] == {"amount": "195.00", "currency": "CNY"}
    other.get(f"/v1/trades/{trade['id']}", 404)
    other.post(f"/v1/trades/{trade['id']}/pay", {"payment_reference": "X-1"}, 404)
    operator.post(f"/v1/trades/{trade['id']}/confirm", expected=409)
    buyer.post(f"/v1/trades/{trade['id']}/pay", {"payment_reference": "ICBC-1"})
    buyer.post(f"/v1/trades/{trade['id']}/confirm", expected=404)
    assert operator.post(f"/v1/trades/{trade['id']}/confirm")["state"] == "delivered"
    (held,) = buyer.get("/v1/holdings")["data"]
    assert held["quantity_t"] == "3"

    # Part of it goes to another enterprise, one tonne is retired for good.
    buyer.post(
        "/v1/transfers",
        {"block_id": held["id"], "to_enterprise_id": other.organisation_id, "quantity_t": "1"},
        201,
    )
    assert [each["quantity_t"] for each in other.get("/v1/holdings")["data"]] == ["1"]
    wish = {
        "quantity_t": "1",
        "beneficiary": "杭州茶馆 Hangzhou Tea House",
        "purpose": "voluntary_offset",
        "period": str(YEAR),
    }
    refused = other.post("/v1/retirements", {**wish, "purpose": "compliance_offset"}, 422)
    assert "voluntary_offset" in refused["details"]["permitted"]
    retired = other.post("/v1/retirements", wish, 201)
    other.post("/v1/retirements", wish, 409)
    certificate = anybody.get(f"/v1/retirements/{retired['id']}/certificate.json")
    (key,) = anybody.get("/v1/registry/keys")["keys"]
    verdict = verify_certificate(certificate, public_key=base64.b64decode(key["public_key"]))
    assert verdict.holds, verdict
    assert certificate["beneficiary"] == wish["beneficiary"]
    (line,) = certificate["blocks"]
    assert line["bundle_root"] == published["root"]
    serial = parse_serial(line["serial"])
    assert (serial.vintage, serial.end - serial.first) == (YEAR, 1)

    # The registry tells it all, and the books balance.
    totals = anybody.get("/v1/registry/statistics")
    assert totals["retired_t"] == "1"
    assert totals["issued_t"] == made["issued_t"]
    assert len(anybody.get("/v1/registry/transfers")["data"]) == 2
    (public_line,) = anybody.get("/v1/registry/retirements")["data"]
    assert public_line["serials"] == [line["serial"]]
    assert_books_balance(programme)


def _open(operator: Caller) -> str:
    return operator.post(
        "/v1/bundles",
        {
            "vintage": YEAR,
            "from": f"{YEAR}-07-01",
            "to": f"{YEAR}-07-31",
            "unit_class": "voluntary",
        },
        201,
    )["id"]


def _select(story: Story, operator: Caller, bundle: str) -> None:
    started = operator.post(f"/v1/bundles/{bundle}/select", expected=202)
    drain(story.wiring)
    task = operator.get(f"/v1/tasks/{started['task_id']}")
    assert task["state"] == "done"
    assert task["progress"]["done"] == task["progress"]["total"] == 31 * 24


def _points(me: Caller) -> int:
    points = me.get("/v1/me")["points"]
    return points["available"] + points["pending"]
