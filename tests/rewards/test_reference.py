"""A business key: the same number for the same thing is a repeat, for another thing a refusal."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.reference import ORDERING, PROGRAMME, RETIRING, ReferenceReused, reference

HOLDER = UUID(int=1)
contents = st.lists(st.text(max_size=6), max_size=4)


def test_a_fingerprint_is_sha_256_of_the_contents_as_a_list_of_texts() -> None:
    key = reference(RETIRING, HOLDER, "R-1", UUID(int=7), 12, date(2026, 7, 1), "碳")
    listed = '["00000000-0000-0000-0000-000000000007", "12", "2026-07-01", "碳"]'
    assert key.fingerprint == hashlib.sha256(listed.encode()).digest()
    assert (key.holder_id, key.verb, key.text) == (HOLDER, RETIRING, "R-1")


@given(contents, contents)
def test_two_contents_have_one_fingerprint_only_when_they_are_the_same(
    one: list[str], other: list[str]
) -> None:
    first, second = (reference(ORDERING, HOLDER, "R-1", *each) for each in (one, other))
    assert (first.fingerprint == second.fingerprint) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [(("ab", "c"), ("a", "bc")), (("a",), ("a", "")), ((1, 2), (2, 1)), (("1,2",), ("1", "2"))],
)
def test_what_stands_where_counts(one: tuple[object, ...], other: tuple[object, ...]) -> None:
    first, second = (reference(ORDERING, HOLDER, "R-1", *each) for each in (one, other))
    assert first.fingerprint != second.fingerprint


def test_the_number_itself_and_its_asker_are_no_content() -> None:
    first = reference(ORDERING, HOLDER, "R-1", 5)
    assert first.fingerprint == reference(ORDERING, PROGRAMME, "R-2", 5).fingerprint


def test_a_repeat_passes_and_another_content_is_refused_with_the_verb() -> None:
    key = reference(ORDERING, HOLDER, "R-1", 5)
    key.check(reference(ORDERING, HOLDER, "R-1", 5).fingerprint)
    for other in (6, Decimal("5.0"), None):
        with pytest.raises(ReferenceReused) as refused:
            key.check(reference(ORDERING, HOLDER, "R-1", other).fingerprint)
        assert refused.value.facts == {"verb": "order"}
        assert refused.value.code == "CLIENT_REFERENCE_REUSED"
