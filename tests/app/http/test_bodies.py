"""Bodies are read strictly, and every field says what it wants."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st
from marshmallow import fields as plain

from app.http.blueprint import load
from app.http.body import BrokenJson, DuplicateMember, UnstorableText, read_json
from app.http.faults import ValidationFailed
from app.http.fields import (
    Day,
    DecimalText,
    Line,
    Moment,
    Money,
    Points,
    PublicId,
    Region,
    Strict,
    Tonnes,
    WholeText,
    moment,
    money,
)
from app.messages.catalogues import sentence
from behaviours.rules.units import kg


@pytest.fixture(autouse=True)
def in_the_application(app):
    """The currency is that of the running programme."""
    with app.app_context():
        yield


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(
        exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), inner,
        max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(values, st.booleans(), st.sampled_from([None, 2]))
def test_whatever_json_says_is_read_as_it_was_said(value, ascii_only, indent):
    raw = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    assert read_json(raw) == value


@pytest.mark.parametrize("raw", [
    b"", b"{", b"{]", b"[1,]", b"NaN", b'{"a":Infinity}', b"'a'", b"\xff\xfe{}\x00", b'"\xff"',
    b"[" * 100_000, b'{"a":' * 3000 + b"1" + b"}" * 3000, b"{}{}", b'"a\nb"', b"[1" + b"0" * 5000,
])  # fmt: skip
def test_broken_json_is_refused(raw):
    with pytest.raises(BrokenJson):
        read_json(raw)


@pytest.mark.parametrize("raw", [
    b'{"a":1,"a":1}', b'{"a":1, "b":{"c":[{"d":1,"d":2}]}}', b'{"a":1,"\\u0061":2}',
    b'{"a:":1,"a:":":"}', b'{"x":"\\u003a","a":1,"a":1}',
])  # fmt: skip
def test_a_member_named_twice_is_refused(raw):
    with pytest.raises(DuplicateMember):
        read_json(raw)


@given(st.dictionaries(st.text(st.characters(codec="ascii", exclude_characters="\0")), values,
                       min_size=1, max_size=4), st.data())  # fmt: skip
def test_no_second_naming_of_a_member_is_overlooked(members, data):
    name = data.draw(st.sampled_from(sorted(members)))
    inside = ",".join(f"{json.dumps(key)}:{json.dumps(each)}" for key, each in members.items())
    raw = f"{{{inside},{json.dumps(name)}:null}}".encode()
    with pytest.raises(DuplicateMember):
        read_json(raw)


@pytest.mark.parametrize(("raw", "pointer"), [
    (b'{"a":["x","\\u0000"]}', "/a/1"), (b'{"a":{"b/c":"\\ud800"}}', "/a/b~1c"),
    (b'{"\\u0000":1}', ""), (b'"\\udc00\\ud800"', ""),
])  # fmt: skip
def test_what_is_no_text_is_refused_with_its_place(raw, pointer):
    with pytest.raises(UnstorableText) as refused:
        read_json(raw)
    assert refused.value.pointer == pointer


def test_a_surrogate_pair_and_a_written_escape_are_text():
    assert read_json(b'"\\ud83d\\ude00"') == "\U0001f600"
    assert read_json(b'"\\\\u0000"') == "\\u0000"


class Inner(Strict):
    points = Points()


class Body(Strict):
    quantity = DecimalText()
    tonnes = Tonnes()
    whole = WholeText()
    points = Points(least=1)
    at = Moment()
    on = Day()
    region = Region()
    person = PublicId("par")
    price = Money(least_fen=1)
    line = Line(most=5)
    inner = plain.List(plain.Nested(Inner))


NOT_DECIMALS = [
    1, 1.5, 0, True, None, [], {}, "", " 1", "1 ", "1\n", "-1", "+1", "1e5", "1E-9", "1_000", "01",
    ".5", "5.", "1.1234567", "1234567890123", "１.５", "٣", "NaN", "Infinity", "0x1", "1,5", "½",
]  # fmt: skip


@pytest.mark.parametrize("value", NOT_DECIMALS, ids=repr)
@pytest.mark.parametrize("name", ["quantity", "tonnes", "whole"])
def test_quantities_are_plain_decimal_text(name, value):
    with pytest.raises(ValidationFailed) as refused:
        load(Body(), {name: value})
    assert [each.pointer for each in refused.value.faults] == [f"/{name}"]
    assert sentence(refused.value)


@pytest.mark.parametrize(("name", "value", "read"), [
    ("quantity", "12.5", Decimal("12.5")), ("quantity", "0", Decimal(0)),
    ("quantity", "999999999999.999999", Decimal("999999999999.999999")),
    ("tonnes", "12", 12), ("whole", "0", 0), ("points", 5, 5),
    ("price", {"amount": "12.3", "currency": "CNY"}, 1230),
    ("price", {"amount": "0.01", "currency": "CNY"}, 1),
    ("at", "2026-03-01T08:30:00+08:00", datetime(2026, 3, 1, 0, 30, tzinfo=UTC)),
    ("at", "2026-03-01t08:30:00.123456789z", datetime(2026, 3, 1, 8, 30, 0, 123456, UTC)),
    ("region", "CN-33", "CN-33"), ("line", "碳普惠", "碳普惠"),
])  # fmt: skip
def test_what_is_well_written_is_read(name, value, read):
    assert load(Body(), {name: value}) == {name: read}


@pytest.mark.parametrize(("name", "value", "code"), [
    ("tonnes", "0", "TOO_SMALL"), ("tonnes", "1.5", "NOT_A_WHOLE_NUMBER"),
    ("points", 0, "OUT_OF_RANGE"), ("points", 1.0, "WRONG_TYPE"), ("points", True, "WRONG_TYPE"),
    ("points", "1", "WRONG_TYPE"), ("points", 2**40, "OUT_OF_RANGE"),
    ("at", "2026-03-01T08:30:00", "NOT_A_MOMENT"), ("at", "2026-03-01", "NOT_A_MOMENT"),
    ("at", "2026-02-30T08:30:00Z", "NO_SUCH_MOMENT"), ("at", 1767225600, "WRONG_TYPE"),
    ("at", "0001-01-01T00:00:00+23:59", "NO_SUCH_MOMENT"), ("on", "2026-02-29", "NO_SUCH_DAY"),
    ("on", "20260201", "NOT_A_DAY"), ("region", "CN-3", "NOT_A_REGION"),
    ("region", "cn-33", "NOT_A_REGION"), ("person", "par_1", "NOT_AN_ID"),
    ("person", "act_" + "0" * 32, "NOT_AN_ID"), ("person", 7, "WRONG_TYPE"),
    ("line", "", "LENGTH"), ("line", "abcdef", "LENGTH"), ("line", " a", "SPACE"),
    ("line", "a\tb", "NOT_PRINTABLE"), ("line", 5, "WRONG_TYPE"), ("line", None, "NULL"),
    ("surprise", 1, "UNKNOWN_MEMBER"),
])  # fmt: skip
def test_what_is_not_says_why(name, value, code):
    with pytest.raises(ValidationFailed) as refused:
        load(Body(), {name: value})
    [error] = refused.value.faults
    assert (error.pointer, error.code) == (f"/{name}", code)


@pytest.mark.parametrize(("value", "pointer"), [
    ({"amount": "1.234", "currency": "CNY"}, "/price/amount"),
    ({"amount": "0", "currency": "CNY"}, "/price/amount"),
    ({"amount": 1, "currency": "CNY"}, "/price/amount"),
    ({"amount": "1", "currency": "USD"}, "/price/currency"),
    ({"amount": "1"}, "/price/currency"), ("1", "/price"),
    ({"amount": "1", "currency": "CNY", "x": 1}, "/price/x"),
])  # fmt: skip
def test_money_is_an_amount_and_a_currency(value, pointer):
    with pytest.raises(ValidationFailed) as refused:
        load(Body(), {"price": value})
    assert [each.pointer for each in refused.value.faults] == [pointer]


def test_every_fault_is_named_at_once_with_its_place():
    with pytest.raises(ValidationFailed) as refused:
        load(Body(), {"inner": [{}, {"points": "1", "a/b": 1}], "whole": 1})
    places = {(each.pointer, each.code) for each in refused.value.faults}
    assert places == {
        ("/inner/1/points", "WRONG_TYPE"),
        ("/inner/1/a~1b", "UNKNOWN_MEMBER"),
        ("/whole", "WRONG_TYPE"),
    }


def test_answers_are_exact():
    assert kg(46_000) == "0.046000"
    assert kg(1) == "0.000001"
    assert kg(123_456_789_012) == "123456.789012"
    assert kg(-46_000) == "-0.046000"
    assert money(1230) == {"amount": "12.30", "currency": "CNY"}
    assert money(5) == {"amount": "0.05", "currency": "CNY"}
    assert moment(datetime(2026, 3, 1, 0, 30, tzinfo=UTC)) == "2026-03-01T00:30:00Z"
    assert Body().dump({"quantity": Decimal("1E+2"), "tonnes": 3, "price": 7}) == {
        "quantity": "100", "tonnes": "3", "price": {"amount": "0.07", "currency": "CNY"},
    }  # fmt: skip


@given(st.integers(0, 10**18))
def test_kilograms_lose_no_milligram(saved_mg):
    assert Decimal(kg(saved_mg)) * 1_000_000 == saved_mg
