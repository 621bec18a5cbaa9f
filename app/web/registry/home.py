"""The registry's front page: its figures, its pictures, and a box that finds what has a page."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, redirect
from marshmallow import fields as plain
from werkzeug.wrappers import Response as AnyResponse

from app.auth import allow_public
from app.http.current import now, wiring
from app.http.fields import moment
from app.http.web_page import FORM_POLICY, asset, page_file
from app.messages.catalogues import sentence, text
from app.shown.figures import Figures
from app.shown.found_things import found_thing
from app.usecases.registry.read_register_totals import read_register_totals
from app.usecases.registry.search_register import search_register
from app.web.account.pages import language
from app.web.page_query import PageQuery, SentPageQuery
from app.web.reading import Pages, reading_page
from app.web.registry.pictures import flow_shown, regions_shown
from behaviours.json_value import JsonObject
from rewards.registry.refusals import BadSerial
from rewards.registry.register import RegisterTotals

blueprint = Pages("registry_home_page", __name__, description="The registry's front page.")


class SearchTyped(PageQuery):
    """What was typed into the box."""

    q = plain.String(load_default="", metadata={"description": "As GET /v1/registry/search."})


class TypedSearch(SentPageQuery):
    """As ``SearchTyped`` loads it."""

    q: str


@blueprint.route("/registry")
@allow_public
@blueprint.page
def read_registry_page() -> Response:
    """What was bundled, issued and retired; where it went; which regions did how much."""
    spoken = language()
    return reading_page(
        "registry_home.html",
        policy=FORM_POLICY,
        now=moment(now()),
        totals=_totals(wiring().database.transact(read_register_totals), spoken),
        flow=flow_shown(spoken),
        regions=regions_shown(spoken),
    )


@blueprint.route("/registry/search")
@allow_public
@blueprint.arguments(SearchTyped, location="query")
@blueprint.response(200, content_type="text/html", description="A page")
def search_registry_page(asked: TypedSearch) -> AnyResponse:
    """Leads to the one page that was meant, or shows which there are."""
    typed, spoken = asked["q"][:200], language()
    try:
        found = wiring().database.transact(
            search_register, typed, serial_prefix=wiring().programme.serial_prefix
        )
    except BadSerial as wrong:
        return _found_page(typed, [], wrong=sentence(wrong, spoken))
    shown = [found_thing(each) for each in found]
    if len(shown) == 1:
        address = str(shown[0]["page_url"])
        return redirect(f"{address}{'&' if '?' in address else '?'}lang={spoken}", 303)
    return _found_page(typed, shown)


@blueprint.route("/registry/register.css")
@allow_public
@blueprint.response(200, content_type="text/css", description="The style of the registry's pages")
def register_style() -> Response:
    """The style sheet of pictures and lists."""
    return asset(page_file("register.css"), "text/css; charset=utf-8")


def _found_page(typed: str, found: Sequence[JsonObject], *, wrong: str = "") -> Response:
    return reading_page(
        "registry_found.html", policy=FORM_POLICY, typed=typed, found=found, wrong=wrong
    )


def _totals(found: RegisterTotals, spoken: str) -> list[tuple[str, str]]:
    issued, shows = found.issued, Figures(spoken, wiring().zone)
    return [
        (text("register:total_bundles", spoken), f"{issued.bundles:,}"),
        (text("register:total_reductions", spoken), f"{issued.reductions:,}"),
        (text("register:total_mass", spoken), shows.mass(issued.saved_mg)),
        (text("register:total_issued", spoken), shows.tonnes(found.issued_t)),
        (text("register:total_retired", spoken), shows.tonnes(found.retired_t)),
    ]
