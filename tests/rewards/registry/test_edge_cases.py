"""What has bitten other registries, as far as it is arithmetic."""

from __future__ import annotations

import json

import pytest

from behaviours.rules.units import kg
from rewards.registry.issuing import TONNE_MG, issue
from rewards.registry.ranges import Range, take
from rewards.registry.refusals import BadSerial
from rewards.registry.serials import SerialRange, parse_serial, print_serial


@pytest.mark.parametrize("text", [
    "SN-BLK-DEMO-D-NaN-NaN-undefined",
    "TPH-V-PV-NaN-NaN-undefined-41",
    "TPH-V-P-V-2026-1-12-41",
    "TPH-V-PV-2026-1--12-41",
    "TPH-V-PV-2026-1-12",
])  # fmt: skip
def test_d07_what_other_registries_once_printed_is_no_serial(text: str) -> None:
    with pytest.raises(BadSerial) as refused:
        parse_serial(text, prefix="TPH")
    assert refused.value.case == "shape"


def test_d08_numbers_beyond_32_bits_and_beyond_53_keep_every_digit() -> None:
    first, tonnes = 2**53 + 1, 2**40 + 1
    (taking,) = take([Range(first, first + tonnes)], tonnes - 1)
    assert taking.rest == Range(first + tonnes - 1, first + tonnes)
    serial = SerialRange("x", 2026, first, first + tonnes, "voluntary")
    assert parse_serial(print_serial(serial, prefix="TPH"), prefix="TPH") == serial
    assert kg(2**53 + 1) == "9007199254.740993"
    # As text it comes through JSON whole; as a number some readers would lose its last digit.
    assert json.loads(json.dumps(str(first))) == "9007199254740993"


@pytest.mark.parametrize(
    ("parts", "part_mg", "whole_t"),
    [
        (10, TONNE_MG // 10, 1),
        (1000, TONNE_MG // 10, 100),
        (10_000, 7 * TONNE_MG // 10, 7_000),
        (100_000, 1_000, 0),
    ],
)
def test_d12_many_small_parts_are_their_sum(parts: int, part_mg: int, whole_t: int) -> None:
    carried_mg, issued_t = 0, 0
    for _ in range(parts):
        made = issue(total_mg=part_mg, carried_in_mg=carried_mg, deducted_mg=0, reserve_per_mille=0)
        carried_mg, issued_t = made.carried_out_mg, issued_t + made.issued_t
    assert issued_t == whole_t
    assert issued_t * TONNE_MG + carried_mg == parts * part_mg


@pytest.mark.parametrize(
    ("mg", "shown"), [(1, "0.000001"), (400_000, "0.400000"), (999_999_999, "999.999999")]
)
def test_d20_what_is_less_than_a_tonne_is_never_shown_as_nothing(mg: int, shown: str) -> None:
    assert kg(mg) == shown
