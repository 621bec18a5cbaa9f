"""A region has one code, however it is written, and a city is of its province."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from behaviours.region_register import (
    UnknownRegion,
    check_known,
    known_regions,
    named_list,
    named_regions,
)
from behaviours.regions import canonical, covers, lies_in, province_of
from behaviours.rules.factors import Resolution, shipped_factors
from behaviours.rules.units import parse_unit

BOOK = shipped_factors()
KWH = parse_unit("kgCO2/kWh")
# ISO 3166-2:CN, in the order of its letters.
LETTERS = [
    "AH", "BJ", "CQ", "FJ", "GD", "GS", "GX", "GZ", "HA", "HB", "HE", "HI", "HK", "HL", "HN", "JL",
    "JS", "JX", "LN", "MO", "NM", "NX", "QH", "SC", "SD", "SH", "SN", "SX", "TJ", "TW", "XJ", "XZ",
    "YN", "ZJ",
]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("CN-33", "CN-33"),
        ("CN-ZJ", "CN-33"),
        ("CN-330000", "CN-33"),
        ("CN-330100", "CN-330100"),
        # A district of Hangzhou, and one of Beijing.
        ("CN-330106", "CN-330100"),
        ("CN-110108", "CN-11"),
        # Xiantao is directly under Hubei.
        ("CN-429004", "CN-429004"),
        ("CN-HK", "CN-81"),
        ("CN-91", "CN-81"),
        ("CN-MO", "CN-82"),
    ],
)
def test_a_region_has_one_code(written: str, kept: str) -> None:
    assert canonical(written) == kept
    assert canonical(kept) == kept
    BOOK.check_region(kept)


def test_every_province_has_its_letters() -> None:
    provinces = {province_of(canonical(f"CN-{letters}")) for letters in LETTERS}
    assert provinces == BOOK.regions.keys()
    assert len(LETTERS) == len(provinces)


@pytest.mark.parametrize(
    "written", ["CN-99", "CN-QQ", "CN-990100", "CN-330", "CN-33 ", "cn-33", "CN-３３", "330100", ""]
)
def test_what_is_no_region_is_refused(written: str) -> None:
    with pytest.raises(UnknownRegion):
        BOOK.check_region(canonical(written))


@pytest.mark.parametrize(
    ("region", "area", "expected"),
    [
        ("CN-330100", "CN-33", True),
        ("CN-330100", "CN-330100", True),
        ("CN-330100", "CN-330200", False),
        ("CN-33", "CN-330100", False),
        ("CN-33", None, True),
    ],
)
def test_a_city_lies_in_its_province(region: str, area: str | None, expected: bool) -> None:
    assert lies_in(region, area) is expected


def test_a_city_has_the_factors_of_its_province() -> None:
    day, asked = date(2026, 6, 1), Resolution("avg_province", "latest_published", None, None, KWH)
    city, province = (BOOK.resolve(asked, each, day, day) for each in ("CN-330100", "CN-33"))
    assert city is province
    assert BOOK.centre_of("CN-330100") == BOOK.centres["CN-33"]
    assert BOOK.name_of("CN-330100") == "浙江 CN-330100"


def test_the_register_has_every_province_and_cities_of_the_form_alone() -> None:
    known = named_regions()
    provinces = {each for each in known if len(each) == len("CN-33")}
    assert {province_of(each) for each in provinces} == BOOK.regions.keys()
    assert all(canonical(each) == each for each in known)
    cities = known.keys() - provinces
    # Municipalities and what is beyond the mainland have districts only.
    assert {each[:5] for each in cities} == provinces - {
        "CN-11", "CN-12", "CN-31", "CN-50", "CN-71", "CN-81", "CN-82",
    }  # fmt: skip
    assert (known["CN-330100"], known["CN-429004"]) == ("杭州市", "仙桃市")
    assert len(set(known.values())) == len(known), "no name stands twice"


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        # No city of Zhejiang has these digits; the last one is Lishui.
        ("CN-331500", "CN-331100"),
        ("CN-339001", "CN-331100"),
        ("CN-ZH", "CN-33"),
        ("CN-99", "CN-82"),
        ("CN-990100", "CN-82"),
        ("CN-810001", "CN-81"),
        ("cn-33", "CN-33"),
    ],
)
def test_a_code_of_nothing_is_refused_with_the_nearest_that_there_is(
    written: str, nearest: str
) -> None:
    with pytest.raises(UnknownRegion) as caught:
        check_known(canonical(written), pointer="/x")
    assert caught.value.pointer == "/x"
    assert caught.value.facts["nearest"] == nearest
    assert caught.value.facts["nearest_name"] == named_regions()[nearest]


def test_a_list_of_regions_is_kept_once_and_without_what_its_provinces_hold() -> None:
    written = ["CN-ZJ", "CN-330106", "CN-440305", "CN-440300", "CN-33"]
    assert known_regions(written, pointer="/regions") == ("CN-33", "CN-440300")
    assert named_list(["CN-440300", "CN-33"]) == "浙江 (CN-33), 深圳市 (CN-440300)"
    with pytest.raises(UnknownRegion) as caught:
        known_regions(["CN-33", "CN-331500"], pointer="/regions")
    assert caught.value.pointer == "/regions/1"


@given(st.sampled_from(sorted(named_regions())), st.sets(st.sampled_from(sorted(named_regions()))))
def test_areas_cover_what_lies_in_one_of_them(region: str, areas: set[str]) -> None:
    assert covers(areas, region) is (not areas or any(lies_in(region, each) for each in areas))
