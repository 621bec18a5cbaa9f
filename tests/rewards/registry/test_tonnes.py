"""Tonnes: issuing, splitting, sharing, printing; conservation to the last milligram."""

import pytest
from hypothesis import given, strategies as st

from rewards.registry.issuing import TONNE_MG, issue
from rewards.registry.ranges import Range, take
from rewards.registry.refusals import BadSerial, NotEnoughUnits, UnknownUnitClass, UseNotPermitted
from rewards.registry.serials import SerialRange, parse_serial, print_serial
from rewards.registry.unit_classes import check_use, unit_class

mass = st.integers(0, 10**15)


@given(mass, mass, mass, st.integers(0, 1000), st.integers(0, TONNE_MG - 1))
def test_d09_no_milligram_is_lost_or_made_by_issuing(
    total: int, carried: int, deducted: int, per_mille: int, loose: int
) -> None:
    made = issue(
        total_mg=total,
        carried_in_mg=carried,
        deducted_mg=deducted,
        reserve_per_mille=per_mille,
        loose_reserve_mg=loose,
    )
    spent = made.deducted_mg + made.reserve_mg + made.carried_out_mg + made.issued_t * TONNE_MG
    assert spent == total + carried
    assert 0 <= made.carried_out_mg < TONNE_MG
    assert 0 <= loose + made.reserve_mg - made.buffer_t * TONNE_MG < TONNE_MG
    assert made.reserve_mg * 1000 >= (total - made.deducted_mg) * per_mille


@given(st.lists(mass, max_size=12))
def test_d12_remainders_carried_from_bundle_to_bundle_end_as_if_it_were_one(
    totals: list[int],
) -> None:
    carried, issued = 0, 0
    for total in totals:
        made = issue(total_mg=total, carried_in_mg=carried, deducted_mg=0, reserve_per_mille=0)
        carried, issued = made.carried_out_mg, issued + made.issued_t
    assert (issued, carried) == divmod(sum(totals), TONNE_MG)


def test_a_bundle_below_one_tonne_issues_nothing_and_loses_nothing() -> None:
    made = issue(total_mg=TONNE_MG - 1, carried_in_mg=0, deducted_mg=0, reserve_per_mille=0)
    assert (made.issued_t, made.carried_out_mg) == (0, TONNE_MG - 1)


@st.composite
def blocks(draw: st.DrawFn) -> list[Range]:
    first, made = 1, []
    for gap, length in draw(
        st.lists(st.tuples(st.integers(0, 9), st.integers(1, 50)), min_size=1, max_size=8)
    ):
        made.append(Range(first + gap, first + gap + length))
        first = made[-1].end
    return made


@given(blocks(), st.integers(1, 500))
def test_d03_taking_partitions_what_was_there(ranges: list[Range], quantity: int) -> None:
    held = sum(each.quantity_t for each in ranges)
    if quantity > held:
        with pytest.raises(NotEnoughUnits) as refused:
            take(ranges, quantity)
        assert refused.value.facts == {"available_t": str(held), "quantity_t": str(quantity)}
        return
    takings = take(ranges, quantity)
    assert sum(each.taken.quantity_t for each in takings) == quantity
    for position, taken, rest in takings:
        parts = set(range(*taken)) | (set(range(*rest)) if rest else set())
        assert parts == set(range(*ranges[position]))
        assert rest is None or (rest.quantity_t > 0 and rest.first == taken.end)
    # At most the last one is split.
    assert all(each.rest is None for each in takings[:-1])


families = st.from_regex(r"[a-z0-9][a-z0-9._]{0,20}", fullmatch=True)
numbers = st.integers(1, 10**12)


@given(families, st.integers(1990, 2999), numbers, st.integers(1, 10**6))
def test_a_serial_reads_back_as_it_was_printed(
    family: str, vintage: int, first: int, length: int
) -> None:
    serial = SerialRange(family, vintage, first, first + length)
    assert parse_serial(print_serial(serial, prefix="TPH"), prefix="TPH") == serial


@given(families, numbers, st.integers(1, 10**6), st.data())
def test_a_changed_character_of_a_serial_is_noticed(
    family: str, first: int, length: int, data: st.DataObject
) -> None:
    text = print_serial(SerialRange(family, 2026, first, first + length), prefix="TPH")
    at = data.draw(st.integers(4, len(text) - 1))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ._-"))
    if other != text[at] and other.isdigit() == text[at].isdigit():
        with pytest.raises(BadSerial):
            parse_serial(text[:at] + other + text[at + 1 :], prefix="TPH")


def test_d01_a_printed_serial_includes_both_ends() -> None:
    text = print_serial(SerialRange("bj.low_carbon_travel", 2026, 1, 13), prefix="TPH")
    assert text.startswith("TPH-BJ.LOW_CARBON_TRAVEL-2026-1-12-")
    # One tonne names itself twice, so that a range of one is never mistaken for a count.
    assert "-7-7-" in print_serial(SerialRange("x", 2026, 7, 8), prefix="TPH")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "TPH",
        "TPH-X-2026-NaN-NaN-00",
        "tph-x-2026-1-1-23",
        "TPH-X-2026-01-1-00",
        "TPH-X-2026-0-1-00",
    ],
)
def test_what_is_no_serial_is_refused(text: str) -> None:
    with pytest.raises(BadSerial):
        parse_serial(text, prefix="TPH")


def test_no_check_digits_make_a_range_that_runs_backwards_right() -> None:
    for check in range(100):
        with pytest.raises(BadSerial):
            parse_serial(f"TPH-X-2026-9-1-{check:02d}", prefix="TPH")


def test_a_unit_is_used_only_as_its_class_permits() -> None:
    assert check_use("voluntary", "voluntary_offset").title_zh == "自愿抵销"
    with pytest.raises(UseNotPermitted) as refused:
        check_use("voluntary", "compliance_offset")
    assert "voluntary_offset" in refused.value.facts["permitted"]
    with pytest.raises(UnknownUnitClass):
        unit_class("golden")
