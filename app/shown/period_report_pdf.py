"""The monitoring report of a period as pages to read: the same figures as its JSON, nothing else.

The JSON travels in the file, in the one spelling that its digest is of, so whoever has the page has
what it was made of. A table of more than ``MOST_ROWS`` rows ends there and says how many there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from app.messages.catalogues import text as message
from app.shown.report_calculation import calculation, comparison, uncertainty
from app.shown.report_measured import exclusions, figures, monitored, system
from app.shown.report_paper import Outline, ReportPaper
from app.shown.report_words import Words, area, in_t, per_cent, span_of
from behaviours.projects.calculated import PeriodReport
from behaviours.signed_document import canonical

ATTACHED: Final = "report.json"
LABEL_MM: Final = 46


def period_report_pdf(report: PeriodReport, language: str) -> bytes:
    """A report as A4 pages, in Chinese or English; the file is the same each time."""
    text: Words = partial(message, language=language)
    content: Any = report.content
    basic = content["basic"]
    title = text("report:title")
    foot = text(
        "report:foot",
        facts={"project": basic["project_name"], "digest": report.digest.hex()[:16]},
    )
    paper = ReportPaper(title, report.reported_at, language=language, foot=foot)
    paper.heading(title, 20)
    paper.heading(basic["project_name"], 14)
    paper.heading(span_of(basic), 11)
    paper.ln(4)
    _basic(paper, text, content, report.digest.hex())
    _boundary(paper, text, content["activity"])
    _implementation(paper, text, content["implementation"])
    system(paper, text, content["monitoring_system"])
    figures(paper, text, content)
    monitored(paper, text, content)
    exclusions(paper, text, content)
    calculation(paper, text, content)
    uncertainty(paper, text, content)
    comparison(paper, text, content["comparison"])
    _uniqueness(paper, text, content["uniqueness"])
    _evidence(paper, text, content["evidence"])
    paper.embed_file(
        bytes=canonical(report.content),
        basename=ATTACHED,
        modification_date=report.reported_at,
        mime_type="application/json",
        desc="The report as JSON",
    )
    return paper.finished()


def _basic(paper: ReportPaper, text: Words, content: Any, digest: str) -> None:
    basic, run = content["basic"], content["calculation"]["run"]
    titled = text(
        "report:methodology_title",
        facts={
            "title": {"zh-CN": basic["methodology_title_zh"], "en": basic["methodology_title_en"]},
            "methodology": basic["methodology"],
        },
    )
    paper.section(text("report:basic"))
    stated = [
        (text("report:project"), f"{basic['project_name']} ({basic['project_id']})"),
        (text("report:region"), basic["region"]),
        (text("report:owner"), basic["owner"] or "–"),
        (text("report:methodology"), titled),
        (text("report:rule_digest"), basic["methodology_digest"]),
        (text("report:design"), f"{basic['design']}: {basic['design_digest']}"),
        (text("report:ex_ante"), basic["ex_ante_digest"]),
        (text("report:period"), f"{basic['period']}: {span_of(basic)}"),
        (text("report:number"), f"{basic['report']}: {digest}"),
        (text("report:expected"), in_t(content["comparison"]["expected_mg"])),
        (text("report:total"), in_t(run["saved_mg"])),
    ]
    paper.facts(stated, LABEL_MM)


def _boundary(paper: ReportPaper, text: Words, activity: Any) -> None:
    paper.section(text("report:boundary"))
    facts = [(text("report:summary"), activity["summary"])]
    if activity["area_m2"]:
        facts.append((text("report:area"), area(activity["area_m2"])))
    paper.facts(facts, LABEL_MM)
    if parcels := activity["parcels"]:
        _parcels(paper, text, parcels)
    if activity["strata"]:
        paper.label(text("report:strata"))
        paper.grid(
            [
                text("report:code"),
                text("report:of_parcels"),
                text("report:area"),
                text("report:planted"),
            ],
            [
                [
                    each["code"],
                    text("report:comma").join(each["parcels"]),
                    area(each["area_m2"]),
                    str(each["planted_year"] or "–"),
                ]
                for each in activity["strata"]
            ],
            (3, 6, 3, 2),
        )
    if activity["meters"]:
        _meters(paper, text, activity["meters"])
    paper.label(text("report:split"))
    paper.grid(
        [text("report:party"), text("report:share")],
        [[each["party"], per_cent(each["share_ppm"])] for each in activity["benefit_split"]],
        (3, 2),
    )


def _parcels(paper: ReportPaper, text: Words, parcels: Sequence[Any]) -> None:
    paper.label(text("report:parcels"))
    paper.grid(
        [
            text("report:parcel"),
            text("report:tenure"),
            text("report:area"),
        ],
        [[each["parcel_no"], each["tenure_no"], area(each["area_m2"])] for each in parcels],
        (3, 3, 2),
    )
    # A report that was put together before outlines stood in it has none.
    land = [_outline(each) for each in parcels if each.get("coordinates")]
    if land:
        paper.map_of(text("report:map"), land)


def _outline(parcel: Any) -> Outline:
    return Outline(
        parcel["parcel_no"],
        [
            [(float(longitude), float(latitude)) for longitude, latitude in ring]
            for polygon in parcel["coordinates"]
            for ring in polygon
        ],
    )


def _meters(paper: ReportPaper, text: Words, meters: Sequence[Any]) -> None:
    paper.label(text("report:meters"))
    paper.grid(
        [
            text("report:meter"),
            text("report:issuer"),
            text("report:capacity"),
            text("report:connected"),
        ],
        [
            [each["number"], each["issuer"], f"{each['capacity_w']} W", each["connected_on"]]
            for each in meters
        ],
        (3, 3, 2, 2),
    )


def _implementation(paper: ReportPaper, text: Words, implementation: Any) -> None:
    paper.section(text("report:implementation"))
    kept = implementation["findings_for_this_period"]
    if not kept:
        paper.small(text("report:no_findings"))
        return
    paper.grid(
        [text("report:of_section"), text("report:finding")],
        [[each["section"], each["text"]] for each in kept],
        (1, 6),
    )


def _uniqueness(paper: ReportPaper, text: Words, uniqueness: Any) -> None:
    registers = {
        "declared_elsewhere": text("report:declared_elsewhere"),
        "covered_emitters": text("report:covered_emitters"),
        "projects": text("report:other_projects"),
    }
    asked = text("report:comma").join(registers.get(each, each) for each in uniqueness["registers"])
    found = uniqueness["found"]
    paper.section(text("report:uniqueness"))
    stated = [
        (text("report:registers"), asked),
        (text("report:checked_on"), uniqueness["checked_on"]),
        (
            text("report:found"),
            text("report:comma").join(map(str, found)) or text("report:nothing_found"),
        ),
    ]
    paper.facts(stated, LABEL_MM)


def _evidence(paper: ReportPaper, text: Words, evidence: Sequence[str]) -> None:
    paper.section(text("report:evidence"))
    paper.grid(
        [text("report:evidence_no"), "SHA-256"],
        [[f"E{number}", digest] for number, digest in enumerate(evidence, 1)],
        (1, 8),
    )
    paper.small(text("report:attached", facts={"file": ATTACHED}))
