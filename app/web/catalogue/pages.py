"""The catalogue for people: every rule in Chinese and English, and what it still lacks."""

from __future__ import annotations

from importlib import resources

from flask import Response

from app.auth import allow_public
from app.http.current import now, wiring
from app.http.web_page import asset
from app.shown.mathml import condition_markup, equation_markup
from app.web.account.pages import language
from app.web.catalogue.rows import by_category, parameters_of, row_of, source_of, web
from app.web.reading import Pages, reading_page
from behaviours.civil_time import civil_day

blueprint = Pages("catalogue_page", __name__, description="The catalogue as pages to read.")


@blueprint.route("/methodologies")
@allow_public
@blueprint.page
def read_catalogue_page() -> Response:
    """Every published rule by category: its state, its weakest source, what is missing."""
    rulebook = wiring().rulebook
    groups = by_category(rulebook, civil_day(now(), rulebook.zone))
    rows = [row for _, group in groups for row in group]
    in_force = sum(row["state"] == "in_force" for row in rows)
    return reading_page("methodologies.html", groups=groups, total=len(rows), in_force=in_force)


@blueprint.route("/methodologies/page.css")
@allow_public
@blueprint.response(200, content_type="text/css", description="The style of the pages")
def catalogue_style() -> Response:
    """The style sheet of the catalogue pages."""
    file = resources.files("app.web") / "templates" / "catalogue.css"
    return asset(file.read_bytes(), "text/css; charset=utf-8")


@blueprint.route("/methodologies/<code>/<version>")
@allow_public
@blueprint.page
def read_version_page(code: str, version: str) -> Response:
    """One published rule: scope, figures, equations, sources, and what is missing from where."""
    rulebook = wiring().rulebook
    found = rulebook.version(code, version)
    today = civil_day(now(), rulebook.zone)
    return reading_page(
        "methodology.html",
        version=found,
        row=row_of(found, rulebook, today),
        document_url=web(found.stated.document.url),
        regions=sorted(found.validity.regions or ()),
        parameters=parameters_of(found),
        versions=[row_of(each, rulebook, today) for each in rulebook.versions_of(code)],
        equation_of=lambda each: equation_markup(each.name, each.text, language(), each.loops),
        told=[*found.survey.quantities.values(), *found.survey.fixed.values()]
        if found.survey
        else list(found.told.quantities.values()),
        condition_of=lambda each: condition_markup(each.text, language()),
        source=lambda name: source_of(name, found.stated.sources),
    )
