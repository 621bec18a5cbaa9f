"""Serials: copied well they read back; which slips of the pen the check digits find."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, strategies as st

from behaviours.check_digits import check_digits
from rewards.registry.refusals import BadSerial
from rewards.registry.serials import MIXED, SerialRange, family_of, parse_serial, print_serial
from rewards.registry.unit_classes import UNIT_CLASSES

ALPHABET = string.digits + string.ascii_uppercase + "._-"
TEXTS = [
    print_serial(SerialRange(family, vintage, first, end, unit_class), prefix="TPH")
    for family, vintage, first, end, unit_class in (
        ("bj.low_carbon_travel", 2026, 1, 13, None),
        ("mixed", 2025, 999_999_999, 1_000_000_001, None),
        ("x", 1000, 7, 8, None),
        ("gd.distributed_pv", 2026, 1, 13, "voluntary"),
        ("mixed", 2025, 999_999_999, 1_000_000_001, "compliance"),
    )
]
serials = st.builds(
    lambda family, vintage, first, length, unit_class: SerialRange(
        family, vintage, first, first + length, unit_class
    ),
    st.from_regex(r"[a-z0-9][a-z0-9._]{0,40}", fullmatch=True),
    st.integers(1000, 9999),
    st.integers(1, 10**15),
    st.integers(1, 10**9),
    st.sampled_from([None, *UNIT_CLASSES]),
)
prefixes = st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=8)


def reads(text: str, prefix: str = "TPH") -> SerialRange | None:
    """The range of a serial, None when it is refused."""
    try:
        return parse_serial(text, prefix=prefix)
    except BadSerial:
        return None


@given(serials, prefixes)
def test_printing_and_reading_are_each_other_backwards(serial: SerialRange, prefix: str) -> None:
    text = print_serial(serial, prefix=prefix)
    assert parse_serial(text, prefix=prefix) == serial
    assert print_serial(parse_serial(text, prefix=prefix), prefix=prefix) == text


@pytest.mark.parametrize("text", TEXTS)
def test_every_changed_digit_and_every_letter_for_another_letter_are_found(text: str) -> None:
    numbers_from = len(text) - len("-".join(text.split("-")[-4:]))
    slips = [
        text[:at] + other + text[at + 1 :]
        for at, right in enumerate(text)
        for other in ALPHABET
        if other != right and (at >= numbers_from or other.isdigit() == right.isdigit())
    ]
    assert [each for each in slips if reads(each)] == []


def test_a_digit_for_a_letter_may_pass_and_then_names_another_family_but_the_same_tonnes() -> None:
    # MOD 97-10 reads a letter as two digits: 3 for B moves what stands before it by one place.
    slip = TEXTS[0].replace("CARBON", "CAR3ON")
    assert reads(slip) == SerialRange("bj.low_car3on_travel", 2026, 1, 13)


@pytest.mark.parametrize("text", TEXTS)
def test_two_neighbours_of_these_that_changed_places_are_found(text: str) -> None:
    slips = [
        text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        for at in range(len(text) - 1)
        if text[at] != text[at + 1]
    ]
    assert [each for each in slips if reads(each)] == []


@pytest.mark.parametrize("text", TEXTS)
def test_a_lost_character_of_these_and_a_small_letter_are_found(text: str) -> None:
    lost = [text[:at] + text[at + 1 :] for at in range(len(text))]
    small = [text[:at] + text[at].lower() + text[at + 1 :] for at in range(len(text))]
    assert [each for each in (*lost, *small) if each != text and reads(each)] == []


@pytest.mark.parametrize("around", ["{} ", " {}", "{}\n", "{}-", "-{}", "{}0", "《{}》"])
def test_nothing_stands_around_a_serial(around: str) -> None:
    for text in TEXTS:
        with pytest.raises(BadSerial) as refused:
            parse_serial(around.format(text), prefix="TPH", pointer="/serial")
        assert (refused.value.case, refused.value.pointer) == ("shape", "/serial")


@given(serials, prefixes, prefixes)
def test_a_serial_of_another_programme_is_not_read(
    serial: SerialRange, own: str, other: str
) -> None:
    text = print_serial(serial, prefix=other)
    assert (reads(text, prefix=own) is not None) == (own == other)


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("", "shape"),
        ("TPH", "shape"),
        ("TPH-X-0999-1-1-00", "shape"),
        ("TPH-X-10000-1-1-00", "shape"),
        ("TPH--2026-1-1-00", "shape"),
        ("TPH-.X-2026-1-1-00", "shape"),
        ("TPH-X-2026-1-1-0", "shape"),
        ("TPH-X-2026-1-1-000", "shape"),
        ("TPH-X-2026-1-0-00", "shape"),
        ("TPH-X-2026-１-1-00", "shape"),
        (f"TPH-X-2026-1-{10**18}-00", "shape"),
        (f"TPH-{'X' * 129}-2026-1-1-00", "shape"),
        # Check digits of MOD 97-10 are between 02 and 98.
        ("TPH-X-2026-1-1-00", "check_digits"),
        ("TPH-X-2026-1-1-01", "check_digits"),
        ("TPH-X-2026-1-1-99", "check_digits"),
    ],
)
def test_d07_what_is_wrong_with_a_serial_is_said(text: str, case: str) -> None:
    with pytest.raises(BadSerial) as refused:
        parse_serial(text, prefix="TPH")
    assert refused.value.case == case


def test_a_range_that_runs_backwards_is_named_so_when_its_check_digits_are_right() -> None:
    cases = []
    for check in range(2, 99):
        with pytest.raises(BadSerial) as refused:
            parse_serial(f"TPH-X-2026-9-1-{check:02d}", prefix="TPH")
        cases.append(refused.value.case)
    assert sorted(set(cases)) == ["backwards", "check_digits"]
    assert cases.count("backwards") == 1


@given(serials)
def test_the_whole_number_behind_a_serial_leaves_one_by_97(serial: SerialRange) -> None:
    text = print_serial(serial, prefix="TPH")
    *body, check = text.split("-")
    digits = "".join(str(ALPHABET.index(character)) for character in "-".join(body))
    # ISO 7064 as it is written, with the check digits in place.
    assert int(digits + check) % 97 == 1


@pytest.mark.parametrize(("first", "end"), [(5, 5), (6, 5)])
def test_an_empty_range_is_not_printed(first: int, end: int) -> None:
    with pytest.raises(AssertionError):
        print_serial(SerialRange("x", 2026, first, end), prefix="TPH")


def test_a_serial_says_its_class_and_the_check_digits_are_of_it_too() -> None:
    printed = {
        unit_class: print_serial(SerialRange("pv", 2026, 1, 13, unit_class), prefix="TPH")
        for unit_class in (None, *UNIT_CLASSES)
    }
    assert printed["compliance"].startswith("TPH-C-PV-2026-1-12-")
    assert printed["voluntary"].startswith("TPH-V-PV-2026-1-12-")
    assert len({text[-2:] for text in printed.values()}) == 3
    assert reads(printed["voluntary"].replace("-V-", "-C-")) is None


def test_a_serial_of_before_has_no_class_and_is_read() -> None:
    old = "TPH-GD.DISTRIBUTED_PV-2026-1-12-73"
    assert reads(old) == SerialRange("gd.distributed_pv", 2026, 1, 13, None)


def test_a_class_that_there_is_not_is_named_so() -> None:
    body = "TPH-Q-PV-2026-1-12"
    with pytest.raises(BadSerial) as refused:
        parse_serial(f"{body}-{check_digits(body)}", prefix="TPH")
    assert refused.value.case == "unit_class"


def test_several_methodologies_have_one_family_of_their_own() -> None:
    assert family_of(None) == MIXED
    assert family_of("pv") == "pv"
