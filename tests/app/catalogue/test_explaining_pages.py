"""A rule explained: its formulas as mathematics, versions side by side, and a calculator that
works without a script."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from flask import Flask

from behaviours.actions.shipped import load_rulebook
from tests.builders.people import Http

LANGUAGES = ("en", "zh-CN")
SHIPPED = load_rulebook().versions()
USABLE = [v for v in SHIPPED if not v.awaiting and v.survey is None]
EV = "/methodologies/csae.ev_charging/2021-proxy-3"
FORM = {"region": "CN-44", "occurred_on": "2026-12-15"}


def sent(app: Flask, path: str, form: dict[str, str], language: str = "en") -> tuple[int, str]:
    answer = app.test_client().post(f"{path}?lang={language}", data=form)
    return answer.status_code, unescape(answer.text)


def numbers_in(markup: str) -> list[str]:
    return re.findall(r"<mn>([^<]+)</mn>", markup)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_version_shows_its_equations_as_mathematics(http: Http, language: str) -> None:
    for version in SHIPPED:
        page = http.get(f"/methodologies/{version.code}/{version.version}?lang={language}").text
        maths = page.count('<math display="block">')
        conditions = len(version.reckoning.conditions) + len(version.trust.plausible)
        assert maths == len(version.reckoning.equations) + conditions
        path = f"/methodologies/{version.code}/{version.version}/calculator"
        assert (f'href="{path}?lang={language}"' in page) == (version in USABLE)
        for other in load_rulebook().versions_of(version.code):
            path = f"/methodologies/{version.code}/{version.version}/against/{other.version}"
            assert (f'href="{path}?lang={language}"' in page) == (other is not version)


def test_what_changed_between_two_versions_stands_side_by_side(http: Http) -> None:
    page = unescape(http.get(f"{EV}/against/2021-2?lang=en").text)
    figures = page[page.index('id="figures"') : page.index('id="equations"')]
    rows = {re.findall(r"<code>([^<]+)</code>", row)[0]: row for row in figures.split("<tr>")[2:]}
    assert rows.keys() == {"EF_car", "EF_ev", "EF_pair", "EC_ev"}
    assert "0.210" in rows["EF_car"]
    assert "0.15404" in rows["EF_car"]
    assert rows["EF_ev"].count("not in this version") == 1
    assert "0.20656" in rows["EC_ev"]
    assert "DESNZ: UK Government" in rows["EC_ev"]
    equations = page[page.index('id="equations"') : page.index('id="fields"')]
    assert "energy_kwh * EF_pair / EF_ev" in equations
    assert "energy_kwh / EC_ev" in equations
    assert equations.count("<math") == 4
    assert ">ER<" not in equations
    fields = page[page.index('id="fields"') :]
    assert "evidence.car" in fields
    assert "in_force" in fields
    assert "4 figures and equations are the same in both" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_two_versions_of_a_rule_can_be_compared(http: Http, language: str) -> None:
    seen = 0
    for version in SHIPPED:
        earlier = load_rulebook().versions_of(version.code)[0]
        path = f"/methodologies/{version.code}/{version.version}/against/{earlier.version}"
        page = http.get(f"{path}?lang={language}")
        assert page.status_code == 200, path
        seen += earlier is not version
    assert seen > 50


def test_a_version_is_the_same_as_itself_and_an_unknown_one_is_refused(http: Http) -> None:
    page = http.get(f"{EV}/against/2021-proxy-3?lang=en").text
    assert page.count("Nothing differs.") == 3
    answer = http.get(f"{EV}/against/1999")
    assert (answer.status_code, answer.json["code"]) == (404, "UNKNOWN_METHODOLOGY")


def test_the_calculator_answers_with_every_step_in_numbers(app: Flask) -> None:
    form = {**FORM, "q.energy_kwh": "20", "e.car": "medium"}
    status, page = sent(app, f"{EV}/calculator", form)
    assert status == 200
    assert "10.107584 kg" in page
    maths = re.findall(r"<math.*?</math>", page, re.DOTALL)
    assert numbers_in(maths[0])[:2] == ["20", "0.20656"]
    assert numbers_in(maths[1])[1] == "0.19567"
    assert numbers_in(maths[2]) == ["20", "0.4419", "8.838"]
    assert "CN-44 · 2023" in page
    assert "0.15404" in page
    assert "No figure of this rule states an uncertainty" in page
    # What was typed in is still there, for the next question.
    assert 'value="20"' in page
    assert "<option selected>medium</option>" in page


@pytest.mark.parametrize(("language", "saved"), [("en", "It would save"), ("zh-CN", "可减排")])
def test_the_page_and_the_api_compute_the_same(app: Flask, language: str, saved: str) -> None:
    http = Http(app)
    for version in USABLE:
        if version.reckoning.compiled.history or version.reckoning.compiled.used & {"hours"}:
            continue
        region = min(version.validity.regions or {"CN-44"})
        day = max(version.validity.starts_on.isoformat(), "2026-12-15")
        quantities = {
            name: f"{rule.most:f}"
            for name, rule in version.told.quantities.items()
            if rule.required or rule.group
        }
        evidence = {}
        for name in version.reckoning.evidence_read:
            rule = version.told.evidence[name]
            pattern = "" if rule.pattern is None else rule.pattern.pattern
            evidence[name] = "2020-05-01" if rule.kind == "date" else pattern.split("|")[0]
        body = {
            "region": region,
            "occurred_on": day,
            "version": version.version,
            "quantities": quantities,
            "evidence": evidence,
        }
        told = http.post(f"/v1/methodologies/{version.code}/quantify", body)
        form = {"region": region, "occurred_on": day}
        form |= {f"q.{name}": value for name, value in quantities.items()}
        form |= {f"e.{name}": value for name, value in evidence.items()}
        path = f"/methodologies/{version.code}/{version.version}/calculator"
        status, page = sent(app, path, form, language)
        assert status == told.status_code, (version.label, told.json)
        if status == 200:
            assert saved in page
            assert f"{told.json['reduction_kg']} kg" in page, version.label
            assert page.count("<math") == len(version.reckoning.equations)


def test_earlier_days_may_be_told_where_a_rule_reads_them(app: Flask) -> None:
    path = "/methodologies/sz.low_carbon_electricity/2022/calculator"
    form = {**FORM, "q.consumption_kwh": "20"}
    status, page = sent(app, path, form)
    assert (status, "0.000000 kg" in page) == (200, True)
    status, page = sent(app, path, {**form, "earlier": "24 24 24, 24 24 24 24"})
    # Seven days of 24 kWh less 20 kWh, by the average of Guangdong.
    assert (status, "1.767600 kg" in page) == (200, True)
    for wrong in ("8 eight", "NaN", "1e99", "-8"):
        status, page = sent(app, path, {**form, "earlier": wrong})
        assert (status, 'role="alert"' in page) == (422, True), wrong


@pytest.mark.parametrize(
    "form",
    [
        {"region": "CN-44", "occurred_on": "2026-12-15"},
        {"region": "CN-44", "occurred_on": "2026-12-15", "q.energy_kwh": "a lot"},
        {"region": "CN-44", "occurred_on": "2026-12-15", "q.energy_kwh": "501"},
        {"region": "CN-44", "occurred_on": "soon", "q.energy_kwh": "20"},
        {"region": "CN-99", "occurred_on": "2026-12-15", "q.energy_kwh": "20"},
        {"region": "CN-44", "occurred_on": "2026-12-14", "q.energy_kwh": "20"},
        {"region": "CN-44", "occurred_on": "2026-12-15", "q.energy_kwh": "20", "e.car": "tank"},
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_computed_is_said_above_the_form(
    app: Flask, form: dict[str, str], language: str
) -> None:
    status, page = sent(app, f"{EV}/calculator", form, language)
    assert status in {404, 409, 422}
    assert 'role="alert"' in page
    assert "<form" in page
    assert '<section id="answer"' not in page


@pytest.mark.parametrize(
    "value", ["\x00", "１２", "NaN", "1e999999", "9" * 5000, "\ud800", "-0", " "]
)
def test_nothing_that_is_typed_in_breaks_the_page(app: Flask, value: str) -> None:
    for name in ("region", "occurred_on", "q.energy_kwh", "e.car", "q.surprise"):
        form = urlencode({**FORM, "q.energy_kwh": "20", name: value}, errors="surrogatepass")
        answer = app.test_client().post(
            f"{EV}/calculator?lang=en",
            data=form,
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code in {200, 404, 409, 422}, name


def test_what_was_typed_in_is_text_and_never_markup(app: Flask) -> None:
    form = {**FORM, "q.energy_kwh": '"><script>alert(1)</script>'}
    answer = app.test_client().post(f"{EV}/calculator?lang=en", data=form)
    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_a_version_that_awaits_figures_has_no_form_and_says_what_it_lacks(app: Flask) -> None:
    path = "/methodologies/ccaa.carpool/2021/calculator"
    page = unescape(app.test_client().get(f"{path}?lang=en").text)
    assert "<form" not in page
    assert "awaits figures" in page
    version = load_rulebook().version("ccaa.carpool", "2021")
    assert all(each.what in page for each in version.awaiting)
    status, page = sent(app, path, {**FORM, "q.distance_km": "1"})
    assert (status, "<form" in page) == (422, False)


@pytest.mark.parametrize("path", [f"{EV}/calculator", f"{EV}/against/2021-2", EV])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_run_nothing_and_load_nothing_from_elsewhere(
    http: Http, path: str, language: str
) -> None:
    page = http.get(f"{path}?lang={language}")
    policy = page.headers["Content-Security-Policy"]
    assert "script-src" not in policy
    assert "unsafe-inline" not in policy
    assert f'<html lang="{language}">' in page.text
    assert not re.search(r"<(script|img|iframe|style|object)|\ssrc=|\sstyle=|\son\w+=", page.text)
    for asset in re.findall(r'<link[^>]+href="([^"]+)"', page.text):
        assert http.get(asset).status_code == 200
