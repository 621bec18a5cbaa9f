"""Caps of use for compliance, of a buyer and of all, agree with plain counting."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from behaviours.compliance_terms import UNCAPPED, ComplianceTerms
from behaviours.programme import InvalidProgramme
from rewards.registry.compliance import ComplianceCaps, ComplianceUse
from rewards.registry.refusals import ComplianceCapReached
from tests.builders.programmes import stating

ZONE, BUYER, OTHER = ZoneInfo("Asia/Shanghai"), UUID(int=1), UUID(int=2)
TERMS = ComplianceTerms(10, 15, {OTHER.hex: 12})
CAPS = ComplianceCaps(TERMS, ZONE)


def refused(used: ComplianceUse, tonnes: int, buyer: UUID = BUYER) -> ComplianceCapReached:
    with pytest.raises(ComplianceCapReached) as told:
        CAPS.check(used, tonnes, buyer_id=buyer, year=2026)
    return told.value


def test_a_refusal_says_what_is_left() -> None:
    CAPS.check(ComplianceUse(4, 4), 6, buyer_id=BUYER, year=2026)
    told = refused(ComplianceUse(4, 4), 7)
    assert told.case == "buyer"
    assert told.facts == {
        "year": "2026",
        "cap_t": "10",
        "used_t": "4",
        "left_t": "6",
        "quantity_t": "7",
    }
    told = refused(ComplianceUse(4, 13), 3)
    assert (told.case, told.facts["left_t"], told.facts["cap_t"]) == ("programme", "2", "15")
    # Nothing is left of a cap that a later version made smaller than what was used.
    assert refused(ComplianceUse(11, 11), 1).facts["left_t"] == "0"


def test_who_is_named_has_a_cap_of_its_own() -> None:
    CAPS.check(ComplianceUse(0, 0), 12, buyer_id=OTHER, year=2026)
    assert refused(ComplianceUse(0, 0), 13, OTHER).case == "buyer"


@pytest.mark.parametrize(
    ("at", "year"),
    [
        (datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), 2026),
        # Midnight in Shanghai.
        (datetime(2026, 12, 31, 16, tzinfo=UTC), 2027),
    ],
)
def test_a_year_is_that_of_the_programmes_zone(at: datetime, year: int) -> None:
    found = CAPS.year_of(at)
    assert found.year == year
    assert found.begins_at <= at < found.ends_at


def test_other_uses_and_programmes_without_caps_are_never_limited() -> None:
    assert CAPS.hold_for("compliance_offset")
    assert not CAPS.hold_for("voluntary_offset")
    free = ComplianceCaps(UNCAPPED, ZONE)
    assert not free.hold_for("compliance_offset")
    free.check(ComplianceUse(10**9, 10**9), 10**9, buyer_id=BUYER, year=2026)


@given(st.lists(st.tuples(st.sampled_from([BUYER, OTHER]), st.integers(1, 8)), max_size=12))
def test_no_order_of_retirements_goes_over_a_cap_or_stops_short_of_it(
    wanted: list[tuple[UUID, int]],
) -> None:
    used = {BUYER: 0, OTHER: 0}
    for buyer, tonnes in wanted:
        fits = used[buyer] + tonnes <= (TERMS.of(buyer.hex) or 0)
        fits = fits and sum(used.values()) + tonnes <= 15
        try:
            CAPS.check(
                ComplianceUse(used[buyer], sum(used.values())), tonnes, buyer_id=buyer, year=2026
            )
        except ComplianceCapReached:
            assert not fits
        else:
            assert fits
            used[buyer] += tonnes
    assert used[BUYER] <= 10
    assert used[OTHER] <= 12
    assert sum(used.values()) <= 15


def test_the_clause_is_read_whole_or_refused() -> None:
    assert stating().versions[0].compliance == UNCAPPED
    name = f"org_{OTHER.hex}"
    whole = (
        '{buyer_tonnes_per_year: "10", programme_tonnes_per_year: "15",'
        f' buyers: [{{enterprise: {name}, tonnes_per_year: "12"}}]}}'
    )
    assert stating(compliance=whole).versions[0].compliance == TERMS
    assert stating(compliance='{buyer_tonnes_per_year: "0"}').versions[0].compliance.of("") == 0
    twice = f'{{enterprise: {name}, tonnes_per_year: "1"}}'
    for wrong in (
        f"{{buyers: [{twice}, {twice}]}}",
        '{buyers: [{enterprise: org_1, tonnes_per_year: "1"}]}',
        '{buyer_tonnes_per_year: "-1"}',
        '{tonnes: "1"}',
    ):
        with pytest.raises(InvalidProgramme):
            stating(compliance=wrong)
