"""Where recorded mass went: from the action to the retired unit, as sums that are checked.

Every node gives out what came in. What it does not is a gap: it is named, and never made to fit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

RECORDED, PROJECTS = "recorded", "projects"
REVERSED, POINTS_ONLY, POOL, BUNDLED = "reversed", "points_only", "pool", "bundled"
WITHDRAWN, CARRIED, RESERVE, WAITING, ISSUED = (
    "withdrawn",
    "carried",
    "reserve",
    "waiting",
    "issued",
)
OPEN, SOLD, RETIRED, CANCELLED = "open", "sold", "retired", "cancelled"
# By columns, from the left; in each from the top.
NODES: Final = (
    (RECORDED, PROJECTS),
    (BUNDLED, POOL, POINTS_ONLY, REVERSED),
    (ISSUED, WAITING, RESERVE, CARRIED, WITHDRAWN),
    (RETIRED, SOLD, OPEN, CANCELLED),
)
_PARTS: Final = {
    RECORDED: (BUNDLED, POOL, POINTS_ONLY, REVERSED),
    BUNDLED: (ISSUED, WAITING, RESERVE, CARRIED, WITHDRAWN),
    ISSUED: (RETIRED, SOLD, OPEN, CANCELLED),
}


class FlowLink(NamedTuple):
    """Mass that went from one node to another, in mg."""

    source: str
    target: str
    mg: int


class FlowGap(NamedTuple):
    """What a node took in and gave out no part of, in mg; negative: it gave out more."""

    node: str
    mg: int


class MassFlow(NamedTuple):
    """The flow: what each node holds in mg, and what went from where to where."""

    nodes: Mapping[str, int]
    links: Sequence[FlowLink]

    @property
    def gaps(self) -> list[FlowGap]:
        """Where the sums do not come out; none when every milligram has a place."""
        found = []
        for node in _PARTS:
            out = sum(each.mg for each in self.links if each.source == node)
            gap = self.nodes.get(node, 0) - out
            if gap:
                found.append(FlowGap(node, gap))
        return found


class RecordedMass(NamedTuple):
    """What people recorded, in mg: all of it, and what became of what is in no bundle.

    ``points_only`` and ``reversed`` None: they are not told apart from the pool.
    """

    recorded: int
    points_only: int | None
    reversed: int | None


class BookedMass(NamedTuple):
    """What the carbon book says, in mg: what came into bundles, and where it went."""

    sealed: int
    credited: int
    waiting: int
    reserve: int
    carried: int
    withdrawn: int
    issued: int


class IssuedMass(NamedTuple):
    """Where issued units are, in mg."""

    retired: int
    sold: int
    open: int
    cancelled: int


def flow_of(recorded: RecordedMass | None, booked: BookedMass, units: IssuedMass) -> MassFlow:
    """The flow of these sums; ``recorded`` None: what people did is not told."""
    nodes = {
        PROJECTS: booked.credited,
        BUNDLED: booked.sealed + booked.credited,
        ISSUED: booked.issued,
        **_named(_PARTS[BUNDLED][1:], booked[2:6]),
        **_named(_PARTS[ISSUED], units),
    }
    links = [FlowLink(PROJECTS, BUNDLED, booked.credited)]
    if recorded is not None:
        apart = (recorded.points_only or 0) + (recorded.reversed or 0)
        nodes |= {
            RECORDED: recorded.recorded,
            POOL: recorded.recorded - apart - booked.sealed,
            POINTS_ONLY: recorded.points_only or 0,
            REVERSED: recorded.reversed or 0,
        }
        links.append(FlowLink(RECORDED, BUNDLED, booked.sealed))
        links += [FlowLink(RECORDED, each, nodes[each]) for each in _PARTS[RECORDED][1:]]
    for node in (BUNDLED, ISSUED):
        links += [FlowLink(node, each, nodes[each]) for each in _PARTS[node]]
    return MassFlow(
        {node: mg for node, mg in nodes.items() if mg}, [each for each in links if each.mg > 0]
    )


def _named(names: Sequence[str], amounts: Sequence[int]) -> dict[str, int]:
    return dict(zip(names, amounts, strict=True))
