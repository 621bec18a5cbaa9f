"""What all pages look like: one style sheet that browsers keep, and switches that are kept too."""

from __future__ import annotations

import re
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app.shown.figures import Figures
from app.web.look import sheet_path
from tests.builders.browser import Browser

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOST_BYTES = 24_000


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


def switch(browser: Browser, asks: str) -> str:
    """Where the switch of the page leads that asks for this."""
    found = re.search(rf'href="([^"]*{asks}[^"]*)"', browser.page)
    assert found is not None, asks
    return unescape(found[1])


def test_the_style_sheet_is_kept_and_its_name_changes_with_it(browser: Browser) -> None:
    browser.open("/methodologies")
    assert sheet_path() in browser.page
    sheet = browser.open(sheet_path())
    assert sheet.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert len(sheet.data) < MOST_BYTES
    assert browser.open("/look/0000000000000000.css").status_code == 404


@pytest.mark.parametrize("page", ["/complaints", "/complaints/months?year=2026", "/login"])
def test_what_is_switched_stays_switched_on_every_page(browser: Browser, page: str) -> None:
    path = page.partition("?")[0]
    browser.open(page)
    assert "data-theme" not in browser.page
    assert "data-size" not in browser.page
    for asks in ("theme=dark", "size=large"):
        way = switch(browser, asks)
        switched = browser.open(way if way.startswith("/") else path + way)
        assert switched.status_code == 200
        made = switched.headers["Set-Cookie"]
        assert "HttpOnly" in made
        assert "SameSite=Lax" in made
        assert "Cookie" in switched.headers["Vary"]
    browser.open("/methodologies?lang=en")
    assert '<html lang="en" data-theme="dark" data-size="large">' in browser.page
    browser.open("/methodologies?lang=en&theme=auto&size=normal")
    assert '<html lang="en">' in browser.page
    browser.open("/series?lang=zh-CN")
    assert '<html lang="zh-CN">' in browser.page


def test_a_switch_keeps_the_rest_of_the_address(browser: Browser) -> None:
    browser.open("/complaints/months?year=2026&lang=en&theme=dark")
    assert switch(browser, "theme=light").endswith("?year=2026&lang=en&theme=light")
    assert switch(browser, "lang=zh-CN").endswith("year=2026&lang=zh-CN")


def test_nonsense_switches_nothing(browser: Browser) -> None:
    browser.open("/methodologies?theme=%22onload%3D&size=huge")
    assert "data-" not in browser.page.partition("<head>")[0]
    assert "onload=" not in browser.page.partition("<head>")[0]


@pytest.mark.parametrize(
    ("mg", "chinese", "english"),
    [
        (0, "0 克", "0 g"),
        (46_000, "46 克", "46 g"),
        (46_499, "≈ 46 克", "≈ 46 g"),
        (46_500, "≈ 47 克", "≈ 47 g"),
        (-46_500, "≈ -47 克", "≈ -47 g"),
        (12_670_000, "12.67 千克", "12.67 kg"),
        (12_674_999, "≈ 12.67 千克", "≈ 12.67 kg"),
        (1_234_500_000_000, "1,234.50 吨", "1,234.50 t"),
    ],
)
def test_what_a_person_reads_of_a_mass(mg: int, chinese: str, english: str) -> None:
    assert Figures("zh-CN", SHANGHAI).mass(mg) == chinese
    assert Figures("en", SHANGHAI).mass(mg) == english


def test_numbers_of_a_desk() -> None:
    chinese, english = Figures("zh-CN", SHANGHAI), Figures("en", SHANGHAI)
    assert chinese.kilograms(1_234_046_000) == "1,234.046000 千克"
    assert english.kilograms("-46000") == "-0.046000 kg"
    assert (chinese.points(1234), english.points(-1234)) == ("1,234 分", "-1,234 pts")
    assert (chinese.money(1230), chinese.money(-123456)) == ("¥12.30", "-¥1,234.56")
    at = "2026-11-25T10:46:31Z"
    assert chinese.moment(at) == "2026-11-25 18:46"
    assert english.moment(at) == "25 Nov 2026, 18:46"
    assert chinese.short_id("act_0199b2c3d4e57f0080000000000000aa") == "act_0199…0000aa"
    assert chinese.short_id("act_1") == "act_1"
    assert chinese.grouped_hash("0123456789abcdef01") == "01234567 89abcdef 01"
