"""Whatever is sent as a rule is kept or refused with its place: never a 500, never a hang."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from app.wiring import Wiring
from tests.builders.methodologies import Office, Rule

PIECES = (
    "",
    " ",
    "\n",
    ":",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "!!int ",
    "|",
    ">",
    "'",
    '"',
    "#",
    "0",
    "-1",
    "1e9",
    "9" * 50,
    "0." + "0" * 50,
    "NaN",
    "trips",
    "EF_trip",
    "trips / 0",
    "(" * 60,
    "sum(k in routes: k)",
    "max(1)",
    "if(",
    "trips ^ 999999999",
    "x" * 3000,
    "\t",
    "\u2028",
    "\ufeff",
    "kgCO2e",
    "kWh",
    "9999-12-31",
    "0000-00-00",
    "all",
    "[CN-99]",
    "true",
    "null",
    "~",
    "、",
    "'' ''",
)


@pytest.fixture(scope="module")
def office(wiring: Wiring) -> Office:
    return Office(wiring)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_damaged_document_is_refused_with_its_place(office: Office, data: st.DataObject) -> None:
    rule = Rule(date(2027, 1, 1))
    body = rule.body()
    for _ in range(data.draw(st.integers(1, 4))):
        name = data.draw(st.sampled_from(("document", "document", "document", "examples")))
        text = body[name]
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 30)))
        body[name] = text[:start] + data.draw(st.sampled_from(PIECES)) + text[end:]
    began = time.monotonic()
    answer = office.post(f"/v1/methodologies/{rule.code}/versions", body, by="operator")
    assert time.monotonic() - began < 5, body
    assert answer.status_code in (201, 409, 422), answer.text
    if answer.status_code == 422 and answer.json["code"] == "INVALID_METHODOLOGY":
        assert answer.json["details"]["line"] >= 1
        assert answer.json["details"]["remedy"]


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(equation=st.text("0123456789.+-*/^()[],<>=' tripsEFmaxnif", max_size=60))
def test_any_equation_is_taken_or_refused_at_its_line(office: Office, equation: str) -> None:
    rule = Rule(date(2027, 1, 1), equation=f"'{equation.replace(chr(39), '')}'")
    answer = office.draft(rule)
    assert answer.status_code in (201, 422), answer.text
