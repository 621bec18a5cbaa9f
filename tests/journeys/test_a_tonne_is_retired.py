"""A metro ride and some sunshine become a tonne, which is sold, retired and proven; HTTP only."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.factory import create_app
from app.settings import Settings
from app.usecases.organisations.create_client import NewClient, create_client
from app.usecases.organisations.create_user import NewUser, create_user
from app.wiring import Wiring
from behaviours.signed_document import check_signature, read_keys
from rewards.pooling.inclusion import verify_inclusion, verify_stated_inclusion
from rewards.registry.serials import parse_serial
from tests.builders.audit import assert_books_balance
from tests.builders.jobs import drain
from tests.builders.people import Http
from tests.builders.processes import own_wiring
from tests.builders.scenes import admit_everywhere

YEAR = datetime.now(UTC).year + 1
PV = "gd.distributed_pv"
METER = "440301-0042"


@pytest.fixture
def programme(settings: Settings, fresh_database: str, tmp_path: Path) -> Iterator[Wiring]:
    """A programme of its own, with a clock of its own that this story moves."""
    made = own_wiring(settings, fresh_database, data_dir=tmp_path)
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
            create_client,
            [NewClient(kind, f"The {kind} {secrets.token_hex(2)}")],
            now=self.wiring.clock.now(),
        )
        if kind == "provider":
            admit_everywhere(self.wiring, made.organisation_id)
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
            create_user,
            [NewUser(name, password, role, participant_id)],
            now=self.wiring.clock.now(),
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


def reported(provider: Caller, person: str, behaviour: str, **accepted: Any) -> dict[str, Any]:
    body = {
        "participant_id": person,
        "behaviour": behaviour,
        "external_id": secrets.token_hex(8),
        "region": "CN-44",
        **accepted,
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


@dataclass(frozen=True)
class Actions:
    """Two people who let their reductions be pooled, and what they did."""

    me: Caller
    neighbour: Caller
    hidden: tuple[str, ...]
    ride: dict[str, Any]
    sunshine: dict[str, Any]


def a_plant_is_registered(story: Story, provider: Caller, owner: str) -> None:
    """A roof of 150 kW, registered by the provider and confirmed by an operator."""
    plant = {
        "participant_id": owner,
        "kind": "pv_plant",
        "number": METER,
        "capacity": "150",
        "capacity_unit": "kW",
        "commissioned_on": "2024-01-01",
        "region": "CN-44",
        "evidence": "Grid contract 42",
    }
    made = provider.post("/v1/installations", plant, expected=201)
    story.user("operator").post(f"/v1/installations/{made['id']}/confirm", {"reason": "Seen."})


def two_people_do_something(story: Story) -> Actions:
    """A metro ride, and three days of sunshine on a roof."""
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
    a_plant_is_registered(story, provider, owner)
    sunshine = reported(
        provider,
        owner,
        "distributed_pv",
        occurred_at=f"{YEAR}-07-01T06:00:00+08:00",
        ended_at=f"{YEAR}-07-03T19:00:00+08:00",
        quantities={"generation_kwh": "6000"},
        evidence={"meter_id": METER},
    )
    hidden = (rider, owner, rider[4:], owner[4:])
    return Actions(me, neighbour, hidden, ride, sunshine)


def two_officers_vouch_for_the_figures(
    story: Story, operator: Caller, authority: Caller, actions: Actions
) -> None:
    """Both rules rest on weak sources: without two approvals nothing enters a bundle."""
    bundle = opened(operator)
    select(story, operator, bundle)
    assert operator.get(f"/v1/bundles/{bundle}")["reductions"] == 0
    operator.post(f"/v1/bundles/{bundle}/report", expected=409)
    operator.post(f"/v1/bundles/{bundle}/cancel", expected=202)
    for action in (actions.ride, actions.sunshine):
        code, _, version = action["reduction"]["methodology"].partition("@")
        path = f"/v1/methodologies/{code}/versions/{version}/gate-approvals"
        assert operator.post(path, {"reason": "Checked."}, 201)["open"] is False
        assert authority.post(path, {"reason": "Checked again."}, 201)["open"] is True
    drain(story.wiring)


def a_bundle_is_verified(
    story: Story, operator: Caller, authority: Caller, actions: Actions
) -> str:
    """Selected, reported, and looked at by a verifier who learns nobody's name."""
    bundle = opened(operator)
    select(story, operator, bundle)
    assert operator.get(f"/v1/bundles/{bundle}")["reductions"] == 2
    operator.post(f"/v1/bundles/{bundle}/report", expected=202)
    drain(story.wiring)
    report = operator.get(f"/v1/bundles/{bundle}/report")
    behaviours = {line["behaviour"] for line in report["by_behaviour"]}
    assert behaviours == {"metro_ride", "distributed_pv"}
    verifier, stranger = story.organisation("verifier"), story.organisation("verifier")
    one = {"organisation_id": verifier.organisation_id, "reason": "Accredited until 2028."}
    authority.post("/v1/verifiers", one, 202)
    operator.post("/v1/verifiers", one, 201)
    # It has not said yet whether it is free.
    operator.post(f"/v1/bundles/{bundle}/submit", expected=409)
    verifier.post("/v1/verifiers/self/ties", {"interests": [], "of_operator": False}, 201)
    made = operator.post(f"/v1/bundles/{bundle}/submit")
    assert made["verifier_id"] == verifier.organisation_id
    assert made["sampling_plan"]["size"] == 2
    assert verifier.get(f"/v1/bundles/{bundle}/sample")["data"] == []
    verifier.post(f"/v1/bundles/{bundle}/accept", {"number": "271828182845"})
    stranger.get(f"/v1/bundles/{bundle}/sample", 404)
    sample = verifier.get(f"/v1/bundles/{bundle}/sample")["data"]
    assert not [hidden for hidden in actions.hidden if hidden in str(sample)]
    opinion = {"opinion": "positive", "statement": "Fine."}
    verifier.post(f"/v1/bundles/{bundle}/opinion", opinion, 409)
    findings = {"findings": [{"action_id": each["action_id"]} for each in sample]}
    counted = verifier.post(f"/v1/bundles/{bundle}/findings", findings)
    assert counted == {"received": 2, "missing": 0}
    made = verifier.post(f"/v1/bundles/{bundle}/opinion", opinion)
    assert made["deducted_kg"] == "0.000000"
    return bundle


def it_is_noticed_sealed_and_issued(
    story: Story, operator: Caller, authority: Caller, bundle: str
) -> dict[str, Any]:
    """By two people, and only after the public notice."""
    anybody = Caller(story.http)
    anybody.get(f"/v1/registry/bundles/{bundle}", 404)
    operator.post(f"/v1/bundles/{bundle}/notice")
    anybody.get(f"/v1/registry/bundles/{bundle}")
    operator.post(f"/v1/bundles/{bundle}/seal", expected=409)
    # How long it runs depends on the holidays of a year that may not be announced yet.
    until = date.fromisoformat(operator.get(f"/v1/bundles/{bundle}")["notice_until"])
    story.advance(to=f"{until + timedelta(days=1)}T00:00:00+08:00")
    assert operator.post(f"/v1/bundles/{bundle}/seal", expected=202)["awaiting"] == ["authority"]
    assert authority.post(f"/v1/bundles/{bundle}/seal", expected=202)["awaiting"] == []
    drain(story.wiring)
    assert operator.get(f"/v1/bundles/{bundle}")["state"] == "sealed"
    authority.post(f"/v1/bundles/{bundle}/issue", expected=202)
    made = operator.post(f"/v1/bundles/{bundle}/issue", expected=201)
    assert int(made["issued_t"]) >= 3
    return anybody.get(f"/v1/registry/bundles/{bundle}")


def the_ride_is_proven_to_be_in_it(actions: Actions, published: dict[str, Any]) -> None:
    """With nothing but the proof and what the registry has published."""
    path = f"/v1/me/actions/{actions.ride['id']}/inclusion"
    found = actions.me.get(path)
    assert verify_inclusion(
        found["proof"], root_digest=published["root"], total_mg=int(published["total_mg"])
    )
    assert verify_stated_inclusion(found)
    assert check_signature(found).holds
    mine = found["offset_mg"]
    assert int(mine["to"]) - int(mine["from"]) == 46_000
    actions.neighbour.get(path, 404)


def three_tonnes_are_sold(
    operator: Caller, buyer: Caller, other: Caller, published: dict[str, Any]
) -> dict[str, Any]:
    """Ordered, paid, confirmed, delivered; the buyer's block."""
    (block,) = [each for each in published["blocks"] if each["state"] == "active"]
    price = {"amount": "65.00", "currency": "CNY"}
    offer = {"block_id": block["id"], "quantity_t": "3", "price": price}
    listing = operator.post("/v1/listings", offer, 201)
    assert [each["id"] for each in buyer.get("/v1/listings")["data"]] == [listing["id"]]
    orders = f"/v1/listings/{listing['id']}/orders"
    for wrong in ("0", "-1", "1.5", "1e1", 1, "１"):
        buyer.post(orders, {"quantity_t": wrong}, 422)
    buyer.post(orders, {"quantity_t": "4"}, 409)
    trade = buyer.post(orders, {"quantity_t": "3"}, 201)
    assert trade["amount"] == {"amount": "195.00", "currency": "CNY"}
    path = f"/v1/trades/{trade['id']}"
    other.get(path, 404)
    other.post(f"{path}/pay", {"payment_reference": "X-1"}, 404)
    operator.post(f"{path}/confirm", expected=409)
    buyer.post(f"{path}/pay", {"payment_reference": "ICBC-1"})
    buyer.post(f"{path}/confirm", expected=404)
    assert operator.post(f"{path}/confirm")["state"] == "delivered"
    (held,) = buyer.get("/v1/holdings")["data"]
    assert held["quantity_t"] == "3"
    return held


def one_is_handed_on_and_retired(
    story: Story, buyer: Caller, other: Caller, held: dict[str, Any], published: dict[str, Any]
) -> str:
    """For good, with a certificate that proves itself; its serial."""
    gift = {"block_id": held["id"], "to_enterprise_id": other.organisation_id, "quantity_t": "1"}
    buyer.post("/v1/transfers", gift, 201)
    (mine,) = other.get("/v1/holdings")["data"]
    assert mine["quantity_t"] == "1"
    wish = {
        "quantity_t": "1",
        "beneficiary": "杭州茶馆 Hangzhou Tea House",
        "purpose": "voluntary_offset",
        "period": str(YEAR),
    }
    refused = other.post("/v1/retirements", {**wish, "purpose": "compliance_offset"}, 422)
    assert "voluntary_offset" in refused["details"]["permitted"]
    retired = other.post("/v1/retirements", wish, 201)
    assert other.post("/v1/retirements", wish, 409)["code"] == "NOT_ENOUGH_UNITS"
    again = {**wish, "block_id": mine["id"]}
    assert other.post("/v1/retirements", again, 409)["code"] == "ALREADY_RETIRED"
    anybody = Caller(story.http)
    certificate = anybody.get(f"/v1/retirements/{retired['id']}/certificate.json")
    verdict = check_signature(certificate, keys=read_keys(anybody.get("/v1/registry/keys")))
    assert verdict.holds, verdict
    assert certificate["beneficiary"] == wish["beneficiary"]
    (line,) = certificate["blocks"]
    assert line["bundle_root"] == published["root"]
    serial = parse_serial(line["serial"], prefix="TPH")
    assert (serial.vintage, serial.end - serial.first) == (YEAR, 1)
    return line["serial"]


def test_a_tonne_is_retired(programme: Wiring) -> None:
    story = Story(programme, Http(create_app(programme)))
    story.advance(to=f"{YEAR}-07-01T00:00:00+08:00")
    actions = two_people_do_something(story)
    points = points_of(actions.me)
    operator, authority = story.user("operator"), story.user("authority")
    two_officers_vouch_for_the_figures(story, operator, authority, actions)
    bundle = a_bundle_is_verified(story, operator, authority, actions)
    published = it_is_noticed_sealed_and_issued(story, operator, authority, bundle)
    the_ride_is_proven_to_be_in_it(actions, published)
    assert points_of(actions.me) == points
    buyer, other = story.organisation("enterprise"), story.organisation("enterprise")
    held = three_tonnes_are_sold(operator, buyer, other, published)
    serial = one_is_handed_on_and_retired(story, buyer, other, held, published)

    # The registry tells it all, and the books balance.
    anybody = Caller(story.http)
    totals = anybody.get("/v1/registry/statistics")
    assert (totals["retired_t"], totals["issued_t"]) == ("1", published["issued_t"])
    assert len(anybody.get("/v1/registry/transfers")["data"]) == 2
    (line,) = anybody.get("/v1/registry/retirements")["data"]
    assert line["serials"] == [serial]
    assert_books_balance(programme)


def opened(operator: Caller) -> str:
    return operator.post(
        "/v1/bundles",
        {
            "methodology_codes": ["bj.low_carbon_travel", "gd.distributed_pv"],
            "vintage": YEAR,
            "from": f"{YEAR}-07-01",
            "to": f"{YEAR}-07-31",
            "unit_class": "voluntary",
        },
        201,
    )["id"]


def select(story: Story, operator: Caller, bundle: str) -> None:
    started = operator.post(f"/v1/bundles/{bundle}/select", expected=202)
    drain(story.wiring)
    task = operator.get(f"/v1/tasks/{started['task_id']}")
    assert task["state"] == "done"
    assert task["progress"]["done"] == task["progress"]["total"] == 31 * 24


def points_of(me: Caller) -> int:
    points = me.get("/v1/me")["points"]
    return points["available"] + points["pending"]
