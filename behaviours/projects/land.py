"""Land of projects: polygons that are sound, what two of them share, and how large they are.

A position is a pair of whole ten-millionths of a degree, longitude first (RFC 7946, 3.1.1), which
is a centimetre on the ground; CGCS2000 (EPSG:4490) and WGS 84 (EPSG:4326) differ by less and are
read as the same. Between two positions a border runs straight in longitude and latitude, so that
neighbours who share their corners share their border to the last digit. Areas are those on the
ellipsoid, in whole square metres rounded down (C. F. F. Karney, Algorithms for geodesics, Journal
of Geodesy 87, 2013, section 6, by `geographiclib`); whether borders cross is decided by `shapely`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import shapely
from geographiclib.geodesic import Geodesic  # type: ignore[import-untyped]

from behaviours.refusal import Invalid

DEGREE: Final = 10_000_000
# From the Pamirs to the Ussuri and from Zengmu Ansha to the Amur, in whole degrees outwards.
WEST, SOUTH, EAST, NORTH = (each * DEGREE for each in (73, 3, 136, 54))
# As many corners as a cadastral survey of one parcel has, and ten times more.
MOST_POSITIONS: Final = 5_000
# What borders that were drawn twice may share; more is the same land (projects.md, E1).
SLIVER_M2: Final = 1

Position = tuple[int, int]
Ring = tuple[Position, ...]
Polygon = tuple[Ring, ...]
# As GeoJSON lists a MultiPolygon, each number as decimal text in degrees.
WrittenCoordinates = Sequence[Sequence[Sequence[Sequence[str]]]]
# Each polygon is its border and the borders of its holes; rings end where they begin.
Shape = tuple[Polygon, ...]


class ShapeUnfit(Invalid):
    """What is drawn is no piece of land.

    ``empty``: no polygon, or one without a border; ``open``: a ring does not end where it begins;
    ``short``: fewer than three corners; ``many``: too many corners; ``swapped``: latitude stands
    before longitude; ``outside``: it lies outside the country; ``crossing``: a border crosses or
    touches itself, a hole lies outside, or two polygons of it overlap; ``small``: less than a
    square metre.
    """

    cases = ("empty", "open", "short", "many", "swapped", "outside", "crossing", "small")


class Box(NamedTuple):
    """The least rectangle around a shape, in ten-millionths of a degree."""

    west: int
    south: int
    east: int
    north: int

    def meets(self, other: Box) -> bool:
        """Whether the two have anything in common, were it a border."""
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )


class Shared(NamedTuple):
    """The land that two shapes both have: its area, and where it lies."""

    area_m2: int
    shape: Shape


def check_shape(shape: Shape, *, pointer: str) -> None:
    """Raises ShapeUnfit; ``pointer`` leads to the coordinates, as GeoJSON writes a MultiPolygon."""
    if not shape or not all(shape):
        raise ShapeUnfit("empty", pointer=pointer)
    if sum(len(ring) for polygon in shape for ring in polygon) > MOST_POSITIONS:
        raise ShapeUnfit("many", pointer=pointer, most=MOST_POSITIONS)
    for at, polygon in enumerate(shape):
        for number, ring in enumerate(polygon):
            _check_ring(ring, f"{pointer}/{at}/{number}")
    drawn = _drawn(shape)
    if not drawn.is_valid:
        raise ShapeUnfit("crossing", pointer=pointer, where=_where(drawn))
    if area_m2(shape) < 1:
        raise ShapeUnfit("small", pointer=pointer)


def area_m2(shape: Shape) -> int:
    """Whole square metres of a sound shape, rounded down; holes are left out."""
    whole = sum(
        _ring_area(ring) * (1 if number == 0 else -1)
        for polygon in shape
        for number, ring in enumerate(polygon)
    )
    return whole // 10_000


def box_of(shape: Shape) -> Box:
    """The rectangle around a shape that is not empty."""
    places = [place for polygon in shape for place in polygon[0]]
    east, north = (max(place[axis] for place in places) for axis in (0, 1))
    west, south = (min(place[axis] for place in places) for axis in (0, 1))
    return Box(west, south, east, north)


def shared_land(one: Shape, other: Shape) -> Shared | None:
    """What two sound shapes share beyond a sliver; a common border is nothing shared."""
    both = shapely.intersection(_drawn(one), _drawn(other))
    shape = tuple(_polygon(each) for each in shapely.get_parts(both) if each.geom_type == "Polygon")
    area = area_m2(shape)
    return Shared(area, shape) if area > SLIVER_M2 else None


def coordinates_of(shape: Shape) -> WrittenCoordinates:
    """A shape as it is written."""
    return [
        [[[_degrees(axis) for axis in place] for place in ring] for ring in polygon]
        for polygon in shape
    ]


def shape_of(listed: Sequence[Sequence[Sequence[Sequence[int]]]]) -> Shape:
    """A shape that was listed as JSON, in ten-millionths of a degree."""
    return tuple(
        tuple(tuple((longitude, latitude) for longitude, latitude in ring) for ring in polygon)
        for polygon in listed
    )


def first_shared(shapes: Sequence[Shape]) -> tuple[int, int, Shared] | None:
    """The first two of several shapes that share land, by their places, and what they share."""
    if not shapes:
        return None
    drawn = [_drawn(each) for each in shapes]
    pairs = shapely.STRtree(drawn).query(drawn, predicate="intersects")
    for one, other in sorted((int(one), int(other)) for one, other in pairs.T):
        if one < other and (found := shared_land(shapes[one], shapes[other])):
            return one, other, found
    return None


def _check_ring(ring: Ring, pointer: str) -> None:
    if len(ring) < 4:
        raise ShapeUnfit("short", pointer=pointer)
    if ring[0] != ring[-1]:
        raise ShapeUnfit("open", pointer=pointer)
    for at, (longitude, latitude) in enumerate(ring):
        if _inside(longitude, latitude):
            continue
        case = "swapped" if _inside(latitude, longitude) else "outside"
        raise ShapeUnfit(case, pointer=f"{pointer}/{at}")


def _inside(longitude: int, latitude: int) -> bool:
    return WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH


def _drawn(shape: Shape) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([(polygon[0], polygon[1:]) for polygon in shape])


def _where(drawn: shapely.MultiPolygon) -> str:
    """Where a shape is not sound, as degrees of longitude and latitude."""
    reason = shapely.is_valid_reason(drawn)
    return " ".join(_degrees(int(each)) for each in _numbers(reason))


def _numbers(reason: str) -> Iterator[str]:
    """The position of a reason such as ``Self-intersection[1200000000 300000000]``."""
    for each in reason.partition("[")[2].rstrip("]").split():
        yield each.partition(".")[0]


def _degrees(value: int) -> str:
    whole, rest = divmod(value, DEGREE)
    return f"{whole}.{rest:07d}"


def _polygon(found: shapely.Polygon) -> Polygon:
    return tuple(_ring(each) for each in (found.exterior, *found.interiors))


def _ring(found: shapely.LinearRing) -> Ring:
    return tuple((round(longitude), round(latitude)) for longitude, latitude in found.coords)


def _ring_area(ring: Ring) -> int:
    """The area in square metres times 10^4, as a whole number, so that sums are exact."""
    traced = Geodesic.WGS84.Polygon()
    for longitude, latitude in ring[:-1]:
        traced.AddPoint(latitude / DEGREE, longitude / DEGREE)
    area: int = abs(round(traced.Compute()[2] * 10_000))
    return area
