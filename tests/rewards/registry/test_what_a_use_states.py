"""What a use has to state: a case, a footprint; and which units are used for it first."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from behaviours.refusal import Refusal
from rewards.registry.certificate import certificate_of
from rewards.registry.footprint import Footprint, FootprintCover, FootprintLine
from rewards.registry.origin import Origin
from rewards.registry.ranges import Range
from rewards.registry.refusals import (
    FootprintNotCovered,
    GroundsMissing,
    GroundsUnfit,
    UseNotPermitted,
)
from rewards.registry.retirement import (
    RetirementGrounds,
    RetirementTerms,
    retire,
    scarcest_last,
)
from rewards.registry.unit_classes import UNIT_CLASSES, fitting_classes
from tests.builders.blocks import a_block

NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)
BUNDLE = UUID(int=5)
FIGURES = st.decimals("0", "999999999999.999999", places=6)


def a_line(quantity: str | Decimal, factor: str | Decimal) -> FootprintLine:
    return FootprintLine(
        "Electricity", Decimal(quantity), "kWh", "a bill", Decimal(factor), "a document"
    )


def a_footprint(kg: str) -> Footprint:
    return Footprint((a_line(kg, "1"),))


@given(st.lists(st.tuples(FIGURES, FIGURES), min_size=1, max_size=30))
def test_a_footprint_is_exact_and_rounded_up_once(lines: list[tuple[Decimal, Decimal]]) -> None:
    footprint = Footprint(tuple(a_line(*each) for each in lines))
    exact = sum((Fraction(quantity) * Fraction(factor) for quantity, factor in lines), Fraction(0))
    assert 0 <= footprint.total_mg - exact * 10**6 < 1
    assert 0 <= footprint.needed_t - Fraction(footprint.total_mg, 10**9) < 1
    assert [Fraction(each["kg"]) for each in footprint.as_lines()] == [
        Fraction(quantity) * Fraction(factor) for quantity, factor in lines
    ]


@pytest.mark.parametrize(
    ("kg", "tonnes"),
    [("0", 0), ("0.000001", 1), ("999.999999", 1), ("1000", 1), ("1000.000001", 2)],
)
def test_a_footprint_needs_whole_tonnes_and_never_one_too_few(kg: str, tonnes: int) -> None:
    assert a_footprint(kg).needed_t == tonnes
    assert FootprintCover(a_footprint(kg), 1).missing_t == max(0, tonnes - 1)


@pytest.mark.parametrize(
    ("purpose", "grounds", "refused"),
    [
        ("eco_damage_compensation", RetirementGrounds(), (GroundsMissing, "case_reference")),
        ("event_neutrality", RetirementGrounds(), (GroundsMissing, "footprint")),
        ("enterprise_neutrality", RetirementGrounds(), (GroundsMissing, "footprint")),
        ("donation", RetirementGrounds(case_reference="C-1"), (GroundsUnfit, "case_reference")),
        (
            "eco_damage_compensation",
            RetirementGrounds(case_reference="C-1", footprint=a_footprint("1")),
            (GroundsUnfit, "footprint"),
        ),
        (
            "event_neutrality",
            RetirementGrounds(footprint=a_footprint("10000.000001")),
            (FootprintNotCovered, ""),
        ),
    ],
)
def test_a_use_without_what_it_states_retires_nothing(
    purpose: str, grounds: RetirementGrounds, refused: tuple[type[Refusal], str]
) -> None:
    kind, case = refused
    with pytest.raises(kind) as refusal:
        retire(
            [a_block(unit_class="compliance")],
            RetirementTerms("Tea House", purpose, "2026"),
            retirement_id=UUID(int=1),
            enterprise_id=UUID(int=2),
            now=NOW,
            grounds=grounds,
        )
    assert refusal.value.case == case


def test_a_certificate_names_what_is_stated_and_nothing_else() -> None:
    origin = Origin(BUNDLE, "gd.distributed_pv", 2026, b"\x01" * 32, 7_000_000_000, None)

    def stated(purpose: str, grounds: RetirementGrounds) -> dict[str, object]:
        retirement = retire(
            [a_block(unit_class="compliance")],
            RetirementTerms("Tea House", purpose, "2026"),
            retirement_id=UUID(int=1),
            enterprise_id=UUID(int=2),
            now=NOW,
            grounds=grounds,
        )
        return dict(
            certificate_of(
                retirement, {BUNDLE: origin}, enterprise_name="Tea House", serial_prefix="TPH"
            )
        )

    before = stated("donation", RetirementGrounds())
    assert not before.keys() & {"beneficiary_region", "case_reference", "footprint"}
    damage = stated("eco_damage_compensation", RetirementGrounds("CN-33", "C-1"))
    assert (damage["beneficiary_region"], damage["case_reference"]) == ("CN-33", "C-1")
    event = stated("event_neutrality", RetirementGrounds(footprint=a_footprint("9999.5")))
    assert event["footprint"] == {
        "total_kg": "9999.500000",
        "needed_t": "10",
        "lines": [
            {
                "source": "Electricity",
                "quantity": "9999.5",
                "unit": "kWh",
                "quantity_source": "a bill",
                "factor_kg_per_unit": "1",
                "factor_source": "a document",
                "kg": "9999.5",
            }
        ],
    }


def test_what_serves_fewest_uses_goes_first_and_then_the_oldest() -> None:
    blocks = [
        a_block(block_id=UUID(int=at), unit_class=kind, vintage=vintage, numbers=Range(at, at + 1))
        for at, (kind, vintage) in enumerate(
            [
                ("compliance", 2024),
                ("voluntary", 2026),
                ("voluntary", 2025),
                ("compliance", 2023),
                ("voluntary", 2025),
            ]
        )
    ]
    used = [each.block_id.int for each in scarcest_last(blocks, "donation")]
    assert used == [2, 4, 1, 3, 0]
    assert [each.block_id.int for each in scarcest_last(blocks, "compliance_offset")] == [3, 0]


def test_a_use_that_no_class_permits_is_refused_and_nothing_held_is_nothing() -> None:
    with pytest.raises(UseNotPermitted):
        scarcest_last([a_block()], "compliance_offset")
    with pytest.raises(UseNotPermitted):
        scarcest_last([a_block()], "speculation")
    assert scarcest_last([], "donation") == []


def test_every_use_has_a_class_and_the_last_one_serves_most() -> None:
    for purpose in {use.code for each in UNIT_CLASSES.values() for use in each.uses}:
        sizes = [len(UNIT_CLASSES[code].uses) for code in fitting_classes(purpose)]
        assert sizes == sorted(sizes)
        assert sizes
