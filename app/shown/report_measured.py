"""What a report says was measured and by which figures it is computed, as tables and plots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from app.shown.report_paper import MOST_BARS, Bar, ReportPaper
from app.shown.report_words import Words, keyed, per_cent, span_of, united
from behaviours.projects.design import BASELINE, LEAKAGE, PROJECT
from behaviours.projects.measurement import CALCULATED, MEASURED, SUBSTITUTED

# Of one table on paper; the attached JSON has every row.
MOST_ROWS: Final = 1_000


def shown_rows(
    paper: ReportPaper,
    text: Words,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
) -> None:
    """A table of as many rows as paper takes, with a word on how many there are beside them."""
    paper.grid(headings, rows[:MOST_ROWS], widths)
    if len(rows) > MOST_ROWS:
        facts = {"shown": MOST_ROWS, "rows": len(rows)}
        paper.small(text("report:rows_left_out", facts=facts))


def system(paper: ReportPaper, text: Words, stated: Any) -> None:
    """The monitoring plan with its quality control, and the instruments."""
    purposes = {
        BASELINE: text("report:baseline"),
        PROJECT: text("report:of_project"),
        LEAKAGE: text("report:leakage"),
    }
    paper.section(text("report:system"))
    paper.grid(
        [
            text("report:parameter"),
            text("report:source_and_method"),
            text("report:instrument"),
            text("report:frequency"),
            text("report:quality_control"),
            text("report:substitute"),
        ],
        [
            [
                f"{each['parameter']} ({each['unit']})\n{purposes[each['purpose']]}",
                f"{each['source']}\n{each['method']}",
                f"{each['instrument']}\n{each['accuracy']}",
                each["frequency"],
                each["quality"],
                each["substitute"],
            ]
            for each in stated["plan"]
        ],
        (4, 5, 4, 3, 4, 4),
    )
    _instruments(paper, text, stated["instruments"])


def _instruments(paper: ReportPaper, text: Words, instruments: Sequence[Any]) -> None:
    paper.label(text("report:instruments"))
    if not instruments:
        paper.small(text("report:no_calibrations"))
        return
    shown_rows(
        paper,
        text,
        [
            text("report:instrument"),
            text("report:calibrated_on"),
            text("report:due_on"),
            text("report:most_error"),
            text("report:evidence_digest"),
        ],
        [
            [
                each["instrument"],
                each["calibrated_on"],
                each["due_on"],
                per_cent(each["most_error_ppm"]),
                each["evidence"],
            ]
            for each in instruments
        ],
        (3, 3, 3, 2, 8),
    )


def figures(paper: ReportPaper, text: Words, content: Any) -> None:
    """The rule's figures and the project's own, each with unit, source and grade."""
    paper.section(text("report:figures"))
    headings = [
        text("report:name_and_meaning"),
        text("report:value"),
        text("report:unit"),
        text("report:source"),
        text("report:grade"),
    ]
    # A report that was put together before these stood in it has none.
    rows = [row for each in content.get("factors", ()) for row in _factor(text, each)]
    paper.label(text("report:figures_of_rule"))
    if rows:
        shown_rows(paper, text, headings, rows, (6, 4, 3, 6, 3))
    else:
        paper.small(text("report:no_figures_of_rule"))
    own = [
        [_named(name, figure), _row(key, value), figure.get("unit", "–"), figure["source"], grade]
        for name, figure in sorted(content["fixed_parameters"].items())
        for grade in (text(f"catalogue:grade.{figure['grade']}"),)
        for key, value in _cells(figure["values"])
    ]
    paper.label(text("report:figures_of_project"))
    if own:
        shown_rows(paper, text, headings, own, (6, 4, 3, 6, 3))
    else:
        paper.small(text("report:no_figures_of_project"))


def _factor(text: Words, one: Any) -> list[list[str]]:
    named = _named(one["name"], one)
    source = one["source"] + (f"\n{one['factor']}" if one["factor"] else "")
    grade = text(f"catalogue:grade.{one['grade']}")
    return [
        [named, _row(".".join(each["key"]), each["value"]), one["unit"], source, grade]
        for each in one["values"]
    ]


def _named(name: str, figure: Any) -> str:
    return f"{name}\n{figure['meaning']}" if figure.get("meaning") else name


def _row(key: str, value: str) -> str:
    return f"{key}: {value}" if key else value


def _cells(values: Any) -> list[tuple[str, str]]:
    """A figure as stated: one number, or a table by its keys."""
    if isinstance(values, Mapping):
        return [(key, str(value)) for key, value in sorted(values.items())]
    return [("", str(values))]


def monitored(paper: ReportPaper, text: Words, content: Any) -> None:
    """Every value that was measured, and each quantity of several values as a plot."""
    values, numbers = content["monitored"]["values"], _numbers(content["evidence"])
    qualities = {
        MEASURED: text("report:measured"),
        CALCULATED: text("report:calculated"),
        SUBSTITUTED: text("report:substituted"),
    }
    paper.section(text("report:monitored"))
    shown_rows(
        paper,
        text,
        [
            text("report:parameter"),
            text("report:key"),
            text("report:days"),
            text("report:value"),
            text("report:unit"),
            text("report:quality"),
            text("report:instrument"),
            text("report:evidence_no"),
        ],
        [
            [
                each["parameter"],
                each["key"] or "–",
                span_of(each),
                each["value"],
                each["unit"],
                qualities[each["quality"]],
                each["instrument"] or "–",
                numbers[each["evidence"]],
            ]
            for each in values
        ],
        (4, 4, 7, 4, 2, 3, 3, 3),
    )
    for parameter in dict.fromkeys(each["parameter"] for each in values):
        _plot(paper, text, [each for each in values if each["parameter"] == parameter])


def _numbers(evidence: Sequence[str]) -> dict[str, str]:
    return {digest: f"E{number}" for number, digest in enumerate(evidence, 1)}


def _plot(paper: ReportPaper, text: Words, values: Sequence[Any]) -> None:
    """One quantity by key and days; what is the same everywhere needs no plot."""
    bars = [
        Bar(
            each["key"] or span_of(each),
            Decimal(each["value"]),
            united(each["value"], each["unit"]),
        )
        for each in values
    ]
    if len({bar.value for bar in bars}) < 2:
        return
    first = values[0]
    facts = {"parameter": first["parameter"], "meaning": first["meaning"]}
    paper.label(text("report:plot_of_measured", facts=facts))
    draw(paper, text, bars)


def draw(paper: ReportPaper, text: Words, bars: Sequence[Bar]) -> None:
    """As many bars as a plot takes, with a word on how many there are beside them."""
    paper.bars(bars[:MOST_BARS])
    if len(bars) > MOST_BARS:
        paper.small(text("report:bars_left_out", facts={"shown": MOST_BARS, "rows": len(bars)}))


def exclusions(paper: ReportPaper, text: Words, content: Any) -> None:
    """What is not counted or not sure: days without values, overdue instruments, substitutes."""
    found, before = content["monitored"], content["basic"]["unmonitored_before"]
    paper.section(text("report:exclusions"))
    paper.facts(
        [
            (
                text("report:unmonitored"),
                "\n".join(span_of(each) for each in before) or text("report:none"),
            )
        ],
        46,
    )
    _missing(paper, text, text("report:gaps"), found["gaps"])
    _missing(paper, text, text("report:uncalibrated"), found["uncalibrated"])
    paper.label(text("report:substitutions"))
    if found["substitutions"]:
        shown_rows(
            paper,
            text,
            [text("report:parameter"), text("report:key"), text("report:reason")],
            [
                [each["parameter"], each["key"] or "–", each["reason"]]
                for each in found["substitutions"]
            ],
            (3, 3, 6),
        )
    else:
        paper.small(text("report:none"))


def _missing(paper: ReportPaper, text: Words, words: str, days: Sequence[Any]) -> None:
    paper.label(words)
    if not days:
        paper.small(text("report:none"))
        return
    shown_rows(
        paper,
        text,
        [text("report:parameter"), text("report:key"), text("report:days")],
        [[each["parameter"], keyed([each["key"]]), span_of(each)] for each in days],
        (3, 3, 4),
    )
