"""The registry's pages: everything is found, every link leads somewhere, and nobody is in it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from defusedxml import ElementTree

from app.ids import public
from app.wiring import Wiring
from tests.builders.market import rows, run
from tests.builders.selling import retirement_of
from tests.builders.shortfall import Short, a_short_bundle

LISTS = ("bundles", "blocks", "transfers", "retirements")
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def short(market: Wiring) -> Short:
    return a_short_bundle(market)


@pytest.fixture
def retired(short: Short) -> str:
    made = run(short.wiring, retirement_of(short.wiring, short.giver, 1, short.given))
    return public("ret", made.retirement_id)


def page_of(short: Short, path: str) -> str:
    answer = short.http.get(path)
    assert answer.status_code == 200, (path, answer.text)
    return unescape(answer.text)


def found(short: Short, words: str) -> Any:
    answer = short.http.get(f"/v1/registry/search?q={quote(words)}")
    assert answer.status_code == 200, answer.text
    return answer.json["found"]


def test_everything_with_a_page_is_found_by_what_is_printed_of_it(
    short: Short, retired: str
) -> None:
    block = short.http.get("/v1/registry/blocks").json["data"][0]
    (owner,) = rows(
        short.wiring,
        "select name from organisation where organisation_id = :id",
        id=short.buyer,
    )
    wanted = {
        block["serial"]: f"/registry/units?serial={quote(block['serial'])}",
        retired: f"/registry/retirements/{retired}",
        public("bdl", short.bundle_id): f"/registry/bundles/{public('bdl', short.bundle_id)}",
        block["id"]: f"/registry/blocks/{block['id']}",
        owner["name"]: f"/registry/enterprises/{public('org', short.buyer)}",
    }
    for words, path in wanted.items():
        (one,) = found(short, words)
        assert one["page_url"] == path
        jump = short.http.get(f"/registry/search?lang=en&q={quote(words)}")
        assert (jump.status_code, jump.headers["Location"].partition("lang=")[0][:-1]) == (
            303,
            path,
        )
        page_of(short, path)


def test_a_part_of_a_name_finds_all_that_have_it_and_only_who_stands_in_the_register(
    short: Short,
) -> None:
    block = short.http.get("/v1/registry/blocks").json["data"][0]
    several = found(short, "enterprise")
    assert {each["kind"] for each in several} == {"enterprise"}
    assert len(several) == 2
    assert page_of(short, "/registry/search?q=enterprise").count("/registry/enterprises/") == 2
    assert found(short, "nobody of that name") == []
    wrong = page_of(short, f"/registry/search?lang=en&q={quote(block['serial'][:-1])}0")
    assert 'role="alert"' in wrong
    # Providers have no units: they do not stand in the register.
    assert found(short, "provider") == []
    provider = rows(
        short.wiring, "select organisation_id as id from organisation where kind = 'provider'"
    )
    assert (
        short.http.get(f"/registry/enterprises/{public('org', provider[0]['id'])}").status_code
        == 404
    )


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_nobodys_person_is_anywhere_and_every_link_leads_somewhere(
    short: Short, retired: str, language: str
) -> None:
    people = [
        each["id"].hex
        for each in rows(short.wiring, "select participant_id as id from participant")
    ]
    actions = [each["id"].hex for each in rows(short.wiring, "select action_id as id from action")]
    block = short.http.get("/v1/registry/blocks").json["data"][0]
    paths = [
        "/registry",
        *(f"/registry/{each}" for each in LISTS),
        *(f"/registry/{each}.csv" for each in LISTS),
        f"/registry/retirements/{retired}",
        f"/registry/bundles/{public('bdl', short.bundle_id)}",
        f"/registry/blocks/{block['id']}",
        f"/registry/enterprises/{public('org', short.buyer)}",
        "/registry/feed.atom",
        "/registry/flow.csv",
        "/registry/regions.csv",
    ]
    links: set[str] = set()
    for path in paths:
        page = page_of(short, f"{path}?lang={language}")
        assert people
        assert not [each for each in (*people, *actions) if each in page], path
        links |= set(re.findall(r'href="(/[^"#]*)"', page))
    for link in sorted(links):
        assert short.http.get(link).status_code in (200, 303), link


def test_a_bundle_that_is_short_says_so_on_its_page_and_its_blocks(short: Short) -> None:
    bundle = page_of(short, f"/registry/bundles/{public('bdl', short.bundle_id)}?lang=en")
    assert "Note: taken back after issue" in bundle
    root = short.http.get(f"/v1/registry/bundles/{public('bdl', short.bundle_id)}").json["root"]
    assert root[:8] in bundle
    block = next(
        each
        for each in short.http.get("/v1/registry/blocks").json["data"]
        if each["bundle_id"] == public("bdl", short.bundle_id)
    )
    assert "Note: taken back after issue" in page_of(
        short, f"/registry/blocks/{block['id']}?lang=en"
    )
    report = short.http.get(f"/v1/registry/bundles/{public('bdl', short.bundle_id)}/report.pdf")
    assert (report.status_code, report.data[:5]) == (200, b"%PDF-")


def test_the_feed_says_what_was_issued_and_retired(short: Short, retired: str) -> None:
    feed = ElementTree.fromstring(short.http.get("/registry/feed.atom?lang=en").data)
    entries = feed.findall(f"{ATOM}entry")
    told = {each.findtext(f"{ATOM}id", "").rsplit("/", 1)[1] for each in entries}
    assert {retired, public("bdl", short.bundle_id)} <= told
    updated = [each.findtext(f"{ATOM}updated", "") for each in entries]
    assert updated == sorted(updated, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == updated[0]
