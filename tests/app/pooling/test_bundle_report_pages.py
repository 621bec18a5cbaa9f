"""A bundle's monitoring report as pages: every figure of its JSON, in Chinese and English."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, date, datetime

import pytest
from pypdfium2 import PdfDocument

from app.clock import StandingClock
from app.factory import create_app
from app.messages.catalogues import messages
from app.outbox import names
from app.shown.bundle_report_pdf import ATTACHED, bundle_report_pdf
from app.usecases.pooling.start_report import start_report
from app.wiring import Wiring
from rewards.pooling.documents import (
    Amounts,
    Conditions,
    FactorUsed,
    MonitoringReport,
    NamedAmounts,
    VersionAmounts,
)
from tests.builders.market import NOW, operator, pooled_pv, run, selected, task
from tests.builders.people import Http, Tokens
from tests.builders.printed import columns_of, pages_of, squeezed

SOLAR, METRO = Amounts(3, 12_000_000_001), Amounts(40, 345_600_000)
WHOLE = Amounts(43, 12_345_600_001)
REPORT = MonitoringReport(
    bundle="bdl_01a2081fc2857000b627b3fd70fa7bc0",
    written_at=datetime(2026, 7, 1, 4, tzinfo=UTC),
    conditions=Conditions("pv", 2026, None, date(2026, 1, 1), date(2026, 6, 30), "voluntary"),
    whole=WHOLE,
    carried_in_mg=7,
    by_behaviour=(NamedAmounts("solar", SOLAR), NamedAmounts("metro", METRO)),
    by_month=tuple(NamedAmounts(f"2026-0{month}", METRO) for month in range(1, 7)),
    by_region=(NamedAmounts("CN-440300", WHOLE),),
    by_version=(
        VersionAmounts("gd.pv", "1.2.0", bytes(range(32)), "official", "project", WHOLE),
        VersionAmounts("sz.metro", "2", bytes(range(32, 64)), "press", "individual", METRO),
    ),
    factors=(FactorUsed("EF_grid", "avg_province/CN-44/2023"),),
)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_figure_of_the_json_is_on_the_pages(language: str) -> None:
    made = bundle_report_pdf(REPORT, language)
    words = messages(language)
    found = f"{''.join(pages_of(made))} {columns_of(made)}"
    said = [words[f"report:{each}"] for each in ("by_behaviour", "by_month", "by_region")]
    said += [
        REPORT.bundle, "2026-01-01 – 2026-06-30", "12.345600001 t CO2e", "0.000000007 t CO2e",
        "solar 3 12.000000001 t CO2e", "metro 40 0.3456 t CO2e", "2026-06 40 0.3456 t CO2e",
        "CN-440300 深圳市", "gd.pv@1.2.0", f"sha256:{bytes(range(32)).hex()}",
        words["catalogue:grade.official"], words["catalogue:grade.press"],
        "EF_grid avg_province/CN-44/2023",
    ]  # fmt: skip
    assert [each for each in map(squeezed, said) if each not in found] == []
    assert "〔U+" not in found
    with closing(PdfDocument(made)) as document:
        attached = document.get_attachment(0)
        assert attached.get_name() == ATTACHED
        assert json.loads(bytes(attached.get_data())) == REPORT.as_document()
    assert made == bundle_report_pdf(REPORT, language), "the same file each time"


def test_who_reads_bundles_reads_the_pages(market: Wiring) -> None:
    app = create_app(market)
    http, tokens = Http(app), Tokens(app, market)
    pooled_pv(market)
    bundle_id = selected(market)
    path = f"/v1/bundles/bdl_{bundle_id.hex}/report"
    assert http.get(f"{path}.pdf", token=tokens("operator")).status_code == 404
    run(market, start_report, bundle_id, by=operator(), clock=StandingClock(NOW))
    task(market, names.REPORT_BUNDLE, bundle_id)
    report = http.get(path, token=tokens("operator")).json
    answer = http.get(f"{path}.pdf?lang=zh-CN", token=tokens("authority"))
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Language"] == "zh-CN"
    found = "".join(pages_of(answer.data))
    columns = columns_of(answer.data)
    assert [each for each in report["by_version"] if each["digest"] not in columns] == []
    assert report["bundle_id"] in found
    assert http.get(f"{path}.pdf", token=tokens("enterprise")).status_code == 403
