"""Two people of two roles: who has signed, who is missing, and that nobody counts twice."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations, product
from uuid import UUID

import pytest

from behaviours.viewer import Viewer
from rewards.signing import (
    ROLES,
    SamePersonTwice,
    Signature,
    missing_roles,
    signature_of,
    two_people,
)

NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)
ANN, BEN, CAI = (UUID(int=number) for number in (1, 2, 3))


def signed(*given: tuple[str, UUID]) -> list[Signature]:
    return [Signature(role, user_id, NOW) for role, user_id in given]


def test_before_anybody_signs_both_roles_are_missing() -> None:
    assert missing_roles([]) == ["authority", "operator"]


@pytest.mark.parametrize(("first", "other"), list(permutations(ROLES)))
def test_after_one_role_the_other_is_missing(first: str, other: str) -> None:
    assert missing_roles(signed((first, ANN))) == [other]


@pytest.mark.parametrize(("first", "other"), list(permutations(ROLES)))
def test_two_people_of_two_roles_leave_nobody_missing(first: str, other: str) -> None:
    assert missing_roles(signed((first, ANN), (other, BEN))) == []


def test_one_person_in_both_roles_is_refused() -> None:
    with pytest.raises(SamePersonTwice):
        missing_roles(signed(("operator", ANN), ("authority", ANN)))


def test_the_gate_opens_for_both_roles_and_at_least_two_people() -> None:
    assert two_people([("operator", ANN), ("authority", BEN)])
    assert two_people([("authority", BEN), ("operator", ANN), ("operator", CAI)])


@pytest.mark.parametrize(
    "given",
    [
        [],
        [("operator", ANN)],
        [("operator", ANN), ("operator", BEN)],
        [("authority", ANN), ("authority", BEN), ("authority", CAI)],
        [("operator", ANN), ("authority", ANN)],
        [("operator", ANN), ("verifier", BEN)],
    ],
)
def test_the_gate_stays_shut_otherwise(given: list[tuple[str, UUID]]) -> None:
    assert not two_people(given)


def test_who_asks_in_which_order_decides_nothing() -> None:
    everything = list(product((*ROLES, "verifier"), (ANN, BEN)))
    for some in permutations(everything, 3):
        assert two_people(some) == two_people(reversed(some)) == two_people(sorted(some))


def test_a_signature_says_who_signed_in_which_role_and_when() -> None:
    assert signature_of(Viewer("operator", None, ANN), NOW) == Signature("operator", ANN, NOW)


def test_an_organisation_signs_by_its_user_and_not_by_itself() -> None:
    assert signature_of(Viewer("enterprise", CAI, BEN), NOW).user_id == BEN


def test_a_viewer_without_a_user_signs_nothing() -> None:
    for nobody in (Viewer("authority", None), Viewer("enterprise", CAI)):
        with pytest.raises(AssertionError, match="only a user signs"):
            signature_of(nobody, NOW)


def test_a_signature_in_a_third_role_replaces_none_of_the_two() -> None:
    assert missing_roles(signed(("operator", ANN), ("verifier", BEN))) == ["authority"]
    with pytest.raises(SamePersonTwice):
        missing_roles(signed(("operator", ANN), ("authority", BEN), ("verifier", ANN)))
