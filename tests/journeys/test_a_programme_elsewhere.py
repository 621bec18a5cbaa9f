"""A programme in another zone: one civil day from the action to the certificate, and the audit.

In Ürümqi the official zone of the country is two hours ahead of the sun; in New York the clock is
moved twice a year. Whoever kept two truths of a day would show it here: in caps, lots, bills,
vintages and bundles of the hours around midnight, New Year and the two changes.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.factory import create_app
from app.settings import Settings
from app.usecases.platform.start_programme import start_programme
from app.wiring import Wiring
from behaviours.programme import SHIPPED
from rewards.registry.serials import parse_serial
from tests.builders.audit import assert_books_balance
from tests.builders.jobs import drain
from tests.builders.people import Http
from tests.builders.processes import own_wiring
from tests.journeys.test_a_tonne_is_retired import Caller, Story, _uuid

YEAR = datetime.now(UTC).year + 1
CONSENTS = ("metro_ride", "distributed_pv", "parcel_box_return")
PREFIX = "ELSE"


@pytest.fixture(params=["Asia/Urumqi", "America/New_York"])
def elsewhere(
    request: pytest.FixtureRequest, settings: Settings, fresh_database: str, tmp_path: Path
) -> Iterator[Wiring]:
    """A programme of its own document, found in its data directory."""
    text = SHIPPED.read_text(encoding="utf-8")
    for was, stated in (
        ("Asia/Shanghai", request.param),
        ("serial_prefix: TPH", f"serial_prefix: {PREFIX}"),
        ('reserve_per_mille: "50"', 'reserve_per_mille: "100"'),
        ("calendar: cn", "calendar: weekdays"),
    ):
        assert was in text
        text = text.replace(was, stated)
    (tmp_path / "programme.yaml").write_text(text, encoding="utf-8")
    made = own_wiring(settings, fresh_database, data_dir=tmp_path)
    made.database.transact(start_programme, made.programmes, now=made.clock.now())
    yield made
    made.close()


class Elsewhere(Story):
    """The story with the clocks of its zone."""

    @property
    def zone(self) -> ZoneInfo:
        return self.wiring.zone

    def at(self, on: date, hour: int, minute: int = 0, *, fold: int = 0) -> str:
        """A moment that the zone's clocks show, as an app sends it: with its offset."""
        return datetime.combine(on, time(hour, minute, fold=fold), self.zone).isoformat()

    def wait_until(self, on: date, hour: int, minute: int = 0, second: int = 0) -> None:
        moment = datetime.combine(on, time(hour, minute, second), self.zone)
        self.advance(to=moment.astimezone(UTC).isoformat())


def report(provider: Caller, person: str, expected: int = 201, **said: Any) -> dict[str, Any]:
    token = secrets.token_hex(6)
    evidence = {
        "metro_ride": {"ride_id": token},
        "parcel_box_return": {"waybill_no": f"YT-{token}"},
        "distributed_pv": {"meter_id": "440301-0042"},
    }[said["behaviour"]]
    body = {
        "participant_id": person,
        "external_id": token,
        "region": "CN-44",
        "evidence": evidence,
        **said,
    }
    return provider.post("/v1/actions", body, expected)


def box(story: Elsewhere, provider: Caller, person: str, at: str) -> dict[str, Any]:
    return report(
        provider,
        person,
        behaviour="parcel_box_return",
        occurred_at=at,
        quantities={"boxes": "10"},
    )


def ride(provider: Caller, person: str, start: str, end: str, expected: int = 201) -> Any:
    return report(
        provider,
        person,
        expected,
        behaviour="metro_ride",
        occurred_at=start,
        ended_at=end,
        quantities={"trips": "1"},
    )


def enrolled(story: Elsewhere, provider: Caller) -> tuple[str, Caller]:
    since = "2025-12-01T00:00:00Z"
    consents = [
        {"scene": scene, "text_version": "2026-01", "granted_at": since} for scene in CONSENTS
    ]
    person = provider.post(
        "/v1/participants",
        {"identity": secrets.token_hex(8), "region": "CN-44", "consents": consents},
        201,
    )["id"]
    me = story.user("participant", _uuid(person))
    me.post(
        "/v1/me/contributions",
        {"from": "2026-01-01", "to": f"{YEAR}-12-31", "text_version": "2026-01"},
        201,
    )
    return person, me


def the_new_year_has_one_midnight(story: Elsewhere, provider: Caller, person: str) -> int:
    """Caps and vintages change at the zone's midnight, not at another's; the points earned."""
    eve, new_year = date(YEAR - 1, 12, 31), date(YEAR, 1, 1)
    made = [
        box(story, provider, person, story.at(eve, 23, 45)),
        box(story, provider, person, story.at(eve, 23, 50)),
        box(story, provider, person, story.at(eve, 23, 55)),
        box(story, provider, person, story.at(new_year, 0, 10)),
    ]
    # A day allows a thousand points: twenty boxes, then none, then a new day.
    assert [each["points"]["awarded"] for each in made] == [500, 500, 0, 500]
    assert [each["reduction"]["vintage"] for each in made] == [YEAR - 1] * 3 + [YEAR]
    return 1_500


def the_clock_is_moved(story: Elsewhere, provider: Caller, person: str) -> int:
    """Rides are as long as they took, whatever the clock shows; the points earned."""
    spring, autumn = date(2026, 3, 8), date(2026, 11, 1)
    made = [
        # In New York two in the morning is skipped: twenty minutes, not eighty.
        ride(provider, person, story.at(spring, 1, 50), story.at(spring, 3, 10)),
        # There the hour from one to two comes twice, and both rides are taken.
        ride(provider, person, story.at(autumn, 1, 10), story.at(autumn, 1, 40)),
    ]
    if story.at(autumn, 1, 10) != story.at(autumn, 1, 10, fold=1):
        made += [
            ride(
                provider, person, story.at(autumn, 1, 10, fold=1), story.at(autumn, 1, 40, fold=1)
            ),
            # It ends before it began by the wall clock, and lies between the two in truth.
            ride(provider, person, story.at(autumn, 1, 50), story.at(autumn, 1, 5, fold=1)),
        ]
        clash = ride(
            provider,
            person,
            story.at(autumn, 1, 55),
            story.at(autumn, 1, 2, fold=1),
            expected=409,
        )
        assert clash["code"] == "OVERLAPPING_RIDE"
    assert {each["reduction"]["vintage"] for each in made} == {2026}
    return 46 * len(made)


def the_sun_shines_over_the_change(story: Elsewhere, provider: Caller, owner: str) -> None:
    """Three days of 24, 25 and 24 hours, or of 24 each; then the meter goes on without a gap."""
    evening = story.at(date(2026, 11, 2), 19)
    for start, end, kwh in (
        (story.at(date(2026, 10, 31), 6), evening, "6000"),
        (evening, story.at(date(2026, 11, 3), 19), "2000"),
    ):
        report(
            provider,
            owner,
            behaviour="distributed_pv",
            occurred_at=start,
            ended_at=end,
            quantities={"generation_kwh": kwh},
        )


def points_come_and_go_at_midnight(story: Elsewhere, me: Caller, earned: int) -> None:
    second = date(YEAR, 1, 2)
    points = me.get("/v1/me/points")
    assert (points["available"], points["pending"]) == (0, earned)
    assert points["expiring"] == [{"on": f"{YEAR + 1}-01-31", "points": earned}]
    story.wait_until(date(YEAR, 1, 1), 23, 59, 50)
    assert me.get("/v1/me/points")["available"] == 0
    story.wait_until(second, 0)
    assert me.get("/v1/me/points")["available"] == earned


def a_bill_ends_at_midnight(story: Elsewhere, operator: Caller, me: Caller) -> None:
    """One coffee in the last minute of the day and one in the first of the next."""
    merchant, second = story.organisation("merchant"), date(YEAR, 1, 2)
    offer = merchant.post(
        "/v1/merchant/offers",
        {
            "title_zh": "拿铁一杯",
            "title_en": "One latte",
            "points": 300,
            "settlement": {"amount": "12.50", "currency": "CNY"},
            "stock_total": 9,
        },
        201,
    )["id"]
    operator.post(f"/v1/offers/{offer}/publish", {})
    for day, clock, number in ((second, (23, 59, 30), "T-1"), (date(YEAR, 1, 3), (0, 0, 5), "T-2")):
        story.wait_until(day, *clock)
        merchant.post(
            "/v1/merchant/redemptions/capture",
            {
                "code": me.post("/v1/me/codes", {}, 201)["code"],
                "offer_id": offer,
                "out_request_no": f"{number}-0001",
                "store_id": "lakeside-1",
            },
            201,
        )
    story.wait_until(date(YEAR, 1, 4), 0, 11)
    for day, number in ((second, "T-1"), (date(YEAR, 1, 3), "T-2")):
        path = f"/v1/merchant/bills?bill_date={day}&format=jsonl"
        file = merchant.http.get(path, token=merchant.token)
        line, summary = (json.loads(each) for each in file.text.splitlines())
        assert line["out_request_no"] == f"{number}-0001"
        assert line["time"].startswith(day.isoformat())
        assert (summary["bill_date"], summary["net_amount"]) == (day.isoformat(), "12.50")
    settled = merchant.get("/v1/merchant/settlements")["data"]
    assert {each["on"]: each["captured"]["count"] for each in settled} == {
        f"{YEAR}-01-02": 1,
        f"{YEAR}-01-03": 1,
    }


def a_bundle_is_sealed_and_issued(
    story: Elsewhere, operator: Caller, authority: Caller
) -> dict[str, Any]:
    for label in ("gd.distributed_pv/versions/2022", "bj.low_carbon_travel/versions/2024"):
        path = f"/v1/methodologies/{label}/gate-approvals"
        operator.post(path, {"reason": "Checked."}, 201)
        authority.post(path, {"reason": "Checked again."}, 201)
    asked = {
        "methodology_codes": ["bj.low_carbon_travel", "gd.distributed_pv"],
        "vintage": 2026,
        "from": "2026-01-01",
        "to": "2026-12-31",
        "unit_class": "voluntary",
    }
    bundle = operator.post("/v1/bundles", asked, 201)["id"]
    for step in ("select", "report"):
        operator.post(f"/v1/bundles/{bundle}/{step}", expected=202)
        drain(story.wiring)
    months = operator.get(f"/v1/bundles/{bundle}/report")["by_month"]
    assert {line["month"] for line in months} == {"2026-03", "2026-10", "2026-11"}
    verifier = story.organisation("verifier")
    verifier.post("/v1/verifiers/self/ties", {"interests": [], "of_operator": False}, 201)
    admission = {"organisation_id": verifier.organisation_id, "reason": "Accredited."}
    authority.post("/v1/verifiers", admission, 202)
    operator.post("/v1/verifiers", admission, 201)
    operator.post(f"/v1/bundles/{bundle}/submit")
    verifier.post(f"/v1/bundles/{bundle}/accept", {"number": "271828182845"})
    sample = verifier.get(f"/v1/bundles/{bundle}/sample")["data"]
    findings = {"findings": [{"action_id": each["action_id"]} for each in sample]}
    verifier.post(f"/v1/bundles/{bundle}/findings", findings)
    opinion = {"opinion": "positive", "statement": "Fine."}
    verifier.post(f"/v1/bundles/{bundle}/opinion", opinion)
    operator.post(f"/v1/bundles/{bundle}/notice")
    until = date.fromisoformat(operator.get(f"/v1/bundles/{bundle}")["notice_until"])
    # The last second of the notice is still of the notice, on this zone's clock.
    story.wait_until(until, 23, 59, 40)
    operator.post(f"/v1/bundles/{bundle}/seal", expected=409)
    story.wait_until(until + timedelta(days=1), 0)
    operator.post(f"/v1/bundles/{bundle}/seal", expected=202)
    authority.post(f"/v1/bundles/{bundle}/seal", expected=202)
    drain(story.wiring)
    authority.post(f"/v1/bundles/{bundle}/issue", expected=202)
    operator.post(f"/v1/bundles/{bundle}/issue", expected=201)
    return Caller(story.http).get(f"/v1/registry/bundles/{bundle}")


def a_tonne_is_sold_and_retired(
    story: Elsewhere, operator: Caller, published: dict[str, Any]
) -> None:
    (block,) = [each for each in published["blocks"] if each["state"] == "active"]
    assert block["serial"].startswith(f"{PREFIX}-")
    price = {"amount": "65.00", "currency": "CNY"}
    offer = {"block_id": block["id"], "quantity_t": "1", "price": price}
    listing, buyer = operator.post("/v1/listings", offer, 201), story.organisation("enterprise")
    trade = buyer.post(f"/v1/listings/{listing['id']}/orders", {"quantity_t": "1"}, 201)
    path = f"/v1/trades/{trade['id']}"
    buyer.post(f"{path}/pay", {"payment_reference": "ICBC-1"})
    operator.post(f"{path}/confirm")
    terms = {
        "quantity_t": "1",
        "beneficiary": "Elsewhere Tea House",
        "purpose": "voluntary_offset",
        "period": "2026",
    }
    retired = buyer.post("/v1/retirements", terms, 201)
    certificate = Caller(story.http).get(f"/v1/retirements/{retired['id']}/certificate.json")
    (line,) = certificate["blocks"]
    assert parse_serial(line["serial"], prefix=PREFIX).vintage == 2026
    found = Caller(story.http).get(f"/v1/registry/blocks?serial={line['serial']}")["data"]
    assert [each["state"] for each in found] == ["retired"]


def test_a_programme_elsewhere_has_one_day(elsewhere: Wiring) -> None:
    story = Elsewhere(elsewhere, Http(create_app(elsewhere)))
    said = Caller(story.http).get("/v1/programme")
    assert (said["zone"], said["serial_prefix"]) == (elsewhere.zone.key, PREFIX)
    story.wait_until(date(YEAR, 1, 1), 0, 30)
    provider = story.organisation("provider")
    person, me = enrolled(story, provider)
    owner, _ = enrolled(story, provider)
    earned = the_new_year_has_one_midnight(story, provider, person)
    earned += the_clock_is_moved(story, provider, person)
    the_sun_shines_over_the_change(story, provider, owner)
    points_come_and_go_at_midnight(story, me, earned)
    operator, authority = story.user("operator"), story.user("authority")
    a_bill_ends_at_midnight(story, operator, me)
    published = a_bundle_is_sealed_and_issued(story, operator, authority)
    a_tonne_is_sold_and_retired(story, operator, published)
    assert_books_balance(elsewhere)
