"""Normal forms: what is spelled differently and is one number, and what has no form at all."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, strategies as st

from behaviours.actions.normal_form import FORMS, LONGEST, UnusableNumber, normal_form

VECTORS = yaml.safe_load(Path(__file__).with_name("normal_forms.yaml").read_text("utf-8"))
SAME = [(kind, *each) for kind, found in VECTORS.items() for each in found["same"]]
REFUSED = [(kind, *each) for kind, found in VECTORS.items() for each in found["refused"]]


def test_every_form_has_vectors() -> None:
    assert VECTORS.keys() == FORMS.keys()
    assert {case for _, _, case in REFUSED} == set(UnusableNumber.cases)


@pytest.mark.parametrize(("kind", "sent", "form"), SAME)
def test_a_spelling_is_read_as_its_number(kind: str, sent: str, form: str) -> None:
    assert normal_form(kind, sent) == form


@pytest.mark.parametrize(("kind", "sent", "case"), REFUSED)
def test_what_has_no_form_is_told_why(kind: str, sent: str, case: str) -> None:
    with pytest.raises(UnusableNumber) as refused:
        normal_form(kind, sent)
    assert refused.value.case == case


@given(st.text())
def test_a_normal_form_is_its_own(text: str) -> None:
    try:
        form = normal_form("default", text)
    except UnusableNumber:
        return
    assert 0 < len(form) <= LONGEST
    assert normal_form("default", form) == form


@given(st.text(st.characters(codec="ascii")))
def test_the_quick_way_is_the_long_way(text: str) -> None:
    assert said(text) == said(f"\u200b{text}")


def said(text: str) -> str:
    try:
        return normal_form("default", text)
    except UnusableNumber as refusal:
        return refusal.case
