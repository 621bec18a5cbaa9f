"""Certificates: they prove themselves, and only as they were signed."""

from __future__ import annotations

import base64
import copy
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import jwt
import pytest
from hypothesis import given, strategies as st

from rewards.registry.block import ACTIVE, Block
from rewards.registry.certificate import (
    CHANGED,
    INCOMPLETE,
    MISNAMED_KEY,
    OTHER_KEY,
    canonical,
    certificate_of,
    public_key_of,
    published_key,
    read_keys,
    sign,
    verify_certificate,
)
from rewards.registry.origin import Origin
from rewards.registry.ranges import Range
from rewards.registry.retirement import Retirement, RetirementTerms, retire
from rewards.registry.serials import parse_serial

KEY = bytes(range(32))
CERTIFICATE = sign({"quantity_t": "12", "beneficiary": "杭州某某公司", "serials": ["TPH-…"]}, KEY)
# As it was handed out before certificates carried a JSON Web Signature.
EARLIER = {
    "beneficiary": "杭州某某公司",
    "quantity_t": "12",
    "signature": {
        "algorithm": "Ed25519",
        "key_id": "56475aa75463474c",
        "public_key": "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=",
        "value": "R7x7zdruVfzJIjBSpKrs8vGZkFGLOEFSCi5KAv3JCKBD"
        "tDKpJ2D0nfdNS9FD7Ip9nZAJTj0CTTQJhIQ0ffdLAg==",
    },
}
NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)
ENTERPRISE, BUNDLE, RETIREMENT = UUID(int=1), UUID(int=2), UUID(int=3)


def test_a_certificate_holds_without_the_platform() -> None:
    check = verify_certificate(CERTIFICATE, public_key=public_key_of(KEY))
    assert check.holds
    assert check.key_id == CERTIFICATE["signature"]["key_id"]


def test_a_certificate_from_before_the_json_web_signature_still_holds() -> None:
    assert "jws" not in EARLIER["signature"]
    assert verify_certificate(EARLIER, public_key=public_key_of(KEY)).holds
    assert verify_certificate({**EARLIER, "quantity_t": "13"}).fault == CHANGED


def test_any_jose_library_verifies_it_with_the_published_key() -> None:
    published = jwt.PyJWKSet.from_dict({"keys": [published_key(public_key_of(KEY))]})
    token = CERTIFICATE["signature"]["jws"]
    named = jwt.get_unverified_header(token)["kid"]
    payload = jwt.PyJWS(["EdDSA"]).decode(token, published[named], algorithms=["EdDSA"])
    stated = {name: value for name, value in CERTIFICATE.items() if name != "signature"}
    assert json.loads(payload) == stated


def test_the_published_key_is_read_back() -> None:
    raw = public_key_of(KEY)
    published = published_key(raw)
    assert read_keys({"keys": [published]}) == {CERTIFICATE["signature"]["key_id"]: raw}
    assert base64.b64decode(published["public_key"]) == raw
    assert (published["kty"], published["crv"]) == ("OKP", "Ed25519")


@pytest.mark.parametrize("text", [{}, {"keys": []}, {"keys": [{}]}, {"keys": 5}, []])
def test_what_are_no_keys_is_refused(text: Any) -> None:
    with pytest.raises(ValueError, match=r"key|Key"):
        read_keys(text)


@pytest.mark.parametrize(
    ("member", "value"),
    [("quantity_t", "13"), ("beneficiary", "another"), ("serials", []), ("added", "1")],
)
def test_any_change_is_noticed(member: str, value: object) -> None:
    assert verify_certificate({**CERTIFICATE, member: value}).fault == CHANGED


def test_a_json_web_signature_of_another_text_is_noticed() -> None:
    other = sign({"quantity_t": "13"}, KEY)
    for token in (other["signature"]["jws"], "a.b.c", "", 5, None):
        mixed = {**CERTIFICATE, "signature": {**CERTIFICATE["signature"], "jws": token}}
        assert verify_certificate(mixed).fault == CHANGED


def test_another_key_is_noticed() -> None:
    stranger = sign({"quantity_t": "12"}, bytes(32))
    assert verify_certificate(stranger).holds
    assert verify_certificate(stranger, public_key=public_key_of(KEY)).fault == OTHER_KEY


def test_a_signature_that_names_another_key_is_noticed() -> None:
    changed = copy.deepcopy(CERTIFICATE)
    changed["signature"]["key_id"] = "0" * 16
    assert verify_certificate(changed).fault == MISNAMED_KEY


def test_the_order_of_members_does_not_matter() -> None:
    assert verify_certificate(dict(reversed(CERTIFICATE.items()))).holds
    assert canonical({"b": 1, "a": "碳"}) == '{"a":"碳","b":1}'.encode()


@pytest.mark.parametrize("broken", [{}, {"signature": None}, {"signature": {}}, {"signature": 5}])
def test_what_is_no_certificate_does_not_hold(broken: dict[str, Any]) -> None:
    assert verify_certificate(broken).fault == INCOMPLETE


def test_a_broken_signature_does_not_hold() -> None:
    broken = copy.deepcopy(CERTIFICATE)
    broken["signature"]["value"] = "AAAA"
    assert not verify_certificate(broken).holds


@given(
    st.dictionaries(st.text(max_size=8).filter(lambda name: name != "signature"), st.text()),
    st.binary(min_size=32, max_size=32),
)
def test_whatever_is_signed_holds_after_a_way_through_json(
    document: dict[str, str], key: bytes
) -> None:
    signed = json.loads(json.dumps(sign(document, key)))
    assert verify_certificate(signed, public_key=public_key_of(key)).holds


def a_retirement(*ranges: Range) -> Retirement:
    blocks = [
        Block(
            block_id=UUID(int=10 + at),
            bundle_id=BUNDLE,
            numbers=numbers,
            owner_id=ENTERPRISE,
            state=ACTIVE,
            unit_class="voluntary",
            vintage=2026,
            parent_id=None,
            listing_id=None,
            trade_id=None,
            created_at=NOW,
            closed_at=None,
        )
        for at, numbers in enumerate(ranges)
    ]
    terms = RetirementTerms("Hangzhou Tea House", "voluntary_offset", "2026")
    return retire(blocks, terms, retirement_id=RETIREMENT, enterprise_id=ENTERPRISE, now=NOW)


def stated(methodology: str | None, *ranges: Range) -> dict[str, Any]:
    origin = Origin(BUNDLE, methodology, 2026, b"\x01" * 32, 7_000_000_000, None)
    return certificate_of(
        a_retirement(*ranges), {BUNDLE: origin}, enterprise_name="Tea House", serial_prefix="TPH"
    )


def test_a_certificate_states_who_what_and_which_numbers() -> None:
    found = stated("gd.distributed_pv", Range(1, 3), Range(5, 6))
    assert found["retired_at"] == "2026-07-01T04:00:00Z"
    assert found["retired_by"] == {"id": f"org_{ENTERPRISE.hex}", "name": "Tea House"}
    assert found["purpose"]["code"] == "voluntary_offset"
    assert found["quantity_t"] == "3"
    first, second = found["blocks"]
    assert (first["first_number"], first["last_number"]) == ("1", "2")
    assert (second["first_number"], second["last_number"]) == ("5", "5")
    assert first["bundle_root"] == "01" * 32
    assert first["bundle_total_mg"] == "7000000000"
    assert parse_serial(first["serial"], prefix="TPH") == ("gd.distributed_pv", 2026, 1, 3)


def test_a_bundle_of_several_methodologies_is_named_so_in_its_serials() -> None:
    (line,) = stated(None, Range(1, 2))["blocks"]
    assert parse_serial(line["serial"], prefix="TPH").family == "mixed"
