"""A design document fits together and fits its rule, or it is said where it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from behaviours.actions.shipped import load_rulebook
from behaviours.projects.design import (
    BenefitShare,
    BoundaryOverlaps,
    CreditingPeriod,
    DesignTexts,
    DesignUnfit,
    HeldLand,
    LandStratum,
    NewDesign,
    Parcel,
    PlanItem,
    PlantMeter,
    check_free,
    check_meters_free,
)
from behaviours.projects.design_written import digest_of, written
from behaviours.projects.land import DEGREE, Shape, ShapeUnfit
from behaviours.projects.project import ProofMissing
from behaviours.rules.methodology import Version

KM = DEGREE // 100
WETLAND, SUN = "verra.tidal_wetland_restoration@2.1", "cdm.grid_connected_pv@1"
PROOFS = frozenset({"tenure", "grid_connection"})


@pytest.fixture(scope="module")
def rules() -> dict[str, Version]:
    return {each.label: each for each in load_rulebook().versions()}


def land(at: int = 0, width: int = KM) -> Shape:
    east, north = 110 * DEGREE + at, 21 * DEGREE
    corners = ((0, 0), (width, 0), (width, KM), (0, KM), (0, 0))
    return ((tuple((east + x, north + y) for x, y in corners),),)


PARCELS = (Parcel("A", "T-A", land()), Parcel("B", "T-B", land(KM)))
ITEM = PlanItem(
    *["cover", "1", "photos", "classes", "UAV", "5cm", "yearly", "twice", "project", "least"]
)
DESIGN = NewDesign(
    date(2027, 1, 1),
    CreditingPeriod(date(2027, 1, 1), date(2057, 1, 1), renewable=False),
    PARCELS,
    (),
    (LandStratum("S1", ("A",)), LandStratum("S2", ("B",), 2027)),
    (ITEM,),
    (BenefitShare("owner", 700_000), BenefitShare("village", 300_000)),
    DesignTexts("bare", "no law", "two meetings"),
    once=True,
)
METER = PlantMeter("grid", "3301", 400_000, date(2026, 6, 30))


def unfit(design: NewDesign, version: Version) -> tuple[str, str]:
    with pytest.raises(DesignUnfit) as refusal:
        design.check(version, PROOFS)
    return refusal.value.case, refusal.value.pointer


def test_a_design_fits_its_rule(rules: dict[str, Version]) -> None:
    DESIGN.check(rules[WETLAND], PROOFS)
    plant = DESIGN._replace(parcels=(), strata=(), meters=(METER,))
    plant.check(rules[SUN], PROOFS)
    # Land may be stated of plants, too.
    plant._replace(parcels=PARCELS).check(rules[SUN], PROOFS)


def test_what_does_not_fit_together_is_named(rules: dict[str, Version]) -> None:
    wetland, sun = rules[WETLAND], rules[SUN]
    period = DESIGN.crediting
    late, endless = period._replace(ends_before=date(2027, 1, 1)), date(2128, 1, 1)
    early = period._replace(starts_on=date(2026, 12, 31))
    for changed, case, pointer in (
        (DESIGN._replace(crediting=late), "period", "/crediting_period/to"),
        (
            DESIGN._replace(crediting=period._replace(ends_before=endless)),
            "period",
            "/crediting_period/to",
        ),
        (DESIGN._replace(crediting=early), "before_start", "/crediting_period/from"),
        (DESIGN._replace(parcels=(PARCELS[0], PARCELS[0])), "doubled", "/parcels/1"),
        (DESIGN._replace(plan=(ITEM, ITEM)), "doubled", "/monitoring_plan/1"),
        (DESIGN._replace(strata=()), "no_land", "/strata"),
        (DESIGN._replace(meters=(METER,)), "unread", "/meters"),
        (
            DESIGN._replace(strata=(LandStratum("S1", ("A", "B", "C")),)),
            "unknown_parcel",
            "/strata/0/parcels",
        ),
        # E19: Σ of the strata is the area of the project, so a parcel is in one, and in one only.
        (DESIGN._replace(strata=(LandStratum("S1", ("A",)),)), "strata", "/parcels/1"),
        (
            DESIGN._replace(strata=(LandStratum("S1", ("A", "B")), LandStratum("S2", ("B",)))),
            "strata",
            "/parcels/1",
        ),
        (DESIGN._replace(split=DESIGN.split[:1]), "shares", "/benefit_split"),
        (DESIGN._replace(once=False), "once", "/no_other_mechanism"),
    ):
        assert unfit(changed, wetland) == (case, pointer)
    assert unfit(DESIGN, sun) == ("no_meters", "/meters")
    assert unfit(DESIGN._replace(meters=(METER,)), sun) == ("unread", "/strata")


def test_what_is_stated_has_been_proved(rules: dict[str, Version]) -> None:
    plant = DESIGN._replace(parcels=(), strata=(), meters=(METER,))
    for design, version, case in ((DESIGN, WETLAND, "tenure"), (plant, SUN, "grid_connection")):
        with pytest.raises(ProofMissing) as refusal:
            design.check(rules[version], PROOFS - {case})
        assert refusal.value.case == case


def test_land_is_sound_and_counted_once(rules: dict[str, Version]) -> None:
    drawn = DESIGN._replace(parcels=(PARCELS[0], replace(PARCELS[1], shape=((),))))
    with pytest.raises(ShapeUnfit) as refusal:
        drawn.check(rules[WETLAND], PROOFS)
    assert refusal.value.pointer == "/parcels/1/geometry/coordinates"
    doubled = DESIGN._replace(parcels=(PARCELS[0], Parcel("B", "T-B", land(KM // 2))))
    with pytest.raises(BoundaryOverlaps) as overlaps:
        doubled.check(rules[WETLAND], PROOFS)
    assert (overlaps.value.case, overlaps.value.pointer) == ("own", "/parcels/1")
    assert overlaps.value.facts["number"] == "A"


def test_e19_areas_follow_from_the_land_and_longitude_stands_first(
    rules: dict[str, Version],
) -> None:
    content = written(DESIGN)
    strata = content["strata"]
    assert isinstance(strata, list)
    assert content["area_m2"] == sum(each["area_m2"] for each in strata)
    ((ring,),) = land()
    swapped = Parcel("A", "T-A", ((tuple((north, east) for east, north in ring),),))
    with pytest.raises(ShapeUnfit) as refused:
        replace_parcels(DESIGN, swapped).check(rules[WETLAND], PROOFS)
    assert refused.value.case == "swapped"


def replace_parcels(design: NewDesign, *parcels: Parcel) -> NewDesign:
    strata = (LandStratum("S1", tuple(each.number for each in parcels)),)
    return design._replace(parcels=parcels, strata=strata)


def test_what_another_holds_is_not_taken() -> None:
    check_free(DESIGN, [HeldLand("prj_1", "C", land(2 * KM))])
    with pytest.raises(BoundaryOverlaps) as refusal:
        check_free(DESIGN, [HeldLand("prj_1", "C", land(2 * KM - 1_000, 2_000))])
    facts = refusal.value.facts
    assert (refusal.value.pointer, facts["project"]) == ("/parcels/1/geometry", "prj_1")
    ring = facts["shared"][0][0]
    assert sorted({each[0] for each in ring}) == ["110.0199000", "110.0200000"]
    plant = DESIGN._replace(meters=(METER, METER._replace(number="3302")))
    check_meters_free(plant, [None, None])
    with pytest.raises(BoundaryOverlaps) as held:
        check_meters_free(plant, [None, "prj_2"])
    assert (held.value.pointer, held.value.facts["number"]) == ("/meters/1", "3302")


def test_the_digest_is_of_everything_that_is_said() -> None:
    first = digest_of(written(DESIGN))
    assert digest_of(written(DESIGN._replace())) == first
    others = (
        DESIGN._replace(starts_on=date(2026, 12, 31)),
        DESIGN._replace(parcels=(PARCELS[0], replace(PARCELS[1], tenure_no="T"))),
        DESIGN._replace(strata=(LandStratum("S1", ("A",)), LandStratum("S2", ("B",)))),
        DESIGN._replace(plan=(ITEM._replace(substitute="none"),)),
        DESIGN._replace(split=tuple(reversed(DESIGN.split))),
        DESIGN._replace(texts=DESIGN.texts._replace(baseline="green")),
        DESIGN._replace(meters=(METER,)),
    )
    assert len({first, *(digest_of(written(each)) for each in others)}) == len(others) + 1
