"""Unified social credit codes: every wrong character is noticed, and named."""

from __future__ import annotations

import pytest

from behaviours.credit_codes import ALPHABET, CreditCodeWrong, read_credit_code

# Of the standard's own example, and of two companies as the public register has them.
KNOWN = ("91350100M000100Y43", "914403001922038216", "9144030071526726XG")


@pytest.mark.parametrize("code", KNOWN)
def test_codes_that_are_in_use_are_read(code: str) -> None:
    assert read_credit_code(f" {code.lower()} ", pointer="") == code


@pytest.mark.parametrize("code", KNOWN)
def test_no_single_wrong_character_passes(code: str) -> None:
    for place in range(len(code)):
        for other in set(ALPHABET) - {code[place]}:
            with pytest.raises(CreditCodeWrong) as refused:
                read_credit_code(code[:place] + other + code[place + 1 :], pointer="/credit_code")
            assert refused.value.case == "check"


def test_no_two_neighbours_that_changed_places_pass() -> None:
    code = KNOWN[0]
    for place in range(len(code) - 1):
        one, other = code[place : place + 2]
        if one != other:
            swapped = code[:place] + other + one + code[place + 2 :]
            with pytest.raises(CreditCodeWrong):
                read_credit_code(swapped, pointer="")


@pytest.mark.parametrize(
    ("stated", "case", "facts"),
    [
        ("9135010M000100Y43", "length", {"found": 17}),
        ("91350100M000100Y433", "length", {"found": 19}),
        ("", "length", {"found": 0}),
        ("9135O100M000100Y43", "character", {"place_no": 5, "character": "O"}),
        ("91350100M０00100Y43", "character", {"place_no": 10}),
        ("91350100M000100Y44", "check", {"place_no": 18, "character": "4", "wanted": "3"}),
    ],
)
def test_what_is_wrong_is_said(stated: str, case: str, facts: dict[str, object]) -> None:
    with pytest.raises(CreditCodeWrong) as refused:
        read_credit_code(stated, pointer="/credit_code")
    assert refused.value.case == case
    assert facts.items() <= dict(refused.value.facts).items()
