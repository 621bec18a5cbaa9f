"""Series and warming potentials as a page: every value with where it was read and who signed it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest

from app.settings import Settings
from app.wiring import Wiring
from behaviours.rules.factors import shipped_factors
from tests.builders.methodologies import Office
from tests.builders.people import Http
from tests.builders.series import GUANGDONG, NOW, processes, proposed, published

BOOK = shipped_factors()


@pytest.fixture
def process(settings: Settings, fresh_database: str) -> Iterator[Callable[..., Wiring]]:
    yield from processes(settings, fresh_database)


def section(page: str, code: str) -> str:
    start = page.index(f'<section id="{code}">')
    return unescape(page[start : page.index("</section>", start)])


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_value_stands_there_with_its_source_and_grade(http: Http, language: str):
    page = http.get(f"/series?lang={language}").text
    for factor in BOOK.factors.values():
        shown = section(page, factor.series)
        assert f"{factor.value:f}" in shown, factor.factor_id
        assert factor.source in shown
        assert factor.notice.title in shown
        assert factor.unit.text in shown
    for each in BOOK.potential_sets.values():
        shown = section(page, each.code)
        assert shown.count('<td class="number"') == len(each.potentials)
        assert all(one.source in shown for one in each.potentials.values())
    assert page.count('<td class="number"') == len(BOOK.factors) + sum(
        len(each.potentials) for each in BOOK.potential_sets.values()
    )
    assert not re.search(r"<(script|img|style)|\sstyle=", page)


def test_the_figures_of_a_rule_lead_there(http: Http):
    page = http.get("/methodologies/csae.ev_charging/2021-2?lang=en").text
    (linked,) = set(re.findall(r'href="(/series\?lang=en#[^"]+)"', page))
    assert f'<section id="{linked.partition("#")[2]}">' in http.get("/series").text
    gases = http.get("/methodologies/verra.tidal_wetland_restoration/2.1?lang=zh-CN").text
    assert re.search(r'href="/series\?lang=zh-CN#AR\d"', gases)
    assert 'href="/series?lang=en"' in http.get("/methodologies?lang=en").text


def test_what_the_programme_added_says_who_signed_it_and_from_when(process):
    office = Office(process())
    proposed(office, {**GUANGDONG, "value": "0.4321"})
    published(office, GUANGDONG)
    page = office.http.get("/series?lang=en").text
    assert "0.4321" not in page, "one alone"
    shown = section(page, "avg_province")
    row = next(row for row in shown.split("<tr>") if GUANGDONG["title"] in row)
    for said in (
        GUANGDONG["value"],
        GUANGDONG["copy"],
        f'href="{GUANGDONG["source"]}"',
        f"for actions since {GUANGDONG['holds_from']}",
        "added by the programme",
        "signed by the operator",
        "signed by the authority",
        f"{NOW:%Y-%m-%d}",
    ):
        assert said in row, said
