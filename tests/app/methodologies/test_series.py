"""A programme adds values to the series by which rules count; what was recorded keeps its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.exc import DBAPIError

from app.commands.main import tanpuhui
from app.http.registers import MEDIA
from app.ids import new_id, public
from app.settings import Settings
from app.store.audit.snapshot import snapshot
from app.usecases.audit.audit import audit
from app.usecases.audit.recompute_reductions import recompute_reductions
from app.usecases.organisations.create_user import NewUser, create_user
from app.wiring import Wiring
from behaviours.actions.verification import verify_calculation
from behaviours.rules.factors import shipped_factors
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.commands import environment
from tests.builders.jobs import until
from tests.builders.methodologies import Office, Rule
from tests.builders.series import (
    GUANGDONG,
    NOW,
    TODAY,
    processes,
    proposed,
    published,
    report,
)

PASSWORD = "three old bicycles"
METHANE = {
    **{name: GUANGDONG[name] for name in ("title", "source", "copy", "grade")},
    "series": "AR7",
    "gas": "CH4",
    "value": "27.5",
    "unit": "kgCO2e/kgCH4",
    "holds_from": "2026-01-01",
}


@pytest.fixture
def process(settings: Settings, fresh_database: str) -> Iterator[Callable[..., Wiring]]:
    """Makes processes on one database; their clocks are set by hand."""
    yield from processes(settings, fresh_database)


def factor_of(office: Office, answer: Any) -> dict[str, Any]:
    shown = office.send("GET", f"/v1/actions/{answer.json['id']}/calculation", by="operator").json
    (factor,) = [each for each in shown["parameters"] if "factor_id" in each]
    return {**factor, "saved_mg": shown["saved_mg"], "whole": shown}


def test_a_value_counts_from_its_day_for_what_is_recorded_after_it_was_published(
    process: Callable[..., Wiring],
) -> None:
    reporter, office = Office(process()), Office(process())
    before = report(reporter, NOW - timedelta(days=1))
    first = factor_of(reporter, before)
    assert (first["value"], first["data_year"]) == ("0.4419", 2023)
    (waiting,) = proposed(office, GUANGDONG)
    assert waiting["awaiting"] == ["authority"]
    assert factor_of(reporter, report(reporter, NOW))["value"] == "0.4419", "one alone"
    value_id = waiting["id"]
    done = office.post(f"/v1/series/proposals/{value_id}/publish", by="authority")
    assert (done.status_code, done.json["awaiting"]) == (201, [])
    # A process that was running hears of it within a second, without being told.
    until(lambda: len(reporter.wiring.rulebook.book.supplied) == 1, within_s=1.0)
    new = factor_of(reporter, report(reporter, NOW - timedelta(days=3)))
    assert {name: new[name] for name in ("value", "data_year", "area", "series", "policy")} == {
        "value": "0.4",
        "data_year": 2024,
        "area": "CN-44",
        "series": "avg_province",
        "policy": "latest_published",
    }
    assert new["factor_id"] == f"{value_id}/avg_province/CN-44/2024"
    assert (new["notice"], new["source"]) == (
        "A notice of this test",
        {"title": "https://example.org/notice; Its table 2"},
    )
    assert (new["holds_from"], new["published_on"], new["provenance"]) == (
        GUANGDONG["holds_from"],
        TODAY.isoformat(),
        "secondary",
    )
    # An earlier day, another region, and what was recorded before keep theirs.
    assert factor_of(reporter, report(reporter, NOW - timedelta(days=4)))["value"] == "0.4419"
    elsewhere = factor_of(reporter, report(reporter, NOW, region="CN-33"))
    assert elsewhere["data_year"] == 2023
    again = factor_of(reporter, before)
    assert again == first
    assert first["whole"]["agrees"] is True
    with snapshot(reporter.wiring.database) as connection:
        rulebook = reporter.wiring.rulebook
        found = recompute_reductions(connection, rulebook=rulebook, sample=None)
        assert (found.ok, found.count) == (True, 5), found.line()
        lines = audit(connection, rulebook=rulebook, policies=reporter.wiring.policies)
        assert [each.line() for each in lines if not each.ok] == []


def test_who_has_only_the_export_gets_the_same_milligrams(process: Callable[..., Wiring]) -> None:
    office = Office(process())
    published(office, GUANGDONG)
    shown = factor_of(office, report(office, NOW))["whole"]
    (carried,) = shown["supplied"]
    assert (carried["value"], carried["title"]) == ("0.4000", GUANGDONG["title"])
    verdict = verify_calculation(shown, shipped_factors())
    assert verdict.problems == ()
    for name, value in (("value", "0.5"), ("holds_from", "2026-07-01"), ("grade", "official")):
        forged = json.loads(json.dumps(shown))
        forged["supplied"][0][name] = value
        assert verify_calculation(forged, shipped_factors()).problems, name
    without = {name: value for name, value in shown.items() if name != "supplied"}
    assert verify_calculation(without, shipped_factors()).problems


def test_a_correction_is_another_value_and_the_later_one_counts(
    process: Callable[..., Wiring],
) -> None:
    office = Office(process())
    published(office, GUANGDONG)
    old = report(office, NOW)
    published(office, {**GUANGDONG, "value": "0.4100", "note": "A slip of the notice."})
    assert factor_of(office, report(office, NOW))["value"] == "0.41"
    assert factor_of(office, old)["value"] == "0.4"


def test_the_list_shows_built_in_and_added_values_by_the_same_members(
    process: Callable[..., Wiring],
) -> None:
    office = Office(process())
    before = office.http.get("/v1/series").json["data"]
    assert {each["supplied"] for each in before} == {False}
    ids = published(office, GUANGDONG, METHANE)
    after = office.http.get("/v1/series").json["data"]
    added = [each for each in after if each["supplied"]]
    assert {frozenset(each) for each in after} == {frozenset(before[0])}
    assert [(each["series"], each["value"]) for each in added] == [
        ("avg_province", "0.4000"),
        ("AR7", "27.5"),
    ]
    assert len(after) == len(before) + 2
    proposals = office.send("GET", "/v1/series/proposals", by="authority").json["data"]
    assert [each["id"] for each in proposals] == ids[::-1]
    assert all(each["published_at"] for each in proposals)
    page = office.http.get("/methodologies/gd.distributed_pv/2022-2")
    assert page.status_code == 200
    rule = reading_average(office)
    page = office.http.get(f"/methodologies/{rule.replace('@', '/')}")
    assert "A notice of this test" in page.text


def reading_average(office: Office) -> str:
    """A published rule that reads the provincial average by its latest year."""
    return next(
        version.label
        for version in office.wiring.rulebook.versions()
        for parameter in version.reckoning.parameters
        if parameter.series is not None
        and (parameter.series.series, parameter.series.policy)
        == ("avg_province", "latest_published")
    )


@pytest.mark.parametrize("form", ["csv", "yaml"])
def test_values_come_in_by_a_file_and_go_out_as_they_were(
    process: Callable[..., Wiring], form: str
) -> None:
    office = Office(process())
    http = office.http
    raw = "series,area,gas,data_year,value,unit,holds_from,title,source,copy,grade,note\n"
    raw += "avg_province,CN-44,,2024,0.4000,kgCO2/kWh,2026-06-01,N,S,C,press,\n"
    raw += "AR7,,CH4,,27.5,kgCO2e/kgCH4,2026-06-01,N,S,C,press,\n"

    def sent(data: bytes, who: str, media: str) -> Any:
        return http.send(
            "POST", "/v1/series/import", data=data, content_type=MEDIA[media],
            token=office.token(who),
        )  # fmt: skip

    taken = sent(raw.encode(), "operator", "csv")
    assert (taken.status_code, taken.json) == (201, {"rows": 2}), taken.text
    assert office.wiring.rulebook.book.supplied == ()
    # Somebody of the other role takes the same file in.
    assert sent(raw.encode(), "authority", "csv").json == {"rows": 2}
    assert len(office.wiring.rulebook.book.supplied) == 2
    out = office.http.get(f"/v1/series/export?format={form}")
    assert out.content_type.startswith(MEDIA[form])
    with http.nothing_done():
        assert sent(out.data, "operator", form).status_code == 201
    assert office.http.get(f"/v1/series/export?format={form}").data == out.data
    wrong = sent(raw.replace("CN-44", "CN-99").encode(), "operator", "csv")
    assert refusal(wrong) == (422, "SERIES_VALUE_WRONG")
    assert wrong.json["errors"][0]["pointer"] == "/rows/0/area"


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"series": "avg_moon"}, "SERIES_VALUE_WRONG", "/values/0/series"),
        ({"area": "CN-4401"}, "SERIES_VALUE_WRONG", "/values/0/area"),
        ({"area": None}, "SERIES_VALUE_WRONG", "/values/0/gas"),
        ({"gas": "CH4"}, "SERIES_VALUE_WRONG", "/values/0/gas"),
        ({"data_year": None}, "SERIES_VALUE_WRONG", "/values/0/data_year"),
        ({"data_year": 2027}, "SERIES_VALUE_WRONG", "/values/0/data_year"),
        ({"unit": "tCO2/MWh"}, "SERIES_VALUE_WRONG", "/values/0/unit"),
        ({"value": "x"}, "VALIDATION_FAILED", "/values/0/value"),
        ({"grade": "sure"}, "VALIDATION_FAILED", "/values/0/grade"),
        ({"source": None}, "VALIDATION_FAILED", "/values/0/source"),
        ({"copy": None}, "VALIDATION_FAILED", "/values/0/copy"),
    ],
)
def test_a_factor_that_does_not_suit_its_series_is_refused(
    process: Callable[..., Wiring], change: dict[str, Any], code: str, pointer: str
) -> None:
    office = Office(process())
    wrong = {name: said for name, said in {**GUANGDONG, **change}.items() if said is not None}
    answer = office.post("/v1/series/proposals", {"values": [wrong]}, by="operator")
    assert refusal(answer) == (422, code), answer.text
    assert answer.json["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    "change",
    [{"gas": "CO2"}, {"gas": "H2O"}, {"unit": "kg"}, {"data_year": 2020}, {"series": "ar7"},
     {"value": "0"}],
)  # fmt: skip
def test_a_potential_that_does_not_suit_is_refused(
    process: Callable[..., Wiring], change: dict[str, Any]
) -> None:
    office = Office(process())
    answer = office.post("/v1/series/proposals", {"values": [{**METHANE, **change}]}, by="operator")
    assert refusal(answer) == (422, "SERIES_VALUE_WRONG"), answer.text


def test_what_stands_never_changes(process: Callable[..., Wiring]) -> None:
    office = Office(process())
    built_in = {**METHANE, "series": "AR5", "value": "29"}
    answer = office.post("/v1/series/proposals", {"values": [built_in]}, by="operator")
    assert refusal(answer) == (409, "SERIES_VALUE_STANDS")
    (one,), (other,) = proposed(office, METHANE), proposed(office, {**METHANE, "value": "28"})
    path = "/v1/series/proposals/{}/publish"
    assert office.post(path.format(one["id"]), by="authority").status_code == 201
    late = office.post(path.format(other["id"]), by="authority")
    assert refusal(late) == (409, "SERIES_VALUE_STANDS")
    again = office.post(path.format(one["id"]), by="authority")
    assert refusal(again) == (409, "SERIES_VALUE_PUBLISHED")
    unknown = office.post(path.format(public("svl", new_id())), by="authority")
    assert refusal(unknown) == (404, "NOT_FOUND")
    # The same words are the same value, and one role alone publishes nothing.
    (twice,) = proposed(office, GUANGDONG)
    http = office.http
    for value, who, kept, awaiting in (
        (METHANE, "operator", one["id"], []),
        (GUANGDONG, "operator2", twice["id"], ["authority"]),
    ):
        with http.nothing_done():
            sent = {"values": [value]}
            same = http.post("/v1/series/proposals", sent, token=office.token(who))
        (said,) = same.json["data"]
        assert (said["id"], said["awaiting"]) == (kept, awaiting)


def test_a_rule_is_drafted_by_a_set_that_the_programme_supplied(
    process: Callable[..., Wiring],
) -> None:
    office = Office(process())
    tomorrow = TODAY + timedelta(days=1)
    rule = Rule(tomorrow)
    path = f"/v1/methodologies/{rule.code}/versions"
    sent = {"document": _by_methane(rule), "examples": _METHANE_CASE}
    unknown = office.post(path, sent, by="operator")
    assert refusal(unknown) == (422, "INVALID_METHODOLOGY")
    assert "gases.gwp_set" in {each["field"] for each in unknown.json["errors"]}
    published(office, METHANE)
    drafted = office.post(path, sent, by="operator")
    assert drafted.status_code == 201, drafted.text
    assert drafted.json["obstacles"] == []
    office.file(rule)
    office.review(rule)
    for who, status in (("operator", 202), ("authority", 201)):
        assert office.post(f"{rule.path}/publish", by=who).status_code == status
    # A process that begins now reads the rule by the set as well.
    fresh = Office(process())
    shown = fresh.http.post(
        f"/v1/methodologies/{rule.code}/quantify",
        {
            "region": "CN-44",
            "quantities": {"saved": "2"},
            "version": rule.version,
            "occurred_on": tomorrow.isoformat(),
        },
    )
    assert shown.json["reduction_kg"] == "55.000000", shown.text
    # Before the first day of the value a rule that would use it waits.
    early = sent["document"].replace(tomorrow.isoformat(), "2025-12-31")
    waits = office.post(
        path, {**sent, "document": early.replace('version: "1"', 'version: "0"')}, by="operator"
    )
    assert "METHODOLOGY_INCOMPLETE" in waits.text


def _by_methane(rule: Rule) -> str:
    text = rule.body()["document"].replace("trips", "saved").replace("unit: trip,", "unit: kgCH4,")
    start, _, rest = text.partition("parameters:")
    _, _, end = rest.partition("equations:")
    text = f"{start}gases: {{counted: [CO2, CH4], gwp_set: AR7}}\nparameters: {{}}\nequations:{end}"
    return text.replace("saved * EF_trip", "saved * GWP_CH4").replace("whole: true, ", "")


_METHANE_CASE = f"""
examples:
  - title: Two kilograms
    origin: computed
    region: CN-44
    occurred_on: {(TODAY + timedelta(days=1)).isoformat()}
    quantities: {{saved: "2"}}
    evidence: {{ride_id: one}}
    saved_mg: "55000000"
"""


def test_two_who_sign_at_once_publish_once(process: Callable[..., Wiring]) -> None:
    office = Office(process())
    (one,) = proposed(office, GUANGDONG)
    path = f"/v1/series/proposals/{one['id']}/publish"
    done = at_once(
        [lambda: office.post(path, by="authority"), lambda: office.post(path, by="authority2")]
    )
    assert sorted(each.status_code for each in done) == [201, 409]
    (kept,) = office.wiring.rulebook.book.supplied
    assert (kept.published_on, kept.order) == (TODAY, 1)
    with pytest.raises(DBAPIError), office.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql("update series_value set value = '0.1'")


def test_it_is_proposed_and_published_from_the_command_line(own: Wiring) -> None:
    users = [
        NewUser(username=name, password=PASSWORD, role=name) for name in ("operator", "authority")
    ]
    own.database.transact(create_user, users, now=own.clock.now())
    environ = {**environment(own), "TANPUHUI_PASSWORD": PASSWORD}

    def typed(*words: str) -> Result:
        return CliRunner().invoke(tanpuhui, ["series", *words], env=environ)

    said = (
        *("avg_province", "--area", "CN-44", "--year", "2024", "--value", "0.4000"),
        *("--unit", "kgCO2/kWh", "--from", "2026-06-01", "--title", "N", "--source", "S"),
        *("--copy", "C", "--grade", "press"),
    )
    first = typed("propose", *said, "--as", "operator")
    assert first.exit_code == 0, first.output
    assert "It takes the signature of an authority too." in first.output
    value_id = first.output.split()[0]
    assert value_id in typed("list", "--proposed").output
    assert "+ avg_province" not in typed("list").output
    second = typed("publish", value_id, "--as", "authority")
    assert "Published: for actions done since 2026-06-01" in second.output
    shown = typed("list", "--series", "avg_province").output
    assert "+ avg_province CN-44 2024: 0.4000 kgCO2/kWh from 2026-06-01  [press: S; C]" in shown
    for words, told in (
        ((*said[:2], "CN-99", *said[3:]), "SERIES_VALUE_WRONG"),
        ((*said[:6], "much", *said[7:]), "much is no number"),
    ):
        refused = typed("propose", *words, "--as", "operator")
        assert refused.exit_code in (2, 3)
        assert told in refused.output, refused.output
    over = typed("publish", value_id, "--as", "authority")
    assert (over.exit_code, "SERIES_VALUE_PUBLISHED" in over.output) == (3, True)
