"""The catalogue for people: whole, in both languages, and safe to open."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask

from app.wiring import Wiring
from behaviours.actions.shipped import load_rulebook
from behaviours.civil_time import civil_day
from behaviours.rules.proxies import proxy_of
from tests.builders.civil import CHINA
from tests.builders.methodologies import Office, Rule
from tests.builders.people import Http

LANGUAGES = ("zh-CN", "en")
AWAITING = "/methodologies/ccaa.carpool/2021"
SHIPPED = load_rulebook().versions()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_version_is_listed_with_both_titles_and_leads_to_its_page(
    http: Http, language: str
) -> None:
    page = http.get(f"/methodologies?lang={language}")
    assert page.content_type == "text/html; charset=utf-8"
    assert f'<html lang="{language}">' in page.text
    text = unescape(page.text)
    for version in SHIPPED:
        assert f"<code>{version.label}</code>" in text
        assert version.title_zh in text
        assert version.title_en in text
        path = f"/methodologies/{version.code}/{version.version}?lang={language}"
        assert f'href="{path}"' in text
        whole = http.get(path)
        assert whole.status_code == 200, version.label
        shown = unescape(whole.text)
        assert version.digest in shown
        for gap in version.stated.missing:
            assert gap["what"] in shown
            assert gap["where"] in shown
            assert gap["what"] in text
            assert gap["where"] in text
        for equation in version.reckoning.equations:
            assert f"{equation.name} = {equation.text}" in shown
        for parameter in version.reckoning.parameters:
            assert f"<code>{parameter.name}</code>" in shown


def test_the_list_says_state_class_weakest_grade_and_how_much_is_missing(http: Http) -> None:
    page = http.get("/methodologies?lang=en").text
    carpool = row_of(page, "ccaa.carpool@2021-2")
    assert re.findall(r"<summary>(\d+)</summary>", carpool) == ["4"]
    assert "awaiting figures" in carpool
    older = row_of(page, "ccaa.carpool@2021")
    assert "superseded" in older
    assert '<a href="/methodologies/ccaa.carpool/2021-2?lang=en"><code>2021-2</code></a>' in older
    assert "secondary" in carpool
    assert ">scene<" in carpool
    metro = row_of(http.get("/methodologies?lang=zh-CN").text, "bj.low_carbon_travel@2024-2")
    assert "生效中" in metro
    assert "待补数据" not in metro


@pytest.mark.parametrize(("language", "mark"), [("en", ">Proxy<"), ("zh-CN", ">代用<")])
def test_a_proxy_is_marked_and_says_what_it_stands_in_for(
    http: Http, language: str, mark: str
) -> None:
    page = http.get(f"/methodologies?lang={language}").text
    for version in SHIPPED:
        proxy = proxy_of(version)
        assert (mark in row_of(page, version.label)) == (proxy is not None), version.label
        own = unescape(
            http.get(f"/methodologies/{version.code}/{version.version}?lang={language}").text
        )
        assert ('class="proxy-note"' in own) == (proxy is not None)
        if proxy is not None:
            note = own[own.index('class="proxy-note"') :].split("</p>")[0]
            assert proxy.why in note
            assert (f"<code>{version.code}@{proxy.stands_for}</code>" in note) == (
                proxy.stands_for != ""
            )


def row_of(page: str, label: str) -> str:
    return next(row for row in page.split("<tr>") if f"<code>{label}</code>" in row)


@pytest.mark.parametrize(
    ("language", "blocks", "unknown"),
    [("en", "needed before use", "not known yet"), ("zh-CN", "使用前必须补齐", "暂缺")],
)
def test_a_version_that_awaits_figures_names_each_with_its_document(
    http: Http, language: str, blocks: str, unknown: str
) -> None:
    text = unescape(http.get(f"{AWAITING}?lang={language}").text)
    missing = text[text.index('id="missing"') : text.index("</section>")]
    rows = missing.split("<tr>")[1:]
    version = next(each for each in SHIPPED if each.label == "ccaa.carpool@2021")
    assert len(version.awaiting) == 4
    for awaited in version.awaiting:
        row = next(row for row in rows if awaited.what in row)
        assert awaited.where in row
        assert blocks in row
    assert text.count(unknown) == 4


def test_the_language_is_the_readers_own_and_can_be_switched(http: Http) -> None:
    for path in ("/methodologies", AWAITING):
        english = http.get(path, headers={"Accept-Language": "en-GB,zh;q=0.5"})
        assert '<html lang="en">' in english.text
        assert english.headers["Vary"] == "Accept-Language, Cookie"
        assert english.headers["Content-Language"] == "en"
        assert 'href="?lang=zh-CN"' in english.text
        chosen = http.get(f"{path}?lang=zh-CN", headers={"Accept-Language": "en"})
        assert '<html lang="zh-CN">' in chosen.text
        assert 'href="?lang=en"' in chosen.text
        assert '<html lang="zh-CN">' in http.get(path).text
    assert http.get("/methodologies?lang=fr").json["code"] == "VALIDATION_FAILED"


@pytest.mark.parametrize("path", ["bj.low_carbon_travel/1999", "no.such/1", "<script>/1"])
def test_an_unknown_version_is_refused_as_everywhere(http: Http, path: str) -> None:
    answer = http.get(f"/methodologies/{path}")
    assert (answer.status_code, answer.json["code"]) == (404, "UNKNOWN_METHODOLOGY")


def test_what_a_rule_says_is_text_and_never_markup(wiring: Wiring) -> None:
    own = replace(wiring, rules=type(wiring.rules)(CHINA, b"a key of claims"))
    office, rule = Office(own), Marked(civil_day(own.clock.now(), CHINA))
    office.published(rule)
    for path in ("/methodologies?lang=en", f"/methodologies/{rule.code}/{rule.version}"):
        page = office.http.get(path).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script" not in page
        assert "javascript:" not in page


def test_the_calculator_asks_how_long_it_took_where_an_equation_reads_it(wiring: Wiring) -> None:
    own = replace(wiring, rules=type(wiring.rules)(CHINA, b"a key of claims"))
    office, rule = Office(own), Timed(civil_day(own.clock.now(), CHINA))
    office.published(rule)
    path = f"/methodologies/{rule.code}/{rule.version}/calculator?lang=en"
    assert 'name="hours"' in office.http.get(path).text
    day = rule.starts_on.isoformat()
    form = {"region": "CN-44", "occurred_on": day, "q.trips": "2", "hours": "1.5"}
    answers = [
        office.app.test_client().post(path, data=form | changed)
        for changed in ({}, {"hours": ""}, {"hours": "long"})
    ]
    assert [answer.status_code for answer in answers] == [200, 422, 422]
    assert "0.150000 kg" in answers[0].text
    told = {"quantities": {"trips": "2"}, "evidence": {}, "region": "CN-44", "occurred_on": day}
    asked = office.http.post(f"/v1/methodologies/{rule.code}/quantify", {**told, "hours": "1.5"})
    assert asked.json["reduction_kg"] == "0.150000"
    without = office.http.post(f"/v1/methodologies/{rule.code}/quantify", told)
    assert (without.status_code, without.json["code"]) == (422, "INVALID_INTERVAL")


class Timed(Rule):
    """A rule whose saving grows with the time that the ride takes."""

    def body(self) -> dict[str, str]:
        sent = super().body()
        document = sent["document"].replace(
            "is: trips * EF_trip", "is: trips * EF_trip * days * 24"
        )
        document = document.replace("unit: kgCO2e/trip", "unit: kgCO2e/(trip*day)")
        document = document.replace("interval: {required: false", "interval: {required: true")
        examples = sent["examples"].replace("saved_mg", 'ended_after_hours: "1"\n    saved_mg')
        return {"document": document, "examples": examples}


class Marked(Rule):
    """A rule whose texts try to be more than text."""

    def body(self) -> dict[str, str]:
        sent = super().body()
        text = sent["document"].replace("Test ride", "<script>alert(1)</script>")
        return {**sent, "document": text.replace('url: ""', 'url: "javascript:alert(1)"')}


@pytest.mark.parametrize("path", ["/methodologies", AWAITING])
def test_the_pages_load_nothing_from_elsewhere_and_run_nothing(app: Flask, path: str) -> None:
    http = Http(app)
    page = http.get(path)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe-inline" not in policy
    loaded = re.findall(r'<link[^>]+href="([^"]+)"', page.text)
    assert "/methodologies/page.css" in loaded
    assert not re.search(r"<(script|img|iframe|style|object)|\ssrc=|\sstyle=|\son\w+=", page.text)
    for asset in loaded:
        assert asset.startswith("/")
        assert not asset.startswith("//")
        assert http.get(asset).status_code == 200
    style = http.get("/methodologies/page.css")
    assert style.content_type == "text/css; charset=utf-8"
    assert "url(" not in style.text
    assert "@import" not in style.text


def test_a_rule_of_projects_shows_its_keys_and_has_no_calculator(http: Http) -> None:
    path = "/methodologies/verra.tidal_wetland_restoration/2.1"
    page = http.get(f"{path}?lang=en").text
    assert "rule of projects" in page
    assert "<code>area[strata, years]</code>" in page
    assert "<mi>strata</mi>" in page
    assert "calculator" not in page
    assert "项目方法学" in http.get(f"{path}?lang=zh-CN").text
    refused = http.get(f"{path}/calculator?lang=en")
    assert refused.status_code == 422
    assert "monitoring period" in refused.text
