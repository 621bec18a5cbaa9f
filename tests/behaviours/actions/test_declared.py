"""What a declaration blocks: the claims of its numbers, spelled as actions spell them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from behaviours.actions.declared import (
    DeclarationWrong,
    DeclaredNumber,
    Owned,
    claims_declared,
    number_key,
)
from behaviours.actions.normal_form import UnusableNumber
from behaviours.actions.shipped import load_rulebook
from behaviours.issuers import Naming

GRID = Naming("grid")


@pytest.fixture(scope="module")
def versions() -> list[Any]:
    return list(load_rulebook().versions())


def said(**changes: Any) -> DeclaredNumber:
    given: dict[str, Any] = {
        "mechanism": "ccer",
        "reference": "CCER-1",
        "kind": "meter",
        "issuer": "grid",
        "evidence": {"meter_id": "3301000042"},
        "from_day": date(2026, 3, 1),
    }
    return DeclaredNumber(**{**given, **changes})


def values(
    declared: DeclaredNumber, versions: list[Any], naming: Naming | None = GRID
) -> list[str]:
    return [claim.value for claim in claims_declared(declared, versions, naming)]


def test_a_meter_is_one_claim_for_all_days_in_whatever_spelling(versions: list[Any]) -> None:
    first = values(said(), versions)
    assert first == ["grid\x1f3301000042"]
    assert values(said(evidence={"meter_id": " 00-3301 0000-42"}), versions) == first
    assert number_key(said(evidence={"meter_id": "００3301000042"})) == number_key(said())


def test_numbers_that_begin_anew_are_one_claim_for_each_period(versions: list[Any]) -> None:
    rides = said(
        kind="ride",
        issuer="metro",
        evidence={"ride_id": "R-7"},
        from_day=date(2026, 1, 30),
        to_day=date(2026, 2, 2),
    )
    daily = values(rides, versions, Naming("metro", "day"))
    assert daily == [f"metro\x1fr7\x1f{day}" for day in DAYS]
    assert values(rides, versions, Naming("metro", "month")) == [
        "metro\x1fr7\x1f2026-01",
        "metro\x1fr7\x1f2026-02",
    ]
    assert values(rides, versions, Naming("metro")) == ["metro\x1fr7"]


DAYS = ("2026-01-30", "2026-01-31", "2026-02-01", "2026-02-02")


def test_a_claim_of_several_numbers_takes_them_in_the_order_of_its_rule(
    versions: list[Any],
) -> None:
    phone = said(
        kind="device_direction",
        issuer=None,
        evidence={"direction": "sell", "imei": "490154203237518"},
    )
    assert values(phone, versions, None) == ["\x1f49015420323751\x1fsell"]


@pytest.mark.parametrize(
    ("case", "changes"),
    [
        ("evidence", {"kind": "no_such_claim"}),
        ("evidence", {"evidence": {"ride_id": "7"}}),
        ("evidence", {"kind": "meeting_attendance", "evidence": {"meeting_id": "7"}}),
        ("backwards", {"to_day": date(2026, 2, 28)}),
        ("open", {"kind": "electricity_account_day", "evidence": {"account_no": "0330100099"}}),
        (
            "too_long",
            {
                "kind": "electricity_account_day",
                "evidence": {"account_no": "0330100099"},
                "to_day": date(2030, 3, 1),
            },
        ),
        ("whose", {"mechanism": "covered_emitter"}),
        ("whose", {"organisation_id": UUID(int=1)}),
    ],
)
def test_what_cannot_be_meant_is_refused(
    versions: list[Any], case: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(DeclarationWrong) as refused:
        claims_declared(said(**changes), versions, GRID)
    assert refused.value.case == case


def test_whose_number_it_is_has_to_be_said(versions: list[Any]) -> None:
    with pytest.raises(DeclarationWrong) as refused:
        claims_declared(said(issuer=None), versions, None)
    assert (refused.value.case, refused.value.pointer) == ("issuer", "/issuer")


def test_a_number_without_a_form_points_at_itself(versions: list[Any]) -> None:
    with pytest.raises(UnusableNumber) as refused:
        claims_declared(said(evidence={"meter_id": "---"}), versions, GRID)
    assert refused.value.pointer == "/evidence/meter_id"


@pytest.mark.parametrize(
    ("first", "last", "covered"),
    [
        (date(2026, 2, 27), date(2026, 2, 28), False),
        (date(2026, 2, 28), date(2026, 3, 1), True),
        (date(2026, 3, 31), date(2026, 3, 31), True),
        (date(2026, 4, 1), date(2026, 4, 2), False),
    ],
)
def test_both_days_are_included(first: date, last: date, *, covered: bool) -> None:
    march = Owned("ccer", "1", date(2026, 3, 1), date(2026, 3, 31))
    assert march.covers(first, last) is covered
    assert Owned("ccer", "1", date(2026, 3, 1), None).covers(first, last) is (
        last >= date(2026, 3, 1)
    )
