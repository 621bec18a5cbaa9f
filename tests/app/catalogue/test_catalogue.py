"""The public catalogue: anyone can read the rules and ask what an action would save."""

from __future__ import annotations

import pytest

from app.wiring import Wiring
from behaviours.actions.shipped import load_rulebook
from behaviours.civil_time import civil_day
from tests.builders.civil import CHINA
from tests.builders.people import Http

# What a metro ride in Guangdong saves: Beijing's printed floor, one trip.
METRO = {"region": "CN-44", "quantities": {"trips": "1"}, "occurred_on": "2026-03-01"}


def test_the_catalogue_names_every_behaviour_and_what_it_needs(http: Http) -> None:
    listed = http.get("/v1/behaviours").json["data"]
    assert len(listed) >= 14
    metro = next(each for each in listed if each["code"] == "metro_ride")
    assert (metro["title_zh"], metro["title_en"]) == ("地铁出行", "Metro ride")
    assert metro["scene"] == "metro_ride"
    assert [each["name"] for each in metro["quantities"]] == ["trips"]
    assert [each["name"] for each in metro["evidence"] if each["required"]] == ["ride_id"]


def test_a_behaviour_says_from_which_day_its_rule_takes_actions(http: Http, wiring: Wiring) -> None:
    listed = http.get("/v1/behaviours").json["data"]
    assert {each.code for each in load_rulebook().behaviours()} <= {row["code"] for row in listed}
    today = civil_day(wiring.clock.now(), CHINA)
    # Others may be listed, too: tests publish rules of their own in the books that all share.
    shipped = {version.label: version for version in load_rulebook().versions()}
    for row in listed:
        version = shipped.get(row["methodology"])
        if version is not None:
            assert row["in_force_from"] == version.validity.starts_on.isoformat()
            if version.validity.starts_on > today:
                usable = [
                    each.validity.starts_on
                    for each in shipped.values()
                    if each.behaviour == row["code"] and not each.awaiting
                ]
                assert min(usable) == version.validity.starts_on


def test_every_shipped_version_can_be_read_whole_with_its_digest(http: Http) -> None:
    # Others may be listed, too: tests publish rules of their own in the books that all share.
    listed = {
        (row["code"], row["version"]): row for row in http.get("/v1/methodologies").json["data"]
    }
    for shipped in load_rulebook().versions():
        row = listed[shipped.code, shipped.version]
        whole = http.get(f"/v1/methodologies/{row['code']}/versions/{row['version']}")
        assert whole.status_code == 200
        assert whole.json["digest"] == row["digest"] == shipped.digest
        assert whole.json["document"]["code"] == row["code"]
        versions = http.get(f"/v1/methodologies/{row['code']}").json["data"]
        assert row["version"] in [each["version"] for each in versions]


def test_a_proxy_says_so_in_the_list_and_in_itself(http: Http) -> None:
    rows = {
        (row["code"], row["version"]): row for row in http.get("/v1/methodologies").json["data"]
    }
    for shipped in load_rulebook().versions():
        told = rows[shipped.code, shipped.version]["proxy"]
        assert (told is not None) == ("proxy" in shipped.version)
        path = f"/v1/methodologies/{shipped.code}/versions/{shipped.version}"
        assert http.get(path).json["proxy"] == told
    assert rows["acef.plant_based_meat", "2022-proxy-3"]["proxy"] == {
        "stands_for": "2022",
        "why": "Proxy from the CPCD, in place of a text under T/ACEF 031-2022 that could not be "
        "read",
    }
    assert rows["ar14.mangrove_afforestation", "proxy-1"]["proxy"]["stands_for"] is None


def test_a_version_that_the_reader_has_is_not_sent_again(http: Http) -> None:
    path = "/v1/methodologies/bj.low_carbon_travel/versions/2024"
    tag = http.get(path).headers["ETag"]
    again = http.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_the_calculator_says_what_a_ride_would_save_without_a_login(http: Http) -> None:
    answer = http.post("/v1/methodologies/bj.low_carbon_travel/quantify", METRO)
    assert answer.status_code == 200
    assert answer.json["reduction_kg"] == "0.046000"
    assert answer.json["calculation"]["saved_mg"] == 46_000
    assert answer.json["calculation"]["steps"][0]["equation"] == "trips * EF_trip"


@pytest.mark.parametrize(
    ("code", "change", "status", "said", "pointer"),
    [
        ("bj.no_such", {}, 404, "UNKNOWN_METHODOLOGY", ""),
        ("bj.low_carbon_travel", {"version": "1999"}, 404, "UNKNOWN_METHODOLOGY", ""),
        ("bj.low_carbon_travel", {"region": "CN-99"}, 422, "UNKNOWN_REGION", "/region"),
        ("bj.low_carbon_travel", {"region": "Guangdong"}, 422, "VALIDATION_FAILED", "/region"),
        (
            "bj.low_carbon_travel",
            {"occurred_on": "2019-01-01"},
            422,
            "NO_RULE_IN_FORCE",
            "/occurred_on",
        ),
        ("bj.low_carbon_travel", {"quantities": {"trips": 1}}, 422, None, "/quantities/trips"),
        ("bj.low_carbon_travel", {"quantities": {"trips": "1e3"}}, 422, None, "/quantities/trips"),
        ("bj.low_carbon_travel", {"quantities": {"km": "1"}}, 422, None, "/quantities/km"),
        ("bj.low_carbon_travel", {"quantities": {}}, 422, None, "/quantities/trips"),
    ],
)
def test_the_calculator_refuses_what_a_action_would_be_refused_for(  # noqa: PLR0917
    http: Http, code: str, change: dict, status: int, said: str | None, pointer: str
) -> None:
    answer = http.post(f"/v1/methodologies/{code}/quantify", {**METRO, **change})
    assert answer.status_code == status, answer.json
    assert said is None or answer.json["code"] == said
    assert pointer in [each["pointer"] for each in answer.json["errors"]] or not pointer


@pytest.mark.parametrize("path", ["/v1/behaviours", "/v1/methodologies"])
def test_the_catalogue_comes_whole_or_in_pages(http: Http, path: str) -> None:
    whole = http.get(path).json
    assert (whole["has_more"], whole["next_cursor"]) == (False, None)
    pages, cursor = [], ""
    while cursor is not None:
        answer = http.get(f"{path}?limit=7{cursor}").json
        assert len(answer["data"]) <= 7
        pages += answer["data"]
        cursor = f"&cursor={answer['next_cursor']}" if answer["has_more"] else None
    assert pages == whole["data"]
    assert http.get(f"{path}?cursor=nonsense").json["code"] == "BAD_CURSOR"
