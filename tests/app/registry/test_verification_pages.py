"""Verifications as pages: in both languages, with who was left out and why, and safe to open."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.clock import StandingClock
from app.factory import create_app
from app.ids import new_id, public
from app.outbox import names
from app.usecases.pooling.start_report import start_report
from app.wiring import Wiring
from behaviours.civil_time import civil_text
from behaviours.programme import MASS_CUTS_MG
from behaviours.rules.units import kg
from tests.builders.empty_market import market, shut
from tests.builders.market import (
    NOW,
    a_draft,
    an_independent_verifier,
    noticed,
    operator,
    pooled_pv,
    rows,
    run,
    selected,
    task,
)
from tests.builders.people import Http, Tokens
from tests.builders.standing import suspended

__all__ = ["market", "shut"]


@pytest.mark.parametrize(
    ("language", "left_out", "declined"),
    [
        ("en", "tied to the operator", "Declined by the verifier"),
        ("zh-CN", "与运营方有关联", "核查机构拒绝"),
    ],
)
def test_a_page_tells_the_draw_and_every_refusal(
    market: Wiring, language: str, left_out: str, declined: str
) -> None:
    app = create_app(market)
    http, tokens = Http(app), Tokens(app, market)
    free = an_independent_verifier(market, pooled=True)
    tied = an_independent_verifier(market, pooled=True, of_operator=True)
    pooled_pv(market)
    bundle_id = selected(market)
    run(market, start_report, bundle_id, by=operator(), clock=StandingClock(NOW))
    task(market, names.REPORT_BUNDLE, bundle_id)
    path = f"/v1/bundles/{public('bdl', bundle_id)}"
    assert http.post(f"{path}/submit", token=tokens("operator")).status_code == 200
    why = {"reason": "<b>No people</b> until autumn."}
    answer = http.post(f"{path}/decline", why, token=tokens("verifier", tenant=free))
    assert answer.status_code == 200
    page = http.get(f"/registry/verifications/{public('bdl', bundle_id)}?lang={language}")
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert f'<html lang="{language}">' in page.text
    assert "<b>" not in page.text
    shown = unescape(page.text)
    known = {each["id"]: each["name"] for each in http.get("/v1/registry/verifiers").json["data"]}
    for told in (why["reason"], left_out, declined, *known.values()):
        assert told in shown
    assert public("org", tied) in known
    published = http.get(f"/v1/registry/verifications/{public('bdl', bundle_id)}").json
    (seat,) = [each["said"] for each in published["steps"] if each["step"] == "seat"]
    assert seat["draw"] in shown
    assert published["sampling_commitment"] in shown


STOPPED = {
    "en": ("suspended", "it gives no opinion"),
    "zh-CN": ("暂停", "期间不得出具意见"),
}


@pytest.mark.parametrize("language", STOPPED)
def test_pages_say_that_the_verifier_of_a_bundle_was_suspended(
    market: Wiring, language: str
) -> None:
    http = Http(create_app(market))
    pooled_pv(market)
    bundle_id = noticed(market)
    one = f"/registry/verifications/{public('bdl', bundle_id)}?lang={language}"
    listed = f"/registry/verifications?lang={language}"
    word, means = STOPPED[language]
    mark = 'class="mark state-suspended"'
    for path in (one, listed):
        assert mark not in http.get(path).text
    assert means not in http.get(one).text
    (row,) = rows(market, "select verifier_id from bundle where bundle_id = :id", id=bundle_id)
    suspended(market, row["verifier_id"])
    said = http.get(f"/v1/registry/bundles/{public('bdl', bundle_id)}").json["verifier"]
    for path in (one, listed):
        page = unescape(http.get(path).text)
        after = page.partition(mark)[2]
        assert word in after[:40], path
        assert f'<time datetime="{said["status_since"]}">' in after[:200], path
    assert means in http.get(one).text


def test_the_list_goes_on_page_by_page_and_leads_to_each(market: Wiring) -> None:
    http = Http(create_app(market))
    made = [public("bdl", a_draft(market)) for _ in range(3)]
    first = http.get("/registry/verifications?lang=en&limit=2").text
    assert f"/registry/verifications/{made[2]}?lang=en" in first
    assert made[0] not in first
    after = unescape(first.split('rel="next" href="')[1].split('"')[0])
    second = http.get(f"/registry/verifications{after}").text
    assert made[0] in second
    assert made[2] not in second
    assert http.get(f"/registry/verifications/{public('bdl', new_id())}").status_code == 404


STRATA = {
    "en": ("the largest of all, taken whole", "The programme asks at least: "),
    "zh-CN": ("最大者，全部抽查", "项目的最低要求："),
}


@pytest.mark.parametrize("language", STRATA)
def test_a_page_tells_the_strata_their_bounds_and_sizes_and_what_is_asked(
    market: Wiring, language: str
) -> None:
    app = create_app(market)
    http, tokens = Http(app), Tokens(app, market)
    an_independent_verifier(market, pooled=True)
    pooled_pv(market, people=40, kwh="100")
    pooled_pv(market, people=1, kwh="90000")
    bundle_id = selected(market)
    run(market, start_report, bundle_id, by=operator(), clock=StandingClock(NOW))
    task(market, names.REPORT_BUNDLE, bundle_id)
    path = f"/v1/bundles/{public('bdl', bundle_id)}"
    body = {"plan": {"confidence": "0.90", "precision": "0.10"}}
    assert http.post(f"{path}/submit", body, token=tokens("operator")).status_code == 200
    name = public("bdl", bundle_id)
    published = http.get(f"/v1/registry/verifications/{name}").json
    whole, rest = published["sampling_plan"]["strata"]
    assert (whole["behaviour"], whole["below_mg"], whole["size"]) == (None, None, 1)
    assert (rest["behaviour"], rest["population"]) == ("distributed_pv", 40)
    assert 30 <= whole["size"] + rest["size"] <= 41
    assert int(whole["from_mg"]) > int(rest["mass_mg"]) // rest["population"]
    floor = published["sampling_floor"]
    assert floor == {
        "least_confidence": "0.90",
        "widest_precision": "0.10",
        "least_size": 30,
        "mass_cuts_mg": [str(cut) for cut in MASS_CUTS_MG],
    }
    shown = unescape(http.get(f"/registry/verifications/{name}?lang={language}").text)
    bounds = [kg(int(each["from_mg"])) for each in (whole, rest)] + [kg(int(rest["below_mg"]))]
    sizes = [f">{rest['population']}<"]
    masses = [f"{kg(int(each['mass_mg']))} kg" for each in (whole, rest)]
    for told in (*STRATA[language], *bounds, *sizes, *masses, "0.90", "0.10"):
        assert told in shown, told


def test_pages_go_by_the_clocks_of_the_programme_and_say_which(market: Wiring) -> None:
    app = create_app(market)
    http, tokens = Http(app), Tokens(app, market)
    an_independent_verifier(market, pooled=True)
    pooled_pv(market)
    bundle_id = selected(market)
    run(market, start_report, bundle_id, by=operator(), clock=StandingClock(NOW))
    task(market, names.REPORT_BUNDLE, bundle_id)
    name = public("bdl", bundle_id)
    http.post(f"/v1/bundles/{name}/submit", token=tokens("operator"))
    published = http.get(f"/v1/registry/verifications/{name}").json
    pages = [http.get(f"/registry/verifications{each}").text for each in ("", f"/{name}")]
    moments = [published["created_at"], published["verify_by"]]
    moments += [each["taken_at"] for each in published["steps"]]
    for each in moments:
        assert civil_text(datetime.fromisoformat(each), ZoneInfo("Asia/Shanghai")) in pages[1]
    assert "2026-07-01 12:00:00 +08:00 (Asia/Shanghai)" in pages[0]
    # What stands beside a <time> for people is never the moment in UTC.
    for page in pages:
        assert not re.search(r">[^<]*\d\d:\d\d(:\d\d)?(Z| UTC)[^<]*<", page)


def test_no_template_writes_a_moment_by_itself() -> None:
    for template in Path("app").rglob("templates/*"):
        text = template.read_text(encoding="utf-8")
        assert "UTC" not in text, template
        assert not re.search(r"_at\[|at\[|\.isoformat|strftime", text), template
