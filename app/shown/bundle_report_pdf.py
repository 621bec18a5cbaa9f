"""The monitoring report of a bundle as pages to read: the figures of its JSON, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from app.messages.catalogues import text as message
from app.shown.report_measured import draw, shown_rows
from app.shown.report_paper import Bar, ReportPaper
from app.shown.report_words import Words, in_t, tonnes
from behaviours.region_register import named_regions
from behaviours.signed_document import canonical
from rewards.pooling.documents import MonitoringReport, NamedAmounts

ATTACHED: Final = "report.json"
LABEL_MM: Final = 46


def bundle_report_pdf(report: MonitoringReport, language: str) -> bytes:
    """A report as A4 pages, in Chinese or English; the file is the same each time."""
    text: Words = partial(message, language=language)
    title = text("report:title")
    foot = text("report:bundle_foot", facts={"bundle": report.bundle})
    paper = ReportPaper(title, report.written_at, language=language, foot=foot)
    paper.heading(title, 20)
    paper.heading(report.bundle, 11)
    paper.ln(4)
    _basic(paper, text, report)
    named = _regions(report.by_region)
    for heading, of, lines in (
        (text("report:by_behaviour"), text("report:behaviour"), report.by_behaviour),
        (text("report:by_month"), text("report:month"), report.by_month),
        (text("report:by_region"), text("report:region"), named),
    ):
        paper.section(heading)
        headings = [of, text("report:actions"), text("report:reductions")]
        rows = [
            [each.name, f"{each.amounts.reductions:,}", in_t(each.amounts.saved_mg)]
            for each in lines
        ]
        shown_rows(paper, text, headings, rows, (4, 2, 3))
        draw(paper, text, _bars(lines))
    _rules(paper, text, report)
    paper.embed_file(
        bytes=canonical(report.as_document()),
        basename=ATTACHED,
        modification_date=report.written_at,
        mime_type="application/json",
        desc="The report as JSON",
    )
    paper.small(text("report:attached_as", facts={"file": ATTACHED}))
    return paper.finished()


def _basic(paper: ReportPaper, text: Words, report: MonitoringReport) -> None:
    stated = report.conditions
    paper.section(text("report:bundle_basic"))
    named = stated.named
    facts = [
        (text("report:bundle"), report.bundle),
        (
            text("report:methodology"),
            text("report:comma").join(named) if named else text("report:every_one"),
        ),
        (text("report:vintage"), str(stated.vintage)),
        (text("report:region"), stated.region or text("report:every_one")),
        (
            text("report:days"),
            f"{stated.occurred_from.isoformat()} – {stated.occurred_to.isoformat()}",
        ),
        (text("report:unit_class"), stated.unit_class),
        (text("report:actions"), f"{report.whole.reductions:,}"),
        (text("report:total_of_bundle"), in_t(report.whole.saved_mg)),
        (text("report:carried_in"), in_t(report.carried_in_mg)),
    ]
    paper.facts(facts, LABEL_MM)


def _regions(lines: Sequence[NamedAmounts]) -> list[NamedAmounts]:
    """Regions with their names behind their codes."""
    names = named_regions()
    return [each._replace(name=f"{each.name} {names.get(each.name, '')}".strip()) for each in lines]


def _bars(lines: Sequence[NamedAmounts]) -> list[Bar]:
    return [
        Bar(each.name, tonnes(each.amounts.saved_mg), in_t(each.amounts.saved_mg)) for each in lines
    ]


def _rules(paper: ReportPaper, text: Words, report: MonitoringReport) -> None:
    """The versions that counted, each with its digest and grade, and the factors of series."""
    paper.section(text("report:by_version"))
    shown_rows(
        paper,
        text,
        [
            text("report:methodology"),
            text("report:digest"),
            text("report:grade"),
            text("report:actions"),
            text("report:reductions"),
        ],
        [
            [
                f"{each.methodology}@{each.version}",
                f"sha256:{each.digest.hex()}",
                text(f"catalogue:grade.{each.provenance}"),
                f"{each.amounts.reductions:,}",
                in_t(each.amounts.saved_mg),
            ]
            for each in report.by_version
        ],
        (5, 7, 3, 2, 4),
    )
    paper.label(text("report:factors"))
    if report.factors:
        headings = [text("report:parameter"), text("report:factor")]
        rows = [[each.name, each.factor_id] for each in report.factors]
        shown_rows(paper, text, headings, rows, (2, 5))
    else:
        paper.small(text("report:no_series"))
