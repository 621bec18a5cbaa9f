"""Verifications as pages: in both languages, with who was left out and why, and safe to open."""

from __future__ import annotations

from html import unescape

import pytest

from app.clock import StandingClock
from app.factory import create_app
from app.ids import new_id, public
from app.outbox import names
from app.usecases.pooling.start_report import start_report
from app.wiring import Wiring
from tests.builders.empty_market import market, shut
from tests.builders.market import (
    NOW,
    a_draft,
    an_independent_verifier,
    operator,
    pooled_pv,
    run,
    selected,
    task,
)
from tests.builders.people import Http, Tokens

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
