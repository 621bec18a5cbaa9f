"""Names that people choose: one form, no numbers, and alike when they read alike."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from behaviours.chosen_names import LEAST, MOST, MOST_DIGITS, chosen_name, name_digest
from behaviours.refusal import Refusal


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("春江", "春江"),
        ("  Spring   River ", "Spring River"),
        ("Ｒｉｄｅｒ７", "Rider7"),
        ("a-b", "a-b"),
    ],
)
def test_a_name_has_one_form(sent: str, kept: str) -> None:
    assert chosen_name(sent, pointer="/name") == kept


@pytest.mark.parametrize(
    ("sent", "case"),
    [
        ("x", "length"),
        ("x" * (MOST + 1), "length"),
        ("me@home", "characters"),
        ("a\u202eb", "characters"),
        ("1234", "characters"),
        ("a12345", "digits"),
        ("a 1-2-3-4-5", "digits"),
        ("拨一三八零零", "digits"),
        ("a\u2460\u2461\u2462\u2463\u2464", "digits"),
    ],
)
def test_what_others_are_not_shown_is_refused(sent: str, case: str) -> None:
    with pytest.raises(Refusal) as refused:
        chosen_name(sent, pointer="/name")
    assert (refused.value.code, refused.value.case) == ("CHOSEN_NAME_UNFIT", case)


@given(st.text(max_size=3 * MOST))
def test_whatever_is_sent_is_refused_or_kept_as_it_is_kept_again(sent: str) -> None:
    try:
        name = chosen_name(sent, pointer="")
    except Refusal:
        return
    assert LEAST <= len(name) <= MOST
    assert sum(each.isdecimal() for each in name) <= MOST_DIGITS
    assert chosen_name(name, pointer="") == name
    assert name_digest(name) == name_digest(name.replace(" ", "-"))


def test_other_names_are_others() -> None:
    assert name_digest("Spring River") != name_digest("Spring Rivers")
