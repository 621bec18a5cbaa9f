"""Two versions of a rule side by side, as a page: figures, equations and fields that differ."""

from __future__ import annotations

from typing import TypedDict

from flask import Response
from markupsafe import Markup

from app.auth import allow_public
from app.http.current import now, wiring
from app.shown.mathml import equation_markup
from app.web.account.pages import language
from app.web.catalogue.rows import FigureLine, parameters_of, row_of
from app.web.reading import Pages, reading_page
from behaviours.civil_time import civil_day
from behaviours.rules.comparison import compared
from behaviours.rules.members import Equation

blueprint = Pages(
    "compared_versions_page", __name__, description="Two versions of a rule side by side."
)


class EquationSide(TypedDict):
    """An equation of one side."""

    markup: Markup
    text: str
    unit: str
    grade: str


class FigureSides(TypedDict):
    """A figure of both sides; None on the side that does not have it."""

    name: str
    before: FigureLine | None
    after: FigureLine | None


class EquationSides(TypedDict):
    """An equation of both sides; None on the side that does not have it."""

    name: str
    before: EquationSide | None
    after: EquationSide | None


@blueprint.route("/methodologies/<code>/<version>/against/<earlier>")
@allow_public
@blueprint.page
def compare_versions(code: str, version: str, earlier: str) -> Response:
    """What differs between two versions of one methodology, whichever came first."""
    rulebook = wiring().rulebook
    before, after = rulebook.version(code, earlier), rulebook.version(code, version)
    today = civil_day(now(), rulebook.zone)
    found = compared(before, after)
    old, new = ({each["name"]: each for each in parameters_of(v)} for v in (before, after))
    figures: list[FigureSides] = [
        {"name": each.name, "before": old.get(each.name), "after": new.get(each.name)}
        for each in found.figures
    ]
    equations: list[EquationSides] = [
        {"name": each.name, "before": _side(each.before), "after": _side(each.after)}
        for each in found.equations
    ]
    return reading_page(
        "methodology_compared.html",
        before=row_of(before, rulebook, today),
        after=row_of(after, rulebook, today),
        figures=figures,
        equations=equations,
        fields=found.fields,
        same=found.same,
    )


def _side(equation: Equation | None) -> EquationSide | None:
    if equation is None:
        return None
    return {
        "markup": equation_markup(equation.name, equation.text, language(), equation.loops),
        "text": equation.text,
        "unit": equation.unit.text,
        "grade": equation.grade,
    }
