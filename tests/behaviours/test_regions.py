"""A region has one code, however it is written, and a city is of its province."""

from __future__ import annotations

from datetime import date

import pytest

from behaviours.regions import canonical, lies_in, province_of
from behaviours.rules.factors import Resolution, UnknownRegion, shipped_factors
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
