"""Holders are told what became of the bundles behind their units, and no more than is posted."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import datetime
from typing import Any

import pytest
from pypdfium2 import PdfDocument

from app.clock import StandingClock
from app.ids import new_id, public
from app.shown.covers import cover_sentences
from app.usecases.registry.retire_units import retire_units
from app.wiring import Wiring
from rewards.registry.cover import BundleCover
from rewards.registry.issuing import TONNE_MG
from rewards.registry.retirement import RetirementTerms
from tests.builders.empty_market import market, shut
from tests.builders.market import NOW, bundle, rows, run
from tests.builders.selling import retirement_of
from tests.builders.shortfall import Short, a_short_bundle

__all__ = ["market", "shut"]


@pytest.fixture
def short(market: Wiring) -> Short:
    return a_short_bundle(market)


def retired(short: Short, tonnes: int) -> str:
    made = run(short.wiring, retirement_of(short.wiring, short.buyer, tonnes))
    return public("ret", made.retirement_id)


def on_paper(short: Short, retirement: str) -> str:
    answer = short.http.get(f"/v1/retirements/{retirement}/certificate.pdf")
    with closing(PdfDocument(answer.data)) as document:
        found = "".join(page.get_textpage().get_text_bounded() for page in document)
    return re.sub(r"\s+", "", found)


def test_a_holder_reads_its_notices_and_acknowledges_them(short: Short) -> None:
    token = short.tokens("enterprise", tenant=short.buyer)
    (first,) = short.http.get("/v1/notices", token=token).json["data"]
    assert (first["kind"], first["acknowledged_at"]) == ("taken_back", None)
    done = short.made_good(short.short_t)
    page = short.http.get("/v1/notices?limit=1", token=token).json
    (second,) = page["data"]
    assert (second["kind"], second["posting_id"]) == ("replaced", done["posting_id"])
    assert (second["made_good_kg"], second["shortfall_kg"]) == (
        done["made_good_kg"],
        "0.000000",
    )
    rest = short.http.get(f"/v1/notices?limit=1&cursor={page['next_cursor']}", token=token).json
    assert (rest["data"], rest["has_more"]) == ([first], False)
    path = f"/v1/notices/{second['id']}/acknowledge"
    read = short.http.post(path, token=token)
    assert read.status_code == 200
    assert datetime.fromisoformat(read.json["acknowledged_at"])
    assert short.http.post(path, token=token).json == read.json
    for asked, expected in (("true", [read.json]), ("false", [first])):
        found = short.http.get(f"/v1/notices?acknowledged={asked}", token=token).json["data"]
        assert found == expected


def test_nobody_reads_or_acknowledges_anothers_notice(short: Short) -> None:
    (first,) = short.http.get(
        "/v1/notices", token=short.tokens("enterprise", tenant=short.buyer)
    ).json["data"]
    stranger = short.tokens("enterprise")
    assert short.http.get("/v1/notices", token=stranger).json["data"] == []
    path = f"/v1/notices/{first['id']}/acknowledge"
    assert short.http.post(path, token=stranger).status_code == 404
    assert short.http.post(path, token=short.tokens("operator")).status_code == 403
    dry = short.http.post(
        f"{path}?dry_run=true", token=short.tokens("enterprise", tenant=short.buyer)
    )
    assert dry.json["acknowledged_at"]
    assert not rows(short.wiring, "select * from notice_acknowledgement")


@pytest.mark.parametrize(
    "query",
    ["acknowledged=maybe", "acknowledged=", "acknowledged=true&acknowledged=true", "read=true",
     "limit=0"],
)  # fmt: skip
def test_a_query_that_means_nothing_is_refused(short: Short, query: str) -> None:
    token = short.tokens("enterprise", tenant=short.buyer)
    assert short.http.get(f"/v1/notices?{query}", token=token).status_code == 422


def test_a_certificate_says_on_what_it_rests_with_the_posting_that_made_it_good(
    short: Short,
) -> None:
    covered_t = (bundle(short.wiring, short.bundle_id).issued_t or 0) - short.short_t
    name = retired(short, covered_t)

    def note() -> Any:
        answer = short.http.get(f"/v1/registry/retirements/{name}").json
        return answer["notes"][0]

    before, paper = note(), on_paper(short, name)
    (reserve,) = before["covered"]
    assert before["sentences"][-1].startswith(f"Short by {before['shortfall_kg']} kg")
    for part in (
        "部分依据已冲正的减排量",
        "Restsinpartonreversedreductions",
        f"madegoodbyposting{reserve['posting_id']}",
        f"已由记账{reserve['posting_id']}补足",
        f"Shortby{before['shortfall_kg']}kg",
        f"尚缺{before['shortfall_kg']}千克",
    ):
        assert part in paper, part
    done = short.made_good(short.short_t)
    after, paper = note(), on_paper(short, name)
    assert "Short by" not in " ".join(after["sentences"])
    assert f"madegoodbyposting{done['posting_id']}" in paper
    assert "Shortby" not in paper
    chinese = short.http.get(
        f"/v1/registry/retirements/{name}", headers={"Accept-Language": "zh-CN"}
    ).json["notes"][0]["sentences"]
    assert chinese[-1] == f"其中 {done['made_good_kg']} 千克已由记账 {done['posting_id']} 补足。"


def test_a_certificate_of_a_bundle_that_is_whole_says_nothing(short: Short) -> None:
    made = run(
        short.wiring,
        retire_units,
        enterprise_id=short.giver,
        block_id=None,
        quantity_t=1,
        terms=RetirementTerms("Hangzhou Tea House", "voluntary_offset", "2026"),
        client_reference="one",
        serial_prefix=short.wiring.programme.serial_prefix,
        signing_key=short.wiring.settings.signing_key,
        clock=StandingClock(NOW),
    )
    assert "签发后撤销" not in on_paper(short, public("ret", made.retirement_id))


@pytest.mark.parametrize(("language", "word"), [("en", "good"), ("zh-CN", "补足")])
def test_nothing_says_made_good_without_a_posting(language: str, word: str) -> None:
    short = BundleCover(new_id(), TONNE_MG, TONNE_MG, ())
    assert word not in " ".join(cover_sentences(short, language))


def test_who_names_a_block_that_a_suspension_split_is_told_what_stands_for_it(
    short: Short,
) -> None:
    token = short.tokens("enterprise", tenant=short.buyer)
    (old,) = rows(
        short.wiring,
        "select block_id from unit_block where owner_id = :id and state = 'split'",
        id=short.buyer,
    )
    now = rows(
        short.wiring,
        "select block_id, state from unit_block where owner_id = :id and state <> 'split'"
        " order by lower(numbers)",
        id=short.buyer,
    )
    assert len(now) == 2
    wish = {
        "block_id": public("blk", old["block_id"]),
        "to_enterprise_id": public("org", short.giver),
        "quantity_t": "1",
    }
    refused = short.http.post("/v1/transfers", wish, token=token, key="old")
    assert (refused.status_code, refused.json["code"]) == (409, "BLOCK_NOT_AVAILABLE")
    parts = [public("blk", each["block_id"]) for each in now]
    assert refused.json["details"]["parts"] == parts
    assert all(each in refused.json["detail"] for each in parts)
    # One of them is suspended, and the other one goes.
    free = [each for each in now if each["state"] == "active"]
    wish["block_id"] = public("blk", free[0]["block_id"])
    assert short.http.post("/v1/transfers", wish, token=token, key="new").status_code == 201
    # What went is not told: what stands for it now, of one's own, is the rest.
    again = short.http.post("/v1/transfers", wish, token=token, key="again")
    (rest,) = again.json["details"]["parts"]
    held = short.http.get("/v1/holdings", token=token).json["data"]
    assert rest in {each["id"] for each in held if each["state"] == "active"}
