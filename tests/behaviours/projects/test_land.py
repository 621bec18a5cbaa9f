"""Land: what is no polygon is refused by name, and two share exactly what they both have."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given, strategies as st

from behaviours.distance import PI
from behaviours.projects.land import (
    DEGREE,
    MOST_POSITIONS,
    Box,
    Ring,
    Shape,
    ShapeUnfit,
    area_m2,
    box_of,
    check_shape,
    coordinates_of,
    first_shared,
    shared_land,
)

EAST, NORTH = 120 * DEGREE, 30 * DEGREE
# A hundredth of a degree: about a kilometre.
KM = DEGREE // 100


def square(east: int = EAST, north: int = NORTH, width: int = KM, height: int = KM) -> Ring:
    """A rectangle by its south-western corner, against the clock as RFC 7946 has it."""
    return (
        (east, north),
        (east + width, north),
        (east + width, north + height),
        (east, north + height),
        (east, north),
    )


def piece(*rings: Ring) -> Shape:
    return (tuple(rings or (square(),)),)


def refused(shape: Shape) -> ShapeUnfit:
    with pytest.raises(ShapeUnfit) as refusal:
        check_shape(shape, pointer="/coordinates")
    return refusal.value


def test_a_square_of_land_is_sound_and_as_large_as_on_the_ellipsoid() -> None:
    check_shape(piece(), pointer="")
    # A cell of the graticule (Snyder, Map Projections, 1987, differences of equation 3-12).
    with localcontext(prec=40):
        a, e2 = Decimal(6378137), Decimal("0.00669437999014131699")
        e = e2.sqrt()

        def authalic(sine: Decimal) -> Decimal:
            turned = ((1 + e * sine) / (1 - e * sine)).ln() / (2 * e)
            return (1 - e2) * (sine / (1 - e2 * sine * sine) + turned) / 2

        low, high = Decimal("0.5"), sine_of(Decimal("30.01"))
        cell = a * a * (PI / 180 / 100) * (authalic(high) - authalic(low))
    assert abs(area_m2(piece()) - cell) < cell / 1_000_000


def sine_of(degrees: Decimal) -> Decimal:
    turned = degrees * PI / 180
    term = total = turned
    for step in range(3, 60, 2):
        term = -term * turned * turned / (step * (step - 1))
        total += term
    return total


def test_what_a_hole_leaves_out_is_no_part_of_the_area() -> None:
    hole = square(EAST + KM // 4, NORTH + KM // 4, KM // 2, KM // 2)
    holed = piece(square(), hole)
    check_shape(holed, pointer="")
    assert abs(area_m2(holed) + area_m2(piece(hole)) - area_m2(piece())) <= 1


def test_what_is_no_polygon_is_refused_where_it_is_wrong() -> None:
    bow = ((EAST, NORTH), (EAST + KM, NORTH + KM), (EAST + KM, NORTH), (EAST, NORTH + KM))
    crossing = refused(piece((*bow, bow[0])))
    assert (crossing.case, crossing.facts["where"]) == ("crossing", "120.0050000 30.0050000")
    assert refused(()).case == "empty"
    assert refused(((),)).case == "empty"
    assert refused(piece(square()[:-1])).case == "open"
    assert refused(piece(square()[:3])).case == "short"
    assert refused(piece(square(width=1, height=1))).case == "small"
    swapped = refused(piece(tuple((north, east) for east, north in square())))
    assert (swapped.case, swapped.pointer) == ("swapped", "/coordinates/0/0/0")
    assert refused(piece(square(east=2 * DEGREE))).case == "outside"
    many = (square()[0], *((EAST + at, NORTH) for at in range(MOST_POSITIONS)), square()[0])
    assert refused(piece(many)).case == "many"
    # A hole beside its border, and two polygons of one piece that share land.
    assert refused(piece(square(), square(EAST + 5 * KM))).case == "crossing"
    assert refused((*piece(), *piece(square(EAST + KM // 2)))).case == "crossing"


def test_neighbours_share_a_border_and_no_land() -> None:
    """E1: a common border, a common corner and a sliver of a square metre are nobody's quarrel."""
    here = piece()
    assert shared_land(here, piece(square(EAST + KM))) is None
    assert shared_land(here, piece(square(EAST + KM, NORTH + KM))) is None
    # A kilometre by a centimetre is eleven square metres; a corner of three by three is none.
    sliver = shared_land(here, piece(square(EAST + KM - 1)))
    assert sliver is not None
    assert sliver.area_m2 == area_m2(piece(square(EAST + KM - 1, NORTH, 1, KM))) == 10
    assert shared_land(here, piece(square(EAST + KM - 3, NORTH + KM - 3))) is None


def test_what_two_share_is_shown() -> None:
    shared = shared_land(piece(), piece(square(EAST + KM // 2, NORTH + KM // 2)))
    assert shared is not None
    assert box_of(shared.shape) == Box(EAST + KM // 2, NORTH + KM // 2, EAST + KM, NORTH + KM)
    corner = ["120.0050000", "30.0050000"]
    assert corner in coordinates_of(shared.shape)[0][0]


def test_rectangles_meet_where_anything_is_common() -> None:
    here = box_of(piece())
    for east, north, meets in (
        (KM, 0, True),
        (KM, KM, True),
        (KM + 1, 0, False),
        (0, -KM - 1, False),
    ):
        other = box_of(piece(square(EAST + east, NORTH + north)))
        assert (here.meets(other), other.meets(here)) == (meets, meets)


def test_of_many_pieces_the_first_two_that_share_land_are_named() -> None:
    row = [piece(square(EAST + at * KM)) for at in range(40)]
    assert first_shared(row) is None
    assert first_shared([]) is None
    found = first_shared([*row, piece(square(EAST + 7 * KM + KM // 2))])
    assert found is not None
    assert found[:2] == (7, 40)


@given(
    cut=st.integers(1, KM - 1),
    west=st.integers(73 * DEGREE, 135 * DEGREE),
    south=st.integers(3 * DEGREE, 53 * DEGREE),
)
def test_a_piece_that_is_cut_in_two_is_two_that_share_nothing(
    cut: int, west: int, south: int
) -> None:
    whole = piece(square(west, south))
    left = piece(square(west, south, cut))
    right = piece(square(west + cut, south, KM - cut))
    assert shared_land(left, right) is None
    assert abs(area_m2(left) + area_m2(right) - area_m2(whole)) <= 2
    for part in (left, right):
        shared = shared_land(part, whole)
        if area_m2(part) > 1:
            assert shared is not None
            assert shared.area_m2 == area_m2(part)
