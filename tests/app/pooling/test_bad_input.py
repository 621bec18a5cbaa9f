"""What careless or hostile callers send to the routes of bundles."""

from __future__ import annotations

from typing import Any

import pytest

from app.wiring import Wiring
from tests.builders.market import rows
from tests.builders.people import Http, Tokens

DRAFT = {
    "methodology_code": "gd.distributed_pv",
    "vintage": 2026,
    "from": "2026-01-01",
    "to": "2026-06-30",
    "unit_class": "voluntary",
}
MIX = ["bj.low_carbon_travel", "gd.distributed_pv"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"vintage": "2026"}, "/vintage"),
        ({"vintage": 2026.0}, "/vintage"),
        ({"vintage": True}, "/vintage"),
        ({"from": "2026-02-30"}, "/from"),
        ({"from": "01.01.2026"}, "/from"),
        ({"to": "2025-12-31"}, "/to"),
        ({"to": "2027-01-01"}, "/to"),
        ({"unit_class": "golden"}, "/unit_class"),
        ({"unit_class": ""}, "/unit_class"),
        ({"methodology_code": "no.such_rule"}, "/methodology_code"),
        ({"region": "Zhejiang"}, "/region"),
        ({"region": "CN-99"}, "/region"),
        ({"quantity": "12"}, "/quantity"),
        # Several methodologies are named, where the class permits them at all.
        ({"methodology_codes": MIX}, "/methodology_code"),
        ({"methodology_code": None, "methodology_codes": MIX}, "/methodology_code"),
    ],
)
def test_a_bad_draft_is_refused_at_its_place(
    wiring: Wiring, http: Http, token_for: Tokens, change: dict[str, Any], pointer: str
) -> None:
    before = rows(wiring, "select count(*) from bundle")
    answer = http.post("/v1/bundles", {**DRAFT, **change}, token=token_for("operator"))
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == pointer
    assert rows(wiring, "select count(*) from bundle") == before


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({}, ("METHODOLOGIES_NOT_NAMED", "/methodology_code")),
        (
            {"methodology_codes": [MIX[0], MIX[0]]},
            ("METHODOLOGIES_NOT_NAMED", "/methodology_codes"),
        ),
        (
            {"methodology_codes": [*MIX, "no.such_rule"]},
            ("UNKNOWN_BUNDLE_METHODOLOGY", "/methodology_codes"),
        ),
        (
            {"methodology_codes": MIX, "unit_class": "compliance"},
            ("MIXING_NOT_PERMITTED", "/unit_class"),
        ),
    ],
)
def test_methodologies_are_mixed_by_name_and_only_where_the_class_permits_it(
    wiring: Wiring,
    http: Http,
    token_for: Tokens,
    change: dict[str, Any],
    refusal: tuple[str, str],
) -> None:
    asked = {name: value for name, value in DRAFT.items() if name != "methodology_code"}
    answer = http.post("/v1/bundles", {**asked, **change}, token=token_for("operator"))
    said = answer.get_json()
    assert (answer.status_code, said["code"], said["errors"][0]["pointer"]) == (422, *refusal)
    mixed = http.post(
        "/v1/bundles", {**asked, "methodology_codes": MIX[::-1]}, token=token_for("operator")
    )
    assert mixed.status_code == 201, mixed.get_json()
    assert mixed.get_json()["methodology_codes"] == MIX
