"""The catalogue for people: every rule in Chinese and English, and what it still lacks."""

from __future__ import annotations

from importlib import resources

from flask import Response
from marshmallow import fields as plain

from app.auth import allow_public
from app.http.current import now, wiring
from app.http.web_page import FORM_POLICY, asset
from app.shown.mathml import condition_markup, equation_markup
from app.web.account.pages import language
from app.web.catalogue.chosen import Choice, chosen_of
from app.web.catalogue.lanes import version_lanes
from app.web.catalogue.rows import by_category, parameters_of, row_of, source_of, web
from app.web.page_query import PageQuery, SentPageQuery
from app.web.reading import Pages, reading_page
from behaviours.civil_time import civil_day
from behaviours.rules.in_force import IN_FORCE, STANDINGS
from behaviours.vocabulary import CATEGORIES

blueprint = Pages("catalogue_page", __name__, description="The catalogue as pages to read.")


class CatalogueAsked(PageQuery):
    """Which rules; an empty choice is every one."""

    state = plain.String(load_default="", metadata={"enum": ["", *STANDINGS]})
    category = plain.String(load_default="", metadata={"enum": ["", *CATEGORIES.values()]})
    region = plain.String(
        load_default="", metadata={"description": "Where it holds.", "example": "CN-33"}
    )
    q = plain.String(
        load_default="", metadata={"description": "A part of its title, code or behaviour."}
    )


class AskedCatalogue(SentPageQuery):
    """As ``CatalogueAsked`` loads it."""

    state: str
    category: str
    region: str
    q: str


@blueprint.route("/methodologies")
@allow_public
@blueprint.arguments(CatalogueAsked, location="query")
@blueprint.response(200, content_type="text/html", description="A page")
def read_catalogue_page(asked: AskedCatalogue) -> Response:
    """Every published rule by category: its state, its weakest source, what is missing."""
    rulebook = wiring().rulebook
    every = by_category(rulebook, civil_day(now(), rulebook.zone))
    groups = chosen_of(
        every, rulebook, Choice(asked["state"], asked["category"], asked["region"], asked["q"])
    )
    rows = [row for _, group in groups for row in group]
    in_force = sum(row["state"] == IN_FORCE for row in rows)
    return reading_page(
        "methodologies.html",
        policy=FORM_POLICY,
        groups=groups,
        total=len(rows),
        in_force=in_force,
        asked=asked,
        states=STANDINGS,
        categories=[category for category, _ in every],
        regions=rulebook.regions,
    )


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
        lanes=version_lanes(rulebook.versions_of(code), rulebook, today, language()),
        equation_of=lambda each: equation_markup(each.name, each.text, language(), each.loops),
        told=[*found.survey.quantities.values(), *found.survey.fixed.values()]
        if found.survey
        else list(found.told.quantities.values()),
        condition_of=lambda each: condition_markup(each.text, language()),
        source=lambda name: source_of(name, found.stated.sources),
    )
