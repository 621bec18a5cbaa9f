"""The drawn barcode is what every scanner reads: its bars and spaces are those of Code 128."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, strategies as st

from app.shown.barcode import MODULE, barcode_svg
from rewards.redemption import code as codes

SVG = "{http://www.w3.org/2000/svg}"
QUIET = 10 * MODULE
START_C = "211232"
STOP = "2331112"


def bars(picture: bytes) -> list[tuple[int, int]]:
    """(where it begins, how wide it is) of every black bar, from left to right."""
    svg = ET.fromstring(picture)  # noqa: S314 - drawn by ourselves
    (drawn,) = svg.iter(f"{SVG}path")
    bar = re.compile(r"M(\d+) 0h(\d+)v(\d+)h-(\d+)Z")
    path = drawn.get("d", "").strip()
    found = bar.findall(path)
    assert "".join(bar.sub("", path).split()) == "", "nothing else is drawn"
    assert {height for _, _, height, _ in found} == {svg.get("height")}
    return sorted((int(begins), int(wide)) for begins, wide, _, _ in found)


def modules(picture: bytes) -> str:
    """The widths of bars and spaces in turn, in modules, beginning with a bar."""
    widths = []
    end = None
    for begins, wide in bars(picture):
        if end is not None:
            widths.append(begins - end)
        widths.append(wide)
        end = begins + wide
    assert all(width % MODULE == 0 for width in widths)
    return "".join(str(int(width // MODULE)) for width in widths)


def test_the_modules_are_those_that_another_program_made_of_the_same_digits() -> None:
    assert modules(barcode_svg("620123456789012345")) == (
        "2112324311112221223121311131231411222121412221223121311131233222112331112"
    )


@given(st.integers(0, codes.SPACE - 1))
def test_every_code_is_two_digits_a_symbol_between_start_and_stop(number: int) -> None:
    drawn = modules(barcode_svg(codes.digits_of(number)))
    assert drawn.startswith(START_C)
    assert drawn.endswith(STOP)
    symbols = re.findall("[1-4]{6}", drawn.removesuffix(STOP))
    assert len(symbols) == 1 + codes.DIGITS // 2 + 1, "start, pairs of digits, check"
    assert all(sum(map(int, symbol)) == 11 for symbol in symbols)


def test_the_picture_is_black_on_white_with_ten_white_modules_on_each_side() -> None:
    picture = barcode_svg("620123456789012345")
    svg = ET.fromstring(picture)  # noqa: S314 - drawn by ourselves
    (paper,) = svg.iter(f"{SVG}rect")
    (group,) = svg.iter(f"{SVG}g")
    assert (paper.get("fill"), group.get("fill")) == ("#FFFFFF", "#000000")
    assert paper.get("width") == svg.get("width")
    first, (begins, wide) = bars(picture)[0], bars(picture)[-1]
    assert first[0] == QUIET
    assert int(svg.get("width", "")) - (begins + wide) == QUIET


def test_a_screen_reader_reads_the_digits() -> None:
    svg = ET.fromstring(barcode_svg("620123456789012345"))  # noqa: S314 - drawn by ourselves
    assert [each.text for each in svg.iter(f"{SVG}title")] == ["620123456789012345"]


@pytest.mark.parametrize("digits", ["123", "12a4", ""])
def test_what_is_no_code_is_not_drawn(digits: str) -> None:
    with pytest.raises(AssertionError):
        barcode_svg(digits)
