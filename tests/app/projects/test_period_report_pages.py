"""A monitoring report as pages: in Chinese and English it says every figure of its JSON, whole."""

from __future__ import annotations

import copy
import hashlib
import json
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest
from pypdfium2 import PdfDocument
from pypdfium2.raw import FPDF_PAGEOBJ_PATH

from app.messages.catalogues import messages
from app.shown.period_report_pdf import ATTACHED, period_report_pdf
from app.shown.report_measured import MOST_ROWS
from app.shown.report_paper import Bar, ReportPaper
from app.wiring import Wiring
from behaviours.actions.shipped import load_rulebook
from behaviours.projects.calculated import PeriodReport
from tests.builders.monitored import Sunny, days
from tests.builders.printed import columns_of, pages_of, squeezed
from tests.builders.wetland_report import NOW, wetland_report

LANGUAGES = ("zh-CN", "en")
SECTIONS = (
    "basic", "boundary", "implementation", "system", "figures", "monitored", "exclusions",
    "calculation", "uncertainty", "comparison", "uniqueness", "evidence",
)  # fmt: skip


@pytest.fixture(scope="module")
def wetland() -> PeriodReport:
    (version,) = load_rulebook().versions_of("verra.tidal_wetland_restoration")
    return wetland_report(version)


def plain(value: str) -> str:
    """To the last digit that is not nought."""
    written = f"{Decimal(value):f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_and_every_figure_of_the_json_is_on_the_pages(wetland, language):
    content: Any = wetland.content
    made = period_report_pdf(wetland, language)
    pages, columns = "".join(pages_of(made)), columns_of(made)
    words = messages(language)
    headings = [squeezed(words[f"report:{each}"]) for each in SECTIONS]
    assert all(each in pages for each in headings)
    assert [pages.index(each) for each in headings] == sorted(map(pages.index, headings))
    basic, run = content["basic"], content["calculation"]["run"]
    said = [
        basic["project_name"], basic["methodology_digest"], basic["design_digest"],
        basic["methodology_title_zh" if language == "zh-CN" else "methodology_title_en"],
        wetland.digest.hex(), content["calculation"]["inputs_digest"],
        "2026-01-01–2026-12-31", "2025-12-01–2025-12-31",
        "1919.194334tCO2e", "1700tCO2e", "12.8937%", "更多幼树成活。",
        "300.0006ha", "ZJ-001", "T-003", "70%", "30%",
        "Showtheclassifier'serrors.", "atenthanew", "Theprobewaslost;theleastbefore.", "0.5%",
    ]  # fmt: skip
    said += [f"{plain(each['value'])}" for each in content["monitored"]["values"]]
    said += [f"{each['name']}{squeezed(each['meaning'])}" for each in content["factors"]]
    said += [cell["value"] for each in content["factors"] for cell in each["values"]]
    said += [squeezed(each["source"]) for each in content["fixed_parameters"].values()]
    said += [plain(cell["value"]) for each in run["steps"] for cell in each["cells"]]
    said += [squeezed(each["equation"]) for each in run["steps"]]
    said += [f"{plain(str(Decimal(mg).scaleb(-9)))}tCO2e" for mg in run["results"].values()]
    said += content["evidence"]
    found = f"{pages} {columns}"
    assert [each for each in map(squeezed, said) if each not in found] == []
    for grade in ("official", "secondary", "assumption"):
        assert squeezed(words[f"catalogue:grade.{grade}"]) in pages
    assert "〔U+" not in pages, "the fonts have every letter"


def test_the_report_says_how_sure_it_is_with_what_is_deducted_for_it(wetland):
    stated: Any = wetland.content["uncertainty"]
    assert stated["told"] == ["baseline_uncertainty", "uncertainty"]
    cells = {each["name"]: each["cells"][0]["value"] for each in stated["computed"]}
    assert cells.keys() == {"U_WPS", "NER_ERROR", "factor"}
    assert (Decimal(cells["NER_ERROR"]), Decimal(cells["factor"])) == (
        Decimal("0.26"),
        Decimal("0.94"),
    )
    assert stated["instruments"] == [{"instrument": "UAV", "most_error_ppm": 5000}]


def test_the_json_travels_in_the_file_in_the_spelling_of_its_digest(wetland):
    made = period_report_pdf(wetland, "zh-CN")
    assert made == period_report_pdf(wetland, "zh-CN"), "the same file each time"
    with closing(PdfDocument(made)) as document:
        attached = document.get_attachment(0)
        assert attached.get_name() == ATTACHED
        spelled = bytes(attached.get_data())
    assert hashlib.sha256(spelled).digest() == wetland.digest
    assert json.loads(spelled) == wetland.content


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_lies_outside_the_frame(wetland, language):
    with closing(PdfDocument(period_report_pdf(wetland, language))) as document:
        for page in document:
            assert page.render(scale=0.5).to_pil().convert("L").getextrema()[0] < 150, "not empty"
            wide, high = page.get_size()
            text = page.get_textpage()
            for at in range(text.count_rects()):
                left, bottom, right, top = text.get_rect(at)
                assert left > 36, text.get_text_bounded(left, bottom, right, top)
                assert right < wide - 36
                assert bottom > 36
                assert top < high - 36


def test_a_long_table_has_its_headings_on_every_page_and_says_what_it_leaves_out(wetland):
    content: Any = copy.deepcopy(wetland.content)
    one = {**content["monitored"]["values"][0], "parameter": "many"}
    content["monitored"]["values"] = [
        {**one, "key": f"S{number}"} for number in range(MOST_ROWS + 7)
    ]
    pages = pages_of(period_report_pdf(wetland._replace(content=content), "en"))
    of_table = [each for each in pages if each.count("many") > 3]
    assert len(of_table) > 10
    heading = "ParameterKeyFirstandlastdayValueUnitQualityInstrumentEvidence"
    assert [each for each in of_table if heading not in each] == []
    whole = "".join(pages)
    assert f"manyS{MOST_ROWS - 1}2026" in whole
    assert f"manyS{MOST_ROWS}2026" not in whole
    assert f"shows{MOST_ROWS}of{MOST_ROWS + 7}rows" in whole


def test_a_row_that_is_higher_than_a_page_goes_on_over_it():
    paper = ReportPaper("long", NOW, language="en", foot="long")
    paper.grid(["No", "Text"], [["1", "word " * 4_000], ["2", "after"]], (1, 9))
    pages = pages_of(paper.finished())
    assert len(pages) > 2
    assert sum(each.count("word") for each in pages) == 4_000
    assert all("NoText" in each for each in pages)
    assert "2after" in pages[-1]


def test_bars_are_as_long_as_their_numbers_on_both_sides_of_nought():
    values = [Decimal(300), Decimal(-100), Decimal(0), Decimal("150.5")]
    paper = ReportPaper("bars", NOW, language="en", foot="bars")
    paper.bars([Bar(f"b{each}", each, f"{each} t") for each in values])
    with closing(PdfDocument(paper.finished())) as document:
        boxes = [each.get_bounds() for each in document[0].get_objects(filter=(FPDF_PAGEOBJ_PATH,))]
    # Neither the frame nor the lines of nought.
    bars = [box for box in boxes if 9 < box[3] - box[1] < 10.5 and box[2] - box[0] > 3]
    wide = [box[2] - box[0] for box in bars]
    assert len(bars) == 3, "nought has no bar"
    assert wide[0] / wide[1] == pytest.approx(3, rel=0.02)
    assert wide[0] / wide[2] == pytest.approx(300 / 150.5, rel=0.02)
    nought = bars[0][0]
    assert bars[1][2] == pytest.approx(nought, abs=1)
    assert bars[2][0] == pytest.approx(nought, abs=1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_from_before_figures_stood_in_it_is_printed_too(wetland, language):
    content: Any = copy.deepcopy(wetland.content)
    del content["factors"], content["uncertainty"]
    for each in content["activity"]["parcels"]:
        del each["coordinates"]
    for each in content["fixed_parameters"].values():
        del each["unit"], each["meaning"]
    whole = "".join(pages_of(period_report_pdf(wetland._replace(content=content), language)))
    assert squeezed(messages(language)["report:uncertainty_unstated"]) in whole
    assert "ZJ-002" in whole


def test_more_values_than_a_plot_takes_are_counted(wetland):
    content: Any = copy.deepcopy(wetland.content)
    one = content["monitored"]["values"][0]
    content["monitored"]["values"] = [
        {**one, "key": f"S{number}", "value": str(number)} for number in range(60)
    ]
    whole = "".join(pages_of(period_report_pdf(wetland._replace(content=content), "en")))
    assert "shows40of60values" in whole


def test_who_sees_the_period_reads_its_report_in_the_language_asked_for(wiring: Wiring) -> None:
    sunny = Sunny(wiring)
    sunny.expected()
    sunny.registered()
    period = sunny.open("2024-07-01", "2025-01-01")
    path, owner = f"/v1/monitoring-periods/mpd_{period.hex}/report", sunny.applicant.token
    assert sunny.http.get(f"{path}.pdf", token=owner).status_code == 404
    export = {"export": {"M1.2024": "410250", "M2.2024": "205125", "M3.2024": "98750"}}
    sunny.measure(period, sunny.measured(days("2024-07-01", "2025-01-01"), export))
    sunny.lock(period)
    sunny.report(period)
    report = sunny.http.get(path, token=owner).json
    for asked, headers, language in (
        ("", {}, "en"),
        ("?lang=zh-CN", {}, "zh-CN"),
        ("", {"Accept-Language": "zh-Hans-CN, en;q=0.5"}, "zh-CN"),
    ):
        answer = sunny.http.get(f"{path}.pdf{asked}", token=owner, headers=headers)
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
        assert answer.headers["Content-Language"] == language
        assert "Accept-Language" in answer.headers["Vary"]
        whole = "".join(pages_of(answer.data))
        assert squeezed(messages(language)["report:monitored"]) in whole
        assert report["digest"].removeprefix("sha256:") in whole
        assert (
            f"{plain(str(Decimal(report['report']['comparison']['actual_mg']).scaleb(-9)))}t"
            in whole
        )
        assert "410250" in whole
    stranger = sunny.tokens("enterprise")
    assert sunny.http.get(f"{path}.pdf", token=stranger).status_code == 404
    assert sunny.http.get(f"{path}.pdf", token=sunny.tokens("authority")).status_code == 200
