"""What a report says was computed: totals, vintages, every step, how sure it is, and against what
was expected."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from app.shown.report_measured import draw, shown_rows
from app.shown.report_paper import Bar, ReportPaper
from app.shown.report_words import Words, in_t, keyed, per_cent, plain, tonnes, united

_LABEL_MM = 46
# Units of a reduction; a step in one of them by stratum or meter is worth a plot.
_OF_MASS = ("kgCO2e", "tCO2e", "gCO2e", "mgCO2e")


def calculation(paper: ReportPaper, text: Words, content: Any) -> None:
    """The totals with the digests that they are computed again by, and every step."""
    made = content["calculation"]
    run = made["run"]
    paper.section(text("report:calculation"))
    stated = [
        (text("report:total"), in_t(run["saved_mg"])),
        *((f"{name}", in_t(mg)) for name, mg in sorted(run["results"].items())),
        (text("report:grade"), text(f"catalogue:grade.{run['provenance']}")),
        (text("report:rule_digest"), made["rule_digest"]),
        (text("report:inputs_digest"), made["inputs_digest"]),
    ]
    paper.facts(stated, _LABEL_MM)
    if run["vintages"]:
        _vintages(paper, text, run["vintages"])
    _by_part(paper, text, content)
    _steps(paper, text, run["steps"])


def _vintages(paper: ReportPaper, text: Words, vintages: Sequence[Any]) -> None:
    paper.label(text("report:by_vintage"))
    rows = [[str(each["year"]), in_t(each["mg"])] for each in vintages]
    shown_rows(paper, text, [text("report:vintage"), text("report:reductions")], rows, (1, 3))
    draw(
        paper,
        text,
        [Bar(str(each["year"]), tonnes(each["mg"]), in_t(each["mg"])) for each in vintages],
    )


def _by_part(paper: ReportPaper, text: Words, content: Any) -> None:
    """The last step that is a mass by stratum or by meter, as a plot."""
    activity = content["activity"]
    parts = {each["code"] for each in activity["strata"]}
    parts |= {each["number"] for each in activity["meters"]}
    for step in reversed(content["calculation"]["run"]["steps"]):
        cells = step["cells"]
        if step["unit"] in _OF_MASS and cells and all(parts & {*each["key"]} for each in cells):
            facts = {"parameter": step["name"], "meaning": step["meaning"]}
            paper.label(text("report:plot_of_measured", facts=facts))
            draw(
                paper,
                text,
                [
                    Bar(
                        keyed(each["key"]),
                        Decimal(each["value"]),
                        united(each["value"], step["unit"]),
                    )
                    for each in cells
                ],
            )
            return


def _steps(paper: ReportPaper, text: Words, steps: Sequence[Any]) -> None:
    paper.label(text("report:equations"))
    paper.grid(
        [
            text("report:name_and_meaning"),
            text("report:equation"),
            text("report:unit"),
            text("report:grade"),
        ],
        [
            [
                f"{each['name']}\n{each['meaning']}",
                each["equation"],
                each["unit"],
                text(f"catalogue:grade.{each['provenance']}"),
            ]
            for each in steps
        ],
        (5, 9, 2, 2),
    )
    paper.label(text("report:steps"))
    shown_rows(
        paper,
        text,
        [text("report:name"), text("report:key"), text("report:value"), text("report:unit")],
        [
            [each["name"], keyed(cell["key"]), plain(cell["value"]), each["unit"]]
            for each in steps
            for cell in each["cells"]
        ],
        (4, 4, 7, 2),
    )


def uncertainty(paper: ReportPaper, text: Words, content: Any) -> None:
    """What the rule computes of it, what the figures state, and what the instruments may err."""
    # A report that was put together before this stood in it says nothing of it.
    stated = content.get("uncertainty")
    paper.section(text("report:uncertainty"))
    if stated is None:
        paper.small(text("report:uncertainty_unstated"))
        return
    _computed(paper, text, stated)
    paper.label(text("report:uncertainty_of_figures"))
    if stated["figures"]:
        named = [[each["name"], each["uncertainty"]] for each in stated["figures"]]
        paper.grid([text("report:name"), text("report:uncertainty_of_figure")], named, (3, 5))
    else:
        paper.small(text("report:none"))
    paper.label(text("report:errors_of_instruments"))
    if stated["instruments"]:
        errors = [
            [each["instrument"], per_cent(each["most_error_ppm"])] for each in stated["instruments"]
        ]
        headings = [text("report:instrument"), text("report:most_error")]
        shown_rows(paper, text, headings, errors, (3, 5))
    else:
        paper.small(text("report:none"))


def _computed(paper: ReportPaper, text: Words, stated: Any) -> None:
    if stated["told"]:
        told = text("report:comma").join(stated["told"])
        paper.facts([(text("report:uncertainty_told"), told)], _LABEL_MM)
    paper.label(text("report:uncertainty_computed"))
    rows = [
        [
            f"{each['name']}\n{each['meaning']}",
            keyed(cell["key"]),
            plain(cell["value"]),
            each["unit"],
        ]
        for each in stated["computed"]
        for cell in each["cells"]
    ]
    if rows:
        headings = [
            text("report:name_and_meaning"),
            text("report:key"),
            text("report:value"),
            text("report:unit"),
        ]
        shown_rows(paper, text, headings, rows, (6, 3, 6, 2))
    else:
        paper.small(text("report:uncertainty_not_computed"))


def comparison(paper: ReportPaper, text: Words, compared: Any) -> None:
    """What was reduced beside what was expected of the same days."""
    expected, actual = compared["expected_mg"], compared["actual_mg"]
    ppm = compared["difference_ppm"]
    paper.section(text("report:comparison"))
    stated = [
        (text("report:expected"), in_t(expected)),
        (text("report:total"), in_t(actual)),
        (text("report:difference"), "–" if ppm is None else per_cent(ppm)),
        (text("report:reason"), compared["reason"] or "–"),
    ]
    paper.facts(stated, _LABEL_MM)
    paper.ln(2)
    paper.bars(
        [
            Bar(text("report:expected"), tonnes(expected), in_t(expected)),
            Bar(text("report:total"), tonnes(actual), in_t(actual)),
        ]
    )
