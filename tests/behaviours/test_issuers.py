"""Issuers: whose a number is, and what it can be like."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from behaviours.issuers import (
    NEVER,
    SINCE_EVER,
    DatedNumbers,
    Issuer,
    IssuerNotAdmitted,
    IssuerNotNamed,
    IssuerRegister,
    Naming,
    NumberNotOfIssuer,
    NumberShape,
    NumberShapeWrong,
    own_code,
)

RIDES = NumberShape("ride", 6, 8, digits_only=True)
METRO = Issuer("metro", "地铁", "Metro", ("ride", "ticket"), NEVER, (RIDES,))
BUS = Issuer("bus", "公交", "Bus", ("ride",), "day")
TODAY = date(2026, 3, 10)
ONE, TWO, NONE = "a" * 32, "b" * 32, "c" * 32
REGISTER = IssuerRegister(
    [METRO, BUS], {ONE: ["metro"], TWO: ["metro", "bus"]}, {"metro": [ONE], "bus": [ONE]}
)


@pytest.mark.parametrize(
    ("number", "case"),
    [
        ("12a456", "digits"),
        ("１２３４５６", "digits"),
        ("12345", "length"),
        ("123456789", "length"),
    ],
)
def test_a_number_that_cannot_be_one_is_refused(number: str, case: str) -> None:
    named = REGISTER.naming(ONE, "ride")
    named.check("123456", on=TODAY)
    with pytest.raises(NumberNotOfIssuer) as caught:
        named.check(number, on=TODAY, pointer="/number")
    assert (caught.value.case, caught.value.pointer) == (case, "/number")
    Naming("bus").check(number, on=TODAY)


@pytest.mark.parametrize(
    ("shapes", "case"),
    [
        ((RIDES._replace(kind="invoice"),), "other_kind"),
        ((RIDES, RIDES), "twice"),
        ((RIDES._replace(least=9),), "backwards"),
    ],
)
def test_what_is_said_of_numbers_can_be_meant(shapes: tuple[NumberShape, ...], case: str) -> None:
    METRO.check_numbers()
    with pytest.raises(NumberShapeWrong) as caught:
        replace(METRO, numbers=shapes).check_numbers()
    assert caught.value.case == case


def test_a_number_is_of_the_only_issuer_that_the_sender_can_mean() -> None:
    only = REGISTER.naming(ONE, "ride")
    assert (only.code, only.per, only.shapes) == ("metro", NEVER, ((SINCE_EVER, RIDES),))
    # What was reported before there was an issuer is the same number still.
    assert only.former == (own_code(ONE), own_code(""))
    assert REGISTER.naming(ONE, "ride") is only
    assert REGISTER.naming(NONE, "ride") == Naming(own_code(NONE))
    assert REGISTER.naming(ONE, "invoice") == Naming(own_code(ONE))


def test_numbers_that_begin_anew_say_nothing_of_those_before() -> None:
    assert REGISTER.naming(TWO, "ride", "bus") == Naming("bus", "day")


def test_who_could_mean_several_names_one() -> None:
    for sender, kind, case in (
        (TWO, "ride", "several"),
        ("", "ride", "person"),
        ("", "invoice", "person"),
    ):
        with pytest.raises(IssuerNotNamed) as caught:
            REGISTER.naming(sender, kind)
        assert caught.value.case == case
    assert REGISTER.naming("", "ticket").code == "metro"
    assert REGISTER.naming("", "ride", "bus").code == "bus"
    # Named for its other numbers, an issuer leaves this one to the rest.
    assert REGISTER.naming(TWO, "ticket", "bus").code == "metro"


def test_nobody_reports_an_issuers_numbers_without_being_admitted() -> None:
    for sender, named, case in ((ONE, "rail", "unknown"), (ONE, "bus", "not_admitted")):
        with pytest.raises(IssuerNotAdmitted) as caught:
            REGISTER.naming(sender, "ride", named)
        assert caught.value.case == case
    REGISTER.check_named(TWO, ["ride", "invoice"], "bus")
    with pytest.raises(IssuerNotAdmitted) as caught:
        REGISTER.check_named(TWO, ["invoice"], "bus")
    assert caught.value.case == "other_kind"
    assert [each.code for each in REGISTER.of_provider(TWO)] == ["bus", "metro"]


def test_a_recorded_number_stays_of_whom_it_was_then() -> None:
    assert REGISTER.kept(ONE, "ride", {"ride": "bus"}) == Naming("bus", "day")
    assert REGISTER.kept(ONE, "ride", None) == Naming(own_code(ONE))


def test_each_day_is_held_against_what_was_said_of_it() -> None:
    longer = RIDES._replace(least=10, most=10)
    stated = (DatedNumbers(SINCE_EVER, (RIDES,)), DatedNumbers(TODAY, (longer,)))
    dated = replace(METRO, numbers=(longer,), stated=stated)
    named = IssuerRegister([dated], {ONE: ["metro"]}).naming(ONE, "ride")
    yesterday = TODAY - timedelta(days=1)
    named.check("123456", on=yesterday)
    named.check("1234567890", on=TODAY)
    for number, on in (("1234567890", yesterday), ("123456", TODAY)):
        with pytest.raises(NumberNotOfIssuer):
            named.check(number, on=on)
    assert dated.says(DatedNumbers(TODAY + timedelta(days=1), (longer,)))
    assert not dated.says(DatedNumbers(yesterday, (RIDES,))), "something later is said"
    assert not dated.says(DatedNumbers(TODAY, (RIDES,)))
