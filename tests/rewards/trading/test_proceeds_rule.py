"""How proceeds are shared: the parts are the whole, to the last fen, and a rule says so exactly."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from behaviours.proceeds_terms import WHOLE_PPM, ProceedsTerms
from behaviours.programme import SHIPPED, InvalidProgramme, read_programmes
from rewards.ledger.money import CHART, proceeds_account, share_out
from rewards.trading.proceeds import Contributors, Sale, distribute
from tests.builders.blocks import NOW

PARTS = st.tuples(st.integers(0, WHOLE_PPM), st.integers(0, WHOLE_PPM)).map(
    lambda cuts: ProceedsTerms(min(cuts), max(cuts) - min(cuts), WHOLE_PPM - max(cuts))
)


@given(PARTS, st.lists(st.integers(1, 10**13), max_size=5), st.integers(0, 9))
def test_the_parts_of_any_sale_are_the_whole_and_each_within_a_fen(
    terms: ProceedsTerms, amounts: list[int], people: int
) -> None:
    sales = [Sale(UUID(int=at), 2, fen, NOW) for at, fen in enumerate(amounts)]
    made = distribute(
        *(UUID(int=1), UUID(int=2), sales, Contributors(people, people * 5), terms),
        programme_version="1",
        now=NOW,
    )
    assert made.amount_fen == sum(amounts)
    assert made.quantity_t == 2 * len(amounts)
    assert made.people_fen + made.sponsors_fen + made.programme_fen == made.amount_fen
    if not people:
        assert made.people_fen == 0
    else:
        for fen, ppm in zip(
            (made.people_fen, made.sponsors_fen, made.programme_fen), terms, strict=True
        ):
            assert abs(fen * WHOLE_PPM - made.amount_fen * ppm) < WHOLE_PPM


def test_only_what_is_shared_leaves_the_programmes_account() -> None:
    nothing = share_out(UUID(int=3), people_fen=0, sponsors_fen=0)
    assert nothing == []
    both = share_out(UUID(int=3), people_fen=7, sponsors_fen=2)
    assert [(each.debit_account, each.amount) for each in both] == [
        (f"people:{UUID(int=3).hex}", 7),
        ("sponsors", 2),
    ]
    assert {each.credit_account for each in both} == {proceeds_account(None)}
    assert all(CHART.find(each.debit_account) for each in both)


def stated(text: str) -> str:
    shipped = Path(SHIPPED).read_text(encoding="utf-8")
    return f"{shipped.rstrip()}\n    proceeds: {text}\n"


def test_a_version_states_the_rule_and_without_one_shares_nothing() -> None:
    rule = '{people_ppm: "700000", sponsors_ppm: "200000", programme_ppm: "100000"}'
    assert read_programmes(stated(rule), "a test").versions[-1].proceeds == ProceedsTerms(
        700_000, 200_000, 100_000
    )
    shipped = read_programmes(Path(SHIPPED).read_text(encoding="utf-8"), "a test")
    assert shipped.versions[-1].proceeds is None


@pytest.mark.parametrize(
    "rule",
    [
        '{people_ppm: "700000", sponsors_ppm: "200000", programme_ppm: "100001"}',
        '{people_ppm: "1000000", sponsors_ppm: "0"}',
        '{people_ppm: "-1", sponsors_ppm: "1", programme_ppm: "1000000"}',
    ],
)
def test_a_rule_whose_parts_are_not_the_whole_is_refused(rule: str) -> None:
    with pytest.raises(InvalidProgramme) as refused:
        read_programmes(stated(rule), "a test")
    assert str(refused.value.facts["field"]).startswith("versions[0].proceeds")
