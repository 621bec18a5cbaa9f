"""The pictures of the registry's pages, each with its sentence, its rows and its file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from flask import Response
from markupsafe import Markup

from app.auth import allow_public
from app.http.current import wiring
from app.http.languages import LANGUAGE
from app.messages.catalogues import text
from app.shown.flow import flow_picture, flow_rows, flow_summary
from app.shown.pictures.amounts import mass, unit_for
from app.shown.pictures.ranked import RankedBar, ranked
from app.usecases.registry.read_flow import ReadFlow, read_flow
from app.usecases.registry.read_region_statistics import RegionStatistics, read_region_statistics
from app.web.account.pages import language
from app.web.reading import Pages
from app.web.registry.files import csv_file
from behaviours.region_register import name_of_region
from behaviours.regional_statistics import MonthNotCounted
from behaviours.rules.units import kg

blueprint = Pages("registry_pictures", __name__, description="The rows of the registry's pictures.")


class ShownPicture(TypedDict):
    """A picture with everything that stands around it."""

    drawn: Markup
    caption: str
    summary: str
    notes: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[tuple[str, ...]]


@blueprint.route("/registry/flow.csv")
@allow_public
@blueprint.doc(parameters=[LANGUAGE])
@blueprint.response(200, content_type="text/csv", description="The rows of the picture")
def flow_file() -> Response:
    """Where recorded mass went, a line each."""
    return _file("flow.csv", flow_shown(language()))


@blueprint.route("/registry/regions.csv")
@allow_public
@blueprint.doc(parameters=[LANGUAGE])
@blueprint.response(200, content_type="text/csv", description="The rows of the picture")
def regions_file() -> Response:
    """What was done by region in the last month that is counted, a line each."""
    return _file("regions.csv", regions_shown(language()))


def flow_shown(spoken: str) -> ShownPicture | None:
    """The flow; None while no day was counted."""
    rules = wiring()
    found = rules.database.transact(
        read_flow,
        of_points_only=rules.rulebook.only_for_points,
        zone=rules.zone,
        terms=rules.programme.statistics,
    )
    if found is None:
        return None
    unit = unit_for(max(found.flow.nodes.values(), default=0))
    return {
        "drawn": flow_picture(found, spoken),
        "caption": text("picture:flow_caption", spoken, {"until": found.until.isoformat()}),
        "summary": flow_summary(found, spoken, unit),
        "notes": _flow_notes(found, spoken),
        "columns": [
            text("picture:from", spoken),
            text("picture:to", spoken),
            text("picture:kg", spoken),
            text("picture:mg", spoken),
        ],
        "rows": [
            (each.source, each.target, each.kg, str(each.mg)) for each in flow_rows(found, spoken)
        ],
    }


def _flow_notes(found: ReadFlow, spoken: str) -> list[str]:
    facts = {"fewer_than": str(found.least)}
    notes = [text("picture:flow_hidden", spoken, facts)] if found.hidden else []
    if found.merged:
        notes.append(text("picture:flow_merged", spoken, facts))
    return notes


def regions_shown(spoken: str) -> ShownPicture | None:
    """The last counted month by region; None while no month was."""
    terms = wiring().programme.statistics
    try:
        found: RegionStatistics = wiring().database.transact(
            read_region_statistics, None, None, viewer=None, terms=terms
        )
    except MonthNotCounted:
        return None
    told = [(name_of_region(each.region), each.total) for each in found.table.parts if each.total]
    withheld = sum(each.total is None for each in found.table.parts)
    unit = unit_for(max((total.saved_mg for _, total in told), default=0))
    bars = [RankedBar(name, total.saved_mg, mass(total.saved_mg, unit)) for name, total in told]
    bars.sort(key=lambda each: -each.amount)
    facts = {
        "month": f"{found.month:%Y-%m}",
        "regions": str(len(bars)),
        "first": bars[0].name if bars else "–",
        "mass": bars[0].told if bars else "–",
        "withheld": str(withheld),
        "fewer_than": str(found.least),
    }
    summary = text("picture:regions_summary" if bars else "picture:regions_none", spoken, facts)
    told.sort(key=lambda each: -each[1].saved_mg)
    return {
        "drawn": ranked(bars, summary),
        "caption": text("picture:regions_caption", spoken, facts),
        "summary": summary,
        "notes": [text("picture:regions_withheld", spoken, facts)] if withheld else [],
        "columns": [
            text("picture:region", spoken),
            text("picture:kg", spoken),
            text("picture:actions", spoken),
        ],
        "rows": [(name, kg(total.saved_mg), str(total.actions)) for name, total in told],
    }


def _file(name: str, shown: ShownPicture | None) -> Response:
    return csv_file(name, shown["columns"] if shown else [], shown["rows"] if shown else [])
