"""Flows between columns of nodes: heights are proportional to mass, sums are checked first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from app.shown.pictures import svg

WIDTH, TOP, GAP, BAR = 960, 24, 44, 14
# The tallest column's nodes take this much.
ROOM: Final = 300
LABEL_ROOM: Final = 170


class PlacedNode(NamedTuple):
    """A node: where it stands, its height in pixels, and what is written beside it."""

    column: int
    x: int
    y: int
    high: int
    amount: int


class Ribbon(NamedTuple):
    """An amount that goes from a node to another."""

    source: str
    target: str
    amount: int


class FlowWords(NamedTuple):
    """What is said: the sentence about the whole, names of nodes, amounts as they are told."""

    summary: str
    names: Mapping[str, str]
    amounts: Mapping[int, str]
    # Why a node is drawn as broken.
    gaps: Mapping[str, str]


def placed(
    columns: Sequence[Sequence[str]], nodes: Mapping[str, int], links: Sequence[Ribbon]
) -> dict[str, PlacedNode]:
    """Where each node stands: at least a pixel high, as high as its mass is."""
    # Also what nothing came into, where something goes out of it: that gap is to be seen.
    led = {end for link in links for end in (link.source, link.target)}
    shown = [
        [each for each in column if nodes.get(each, 0) > 0 or each in led] for column in columns
    ]
    most = max((sum(nodes.get(each, 0) for each in column) for column in shown), default=0)
    step = (WIDTH - LABEL_ROOM - BAR) // max(len(columns) - 1, 1)
    found = {}
    for at, column in enumerate(shown):
        y = TOP
        for each in column:
            links_in = sum(link.amount > 0 for link in links if link.target == each)
            high = max(svg.scaled(nodes.get(each, 0), ROOM, most), links_in, 1)
            found[each] = PlacedNode(at, at * step, y, high, nodes.get(each, 0))
            y += high + GAP
    return found


def sankey(
    columns: Sequence[Sequence[str]],
    nodes: Mapping[str, int],
    links: Sequence[Ribbon],
    words: FlowWords,
) -> Markup:
    """The picture; a node whose sums do not come out is drawn red and says what is missing."""
    at = placed(columns, nodes, links)
    height = max((each.y + each.high for each in at.values()), default=TOP) + GAP
    out = {name: node.y for name, node in at.items()}
    into = dict(out)
    ribbons = []
    for link in _in_order(links, columns):
        source, target = at[link.source], at[link.target]
        thick = max(svg.scaled(link.amount, source.high, source.amount), 1)
        thick_in = max(svg.scaled(link.amount, target.high, target.amount), 1)
        said = (
            f"{words.names[link.source]} → {words.names[link.target]}: {words.amounts[link.amount]}"
        )
        ends = (out[link.source], thick, into[link.target], thick_in)
        ribbons.append(svg.shape(_ribbon(source, target, ends), f"flow flow-{link.target}", said))
        out[link.source] += thick
        into[link.target] += thick_in
    marks = [mark for name, node in at.items() for mark in _marks(name, node, words)]
    return svg.picture(WIDTH, height, words.summary, [*ribbons, *marks])


def _in_order(links: Sequence[Ribbon], columns: Sequence[Sequence[str]]) -> list[Ribbon]:
    order = {name: at for at, name in enumerate(each for column in columns for each in column)}
    return sorted(links, key=lambda each: (order[each.source], order[each.target]))


def _ribbon(source: PlacedNode, target: PlacedNode, ends: tuple[int, int, int, int]) -> str:
    """From the right side of one node to the left side of another, bent in the middle."""
    from_y, thick, to_y, thick_in = ends
    x1, x2 = source.x + BAR, target.x
    middle = (x1 + x2) // 2
    return (
        f"M{x1} {from_y}C{middle} {from_y} {middle} {to_y} {x2} {to_y}"
        f"V{to_y + thick_in}C{middle} {to_y + thick_in} {middle} {from_y + thick}"
        f" {x1} {from_y + thick}Z"
    )


def _marks(name: str, node: PlacedNode, words: FlowWords) -> list[str]:
    broken = words.gaps.get(name)
    said = f"{words.names[name]}: {words.amounts[node.amount]}"
    kind = "node broken" if broken else f"node node-{name}"
    title = f"{said} · {broken}" if broken else said
    left = node.x + BAR + 6
    label = svg.shortened(words.names[name], LABEL_ROOM)
    parts = [
        svg.rect(node.x, node.y, BAR, node.high, kind, title=title),
        svg.words(left, node.y + 11, label),
        svg.words(left, node.y + 27, words.amounts[node.amount], "label quiet"),
    ]
    if broken:
        parts.append(svg.words(left, node.y + 43, broken, "label wrong"))
    return parts
