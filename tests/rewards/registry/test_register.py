"""The public register: its totals, its serials, and what else it says of a unit."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.registry.block import STATES
from rewards.registry.certificate import bundles_of, certificate_of, serials_of
from rewards.registry.holder_notice import (
    KINDS,
    REPLACED,
    TAKEN_BACK,
    HolderNotice,
    check_notice,
)
from rewards.registry.origin import Origin
from rewards.registry.ranges import Range
from rewards.registry.receiver import check_receiver
from rewards.registry.refusals import BuyerIsSeller, UnknownReceiver, UnknownUnits
from rewards.registry.register import IssuedTotals, RegisteredUnits, RegisterTotals, UnitTotal
from rewards.registry.retirement import RetirementTerms, retire
from rewards.registry.serials import MIXED, mix_of, parse_serial, print_serial
from tests.builders.blocks import a_block

NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)
ISSUED = IssuedTotals(2, 900, 5_000, 7, 250)
ONE, OTHER = UUID(int=1), UUID(int=2)
lines = st.lists(
    st.builds(
        UnitTotal,
        methodology=st.none() | st.sampled_from(["gd.pv", "bj.ride"]),
        vintage=st.integers(2020, 2030),
        unit_class=st.sampled_from(["voluntary", "compliance"]),
        state=st.sampled_from(STATES),
        blocks=st.integers(1, 9),
        quantity_t=st.integers(1, 10**9),
        for_reserve=st.booleans(),
    ),
    max_size=12,
)


@given(lines)
def test_issued_is_what_was_sold_or_for_sale_once_and_never_the_reserve(
    units: list[UnitTotal],
) -> None:
    tonnes: Counter[str] = Counter()
    for each in units:
        if not each.for_reserve:
            tonnes[each.state] += each.quantity_t
    totals = RegisterTotals(ISSUED, units)
    # A split block stands in its parts, merged ones in what they became, and a buffer was never
    # issued.
    gone = sum(tonnes[state] for state in ("split", "merged", "buffer"))
    assert totals.issued_t == tonnes.total() - gone
    assert totals.retired_t == tonnes["retired"]
    assert totals.retired_t <= totals.issued_t


def test_reserve_tonnes_that_were_cancelled_were_not_issued() -> None:
    line = UnitTotal("gd.pv", 2026, "voluntary", "cancelled", 1, 3)
    assert RegisterTotals(ISSUED, [line]).issued_t == 3
    assert RegisterTotals(ISSUED, [line._replace(for_reserve=True)]).issued_t == 0
    assert RegisterTotals(ISSUED, []).issued_t == 0


@given(
    st.none() | st.sampled_from(["gd.distributed_pv", "bj.low_carbon_travel"]),
    st.integers(2020, 2030),
    st.integers(1, 10**6),
    st.integers(1, 10**6),
)
def test_registered_units_print_the_serial_that_names_their_tonnes(
    methodology: str | None, vintage: int, first: int, quantity_t: int
) -> None:
    numbers = Range(first, first + quantity_t)
    serial = RegisteredUnits(numbers, methodology, vintage, "voluntary").serial
    assert parse_serial(print_serial(serial, prefix="TPH"), prefix="TPH") == (
        methodology or "mixed",
        vintage,
        *numbers,
        "voluntary",
    )
    origin = Origin(ONE, methodology, vintage, b"", 1, None)
    assert origin.serial(numbers, "voluntary") == serial


def test_a_certificate_is_read_back_for_its_serials_and_its_bundles() -> None:
    blocks = [
        a_block(
            block_id=UUID(int=10 + at), bundle_id=bundle_id, numbers=Range(at * 10, at * 10 + 2)
        )
        for at, bundle_id in enumerate((OTHER, ONE, OTHER), start=1)
    ]
    terms = RetirementTerms("Tea House", "donation", "2026")
    made = retire(blocks, terms, retirement_id=ONE, enterprise_id=OTHER, now=NOW)
    origins = {each: Origin(each, None, 2026, b"\1" * 32, 1, None) for each in (ONE, OTHER)}
    stated = certificate_of(made, origins, enterprise_name="Tea House", serial_prefix="TPH")
    assert bundles_of(stated) == [ONE, OTHER], "each once, by id"
    read = [parse_serial(each, prefix="TPH") for each in serials_of(stated)]
    assert [(each.first, each.end) for each in read] == [(10, 12), (20, 22), (30, 32)]
    assert stated["quantity_t"] == "6"


def a_notice(reversed_mg: int, covered_mg: int) -> HolderNotice:
    return HolderNotice(ONE, OTHER, None, reversed_mg, covered_mg, 0, NOW, None)


@pytest.mark.parametrize(
    ("reversed_mg", "covered_mg", "kind"),
    [(5, 0, TAKEN_BACK), (5, 5, TAKEN_BACK), (0, 5, REPLACED)],
)
def test_a_notice_is_of_what_was_taken_back_or_of_what_replaced_it(
    reversed_mg: int, covered_mg: int, kind: str
) -> None:
    notice = a_notice(reversed_mg, covered_mg)
    assert notice.kind == kind
    assert kind in KINDS
    assert check_notice(notice) is notice


def test_a_notice_of_somebody_else_is_not_there() -> None:
    with pytest.raises(UnknownUnits) as refused:
        check_notice(None)
    assert refused.value.case == "notice"


@pytest.mark.parametrize(
    "kind", [None, "provider", "merchant", "verifier", "exchange", "Enterprise"]
)
def test_units_are_handed_to_enterprises_alone(kind: str | None) -> None:
    check_receiver("enterprise", from_id=ONE, to_id=OTHER)
    with pytest.raises(UnknownReceiver) as refused:
        check_receiver(kind, from_id=ONE, to_id=OTHER)
    assert refused.value.pointer == "/to_enterprise_id"
    # Who hands them to itself learns that, whatever it is.
    with pytest.raises(BuyerIsSeller) as own:
        check_receiver(kind, from_id=ONE, to_id=ONE)
    assert (own.value.case, own.value.pointer) == ("transfer", "/to_enterprise_id")


def test_mass_of_a_mix_stands_under_the_name_of_its_mix() -> None:
    of_two = Origin(ONE, None, 2026, b"", 1, None, ("bj.metro", "gd.distributed_pv"))
    assert of_two.family == mix_of(("bj.metro", "gd.distributed_pv")) != MIXED
    assert Origin(ONE, None, 2026, b"", 1, None).family == MIXED
    assert Origin(ONE, "bj.metro", 2026, b"", 1, None).family == "bj.metro"
