"""What careless or hostile callers send to the routes of bundles."""

from __future__ import annotations

from typing import Any

import pytest

from app.wiring import Wiring
from tests.builders.market import rows
from tests.builders.people import Http, Tokens

DRAFT = {"vintage": 2026, "from": "2026-01-01", "to": "2026-06-30", "unit_class": "voluntary"}


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
