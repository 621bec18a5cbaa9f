"""Taking an action back: one provider or two operators; once it is in a bundle, two roles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from behaviours.actions.refusals import ReversalLapsed, ReversalNotForRole
from behaviours.actions.reversal import (
    AUTHORITY,
    OPERATOR,
    PROVIDER,
    ReversalSignature,
    awaiting,
    check_role,
    standing,
)
from behaviours.viewer import Viewer

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
WEEK = timedelta(days=7)


def signed(role: str, person: int = 1, ago: timedelta = timedelta()) -> ReversalSignature:
    return ReversalSignature(UUID(int=9), UUID(int=person), role, "not_done", "why", NOW - ago)


@pytest.mark.parametrize(
    ("signatures", "in_pool", "in_bundle"),
    [
        ([], [OPERATOR], [PROVIDER, OPERATOR, AUTHORITY]),
        ([signed(PROVIDER)], [], [OPERATOR, AUTHORITY]),
        ([signed(OPERATOR)], [OPERATOR], [PROVIDER, AUTHORITY]),
        ([signed(OPERATOR), signed(OPERATOR)], [OPERATOR], [PROVIDER, AUTHORITY]),
        ([signed(OPERATOR, 1), signed(OPERATOR, 2)], [], [PROVIDER, AUTHORITY]),
        ([signed(OPERATOR, 1), signed(AUTHORITY, 2)], [OPERATOR], []),
        ([signed(OPERATOR, 1), signed(AUTHORITY, 1)], [OPERATOR], [PROVIDER]),
    ],
)
def test_who_has_yet_to_sign(
    signatures: list[ReversalSignature], in_pool: list[str], in_bundle: list[str]
) -> None:
    assert awaiting(signatures, frozen=False) == in_pool
    assert awaiting(signatures, frozen=True) == in_bundle


def test_an_authority_signs_only_for_what_is_in_a_bundle() -> None:
    check_role(Viewer(AUTHORITY, None), frozen=True)
    check_role(Viewer(OPERATOR, None), frozen=False)
    with pytest.raises(ReversalNotForRole):
        check_role(Viewer(AUTHORITY, None), frozen=False)


def test_a_word_that_nobody_joined_lapses_and_it_begins_again_by_saying_so() -> None:
    old, fresh = signed(OPERATOR, ago=WEEK), signed(OPERATOR, 2, ago=timedelta(days=1))
    assert standing([old, fresh], now=NOW, signed_for=WEEK, anew=False) == [fresh]
    assert standing([], now=NOW, signed_for=WEEK, anew=False) == []
    assert standing([old], now=NOW, signed_for=WEEK, anew=True) == []
    with pytest.raises(ReversalLapsed) as caught:
        standing([old], now=NOW, signed_for=WEEK, anew=False)
    assert caught.value.facts["lapsed_at"] == NOW.isoformat()
