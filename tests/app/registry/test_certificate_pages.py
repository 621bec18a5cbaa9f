"""Certificates and units as pages: what was signed, and every note of what became of it since."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest
from pypdfium2 import PdfDocument

from app.ids import public
from app.wiring import Wiring
from tests.builders.empty_market import market, shut
from tests.builders.market import bundle, rows, run
from tests.builders.selling import retirement_of
from tests.builders.shortfall import Short, a_short_bundle, reversal

__all__ = ["market", "shut"]
SAID = {
    "en": ("Certificate of retirement", "Note: taken back after issue"),
    "zh-CN": ("注销证书", "附注：签发后撤销"),
}


@pytest.fixture
def short(market: Wiring) -> Short:
    """The buyer has retired what is covered of a bundle that is short of the rest."""
    return a_short_bundle(market)


def retired(short: Short) -> str:
    covered_t = (bundle(short.wiring, short.bundle_id).issued_t or 0) - short.suspended_t()
    made = run(short.wiring, retirement_of(short.wiring, short.buyer, covered_t))
    return public("ret", made.retirement_id)


def page_of(short: Short, path: str) -> str:
    answer = short.http.get(path)
    assert answer.status_code == 200, answer.json
    assert answer.content_type == "text/html; charset=utf-8"
    return unescape(answer.text)


@pytest.mark.parametrize("language", sorted(SAID))
def test_a_certificate_is_read_with_its_notes_in_both_languages(
    short: Short, language: str
) -> None:
    name = retired(short)
    told = short.http.get(
        f"/v1/registry/retirements/{name}", headers={"Accept-Language": language}
    ).json
    page = page_of(short, f"{told['page_url']}?lang={language}")
    assert f'<html lang="{language}">' in page
    (note,) = told["notes"]
    for said in (
        *SAID[language],
        *note["sentences"],
        *told["serials"],
        told["beneficiary"],
        told["period"],
        told["enterprise"],
        note["bundle_id"],
    ):
        assert said in page
    # What makes it good is noted, by its posting.
    short.made_good(short.short_t)
    (note,) = short.http.get(f"/v1/registry/retirements/{name}").json["notes"]
    whole = page_of(short, f"{told['page_url']}?lang={language}")
    assert [line["by"] for line in note["covered"]][-1] == "units"
    for line in note["covered"]:
        assert line["posting_id"] in whole


def test_a_certificate_without_a_note_says_that_there_is_none(short: Short) -> None:
    made = run(short.wiring, retirement_of(short.wiring, short.giver, 1, short.given))
    name = public("ret", made.retirement_id)
    page = page_of(short, f"/registry/retirements/{name}?lang=en")
    assert "Nothing behind these units was taken back since." in page
    for link in re.findall(r'href="(/[^"]*)"', page):
        assert short.http.get(link).status_code == 200, link


def test_units_are_followed_by_their_serial(short: Short) -> None:
    name = retired(short)
    blocks = short.http.get("/v1/registry/blocks?limit=100").json["data"]
    mine = [each for each in blocks if each["bundle_id"] == public("bdl", short.bundle_id)]
    (numbers,) = rows(
        short.wiring,
        "select min(lower(numbers)) as first, max(upper(numbers)) - 1 as last from unit_block"
        " where bundle_id = :id and not for_reserve",
        id=short.bundle_id,
    )
    whole = next(
        each["serial"]
        for each in short.http.get("/v1/registry/transfers").json["data"]
        if each["first_number"] == str(numbers["first"])
    )
    page = page_of(short, f"/registry/units?serial={quote(whole)}&lang=en")
    for each in mine:
        if each["owner"]:
            assert each["serial"] in page
            assert each["owner"] in page
    assert name in page
    assert f'href="?serial={whole}&lang=zh-CN"' in page
    assert "Suspended" in page or "suspended" in page
    assert "Note: taken back after issue" in page
    # The JSON of a block leads to the page of its numbers.
    assert page_of(short, mine[0]["page_url"]).count(mine[0]["serial"]) >= 1
    sold = short.http.get(f"/v1/registry/transfers?serial={quote(whole)}").json["data"]
    assert {each["first_number"] for each in sold} == {str(numbers["first"])}
    assert len(sold) < len(short.http.get("/v1/registry/transfers").json["data"])


def test_a_serial_that_is_none_is_refused_and_one_that_nobody_has_is_empty(short: Short) -> None:
    for path in ("/registry/units", "/v1/registry/transfers"):
        wrong = short.http.get(f"{path}?serial=TPH-X-2026-1-2-99")
        assert (wrong.status_code, wrong.json["code"]) == (422, "BAD_SERIAL")
    assert short.http.get("/registry/units").status_code == 422
    assert short.http.get("/registry/retirements/ret_" + "0" * 32).status_code == 404


def test_the_printed_page_leads_to_the_page_with_the_notes(short: Short) -> None:
    name = retired(short)
    answer = short.http.get(f"/v1/retirements/{name}/certificate.pdf")
    document = PdfDocument(answer.data)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    assert f"/registry/retirements/{name}" in re.sub(r"\s+", "", text)


def test_a_reversal_after_the_retirement_is_on_the_page_at_once(short: Short) -> None:
    made = run(short.wiring, retirement_of(short.wiring, short.giver, 1, short.given))
    name = public("ret", made.retirement_id)
    (theirs,) = rows(
        short.wiring,
        "select action_id from bundle_entry join unit_block using (bundle_id) where block_id = :id",
        id=short.given,
    )
    run(short.wiring, reversal(short.wiring, theirs["action_id"]))
    assert "Note: taken back after issue" in page_of(short, f"/registry/retirements/{name}?lang=en")
