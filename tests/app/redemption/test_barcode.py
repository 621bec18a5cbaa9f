"""The drawn barcode is what every scanner reads: its bars and spaces are those of Code 128."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, strategies as st

from app.shown.barcode import HEIGHT, MODULE, QUIET, barcode_svg
from rewards.redemption import code as codes

RECT = "{http://www.w3.org/2000/svg}rect"
BLACK, WHITE = "rgb(0%,0%,0%)", "rgb(100%,100%,100%)"
START_C = "211232"
STOP = "2331112"


def bars(picture: bytes) -> list[tuple[float, float]]:
    """(where it begins, how wide it is) of every black bar, from left to right."""
    found = []
    for rect in ET.fromstring(picture).iter(RECT):  # noqa: S314 - drawn by ourselves
        if f"fill: {BLACK}" in rect.get("style", ""):
            assert float(rect.get("height", "")) == HEIGHT
            found.append((float(rect.get("x", "")), float(rect.get("width", ""))))
    return sorted(found)


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
    _clip, paper, *_ = svg.iter(RECT)
    assert f"fill: {WHITE}" in paper.get("style", "")
    first, (begins, wide) = bars(picture)[0], bars(picture)[-1]
    assert first[0] == QUIET
    assert float(svg.get("width", "")) - (begins + wide) == QUIET


@pytest.mark.parametrize("digits", ["123", "12a4", ""])
def test_what_is_no_code_is_not_drawn(digits: str) -> None:
    with pytest.raises(AssertionError):
        barcode_svg(digits)
