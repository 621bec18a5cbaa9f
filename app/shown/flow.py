"""The flow from recorded actions to retired units: as an answer, as a picture, and as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from markupsafe import Markup
from marshmallow import Schema, fields as plain

from app.http.fields import AS_KG
from app.messages.catalogues import text
from app.shown.pictures.amounts import MassUnit, mass, unit_for
from app.shown.pictures.sankey import FlowWords, Ribbon, sankey
from app.usecases.registry.read_flow import ReadFlow
from behaviours.json_value import JsonObject
from behaviours.rules.units import kg
from rewards.registry.flow import BUNDLED, ISSUED, NODES, POOL, RETIRED, MassFlow

_MG = {"description": "The same in whole milligrams.", "example": "46000"}
_NODE = {"enum": [each for column in NODES for each in column]}


class FlowNodeAnswer(Schema):
    """A place where mass is, or was on its way."""

    node = plain.String(metadata=_NODE)
    kg = plain.String(metadata=AS_KG)
    mg = plain.String(metadata=_MG)


class FlowLinkAnswer(Schema):
    """Mass that went from one place to another."""

    source = plain.String(metadata=_NODE)
    target = plain.String(metadata=_NODE)
    kg = plain.String(metadata=AS_KG)
    mg = plain.String(metadata=_MG)


class FlowAnswer(Schema):
    """Where recorded mass went since the beginning; what comes into a node goes out of it."""

    until = plain.Date(
        allow_none=True,
        metadata={"description": "The last day that is in it; null: no day is counted yet."},
    )
    fewer_than = plain.Integer(
        metadata={
            "description": "Where fewer people than this did something on each day of a month, or"
            " had something taken back in it, that is not told apart."
        }
    )
    recorded_hidden = plain.Boolean(
        metadata={"description": "What people recorded is left out: too few did."}
    )
    parts_merged = plain.Boolean(
        metadata={
            "description": "`pool` has in it what is rewarded with points only, or what was taken"
            " back is left out: too few did it to be told apart."
        }
    )
    nodes = plain.List(plain.Nested(FlowNodeAnswer))
    links = plain.List(plain.Nested(FlowLinkAnswer))
    gaps = plain.List(
        plain.Nested(FlowNodeAnswer),
        metadata={"description": "Where more came in than went out, or less. None is as it is."},
    )


class FlowRow(NamedTuple):
    """A line of the table: from where, to where, and how much, in words and exactly."""

    source: str
    target: str
    kg: str
    mg: int


def flow_answer(found: ReadFlow | None, least: int) -> JsonObject:
    """The flow as it was read."""
    flow = found.flow if found else MassFlow({}, ())
    return {
        "until": found.until.isoformat() if found else None,
        "fewer_than": least,
        "recorded_hidden": found.hidden if found else False,
        "parts_merged": found.merged if found else False,
        "nodes": [_amount("node", node, mg) for node, mg in flow.nodes.items()],
        "links": [
            {"source": each.source, **_amount("target", each.target, each.mg)}
            for each in flow.links
        ],
        "gaps": [_amount("node", each.node, each.mg) for each in flow.gaps],
    }


def _amount(member: str, node: str, mg: int) -> JsonObject:
    return {member: node, "kg": kg(mg), "mg": str(mg)}


def flow_rows(found: ReadFlow, language: str) -> Iterator[FlowRow]:
    """What the picture shows, row by row."""
    for each in found.flow.links:
        source, target = node_name(each.source, language), node_name(each.target, language)
        yield FlowRow(source, target, kg(each.mg), each.mg)


def node_name(node: str, language: str) -> str:
    """What a node is called."""
    return text(f"flow_node:{node}", language)


def flow_picture(found: ReadFlow, language: str) -> Markup:
    """The flow as a picture; a gap is drawn where it is."""
    flow = found.flow
    unit = unit_for(max((abs(each) for each in flow.nodes.values()), default=0))
    amounts = {0, *flow.nodes.values(), *(each.mg for each in flow.links)}
    gaps = {
        each.node: text("picture:flow_gap", language, {"mass": mass(each.mg, unit)})
        for each in flow.gaps
    }
    words = FlowWords(
        flow_summary(found, language, unit),
        {node: node_name(node, language) for column in NODES for node in column},
        {each: mass(each, unit) for each in amounts},
        gaps,
    )
    links = [Ribbon(*each) for each in flow.links]
    nodes = {node: max(mg, 0) for node, mg in flow.nodes.items()}
    return sankey(NODES, nodes, links, words)


def flow_summary(found: ReadFlow, language: str, unit: MassUnit) -> str:
    """The picture in one sentence."""
    nodes = found.flow.nodes
    facts = {
        "until": found.until.isoformat(),
        **{
            name: mass(nodes.get(node, 0), unit)
            for name, node in (
                ("bundled", BUNDLED),
                ("issued_mass", ISSUED),
                ("retired_mass", RETIRED),
                ("pool", POOL),
            )
        },
    }
    if found.hidden:
        return text("picture:flow_summary_hidden", language, facts)
    return text("picture:flow_summary", language, facts)
