"""Signed documents prove themselves, and only as they were signed."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings, strategies as st

from app.secrecy.signatures import public_key_of, published_key, sign
from behaviours import ed25519
from behaviours.signed_document import (
    CHANGED,
    INCOMPLETE,
    MISNAMED_KEY,
    OTHER_KEY,
    UNSIGNED,
    canonical,
    check_signature,
    key_id,
    read_document,
    read_keys,
)

KEY = bytes(range(32))
CERTIFICATE = sign({"quantity_t": "12", "beneficiary": "杭州某某公司", "serials": ["TPH-…"]}, KEY)
KEYS = {key_id(public_key_of(KEY)): public_key_of(KEY)}
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


def test_a_certificate_holds_without_the_platform() -> None:
    check = check_signature(CERTIFICATE, keys=KEYS)
    assert check.holds
    assert check.key_id == CERTIFICATE["signature"]["key_id"]


def test_a_certificate_from_before_the_json_web_signature_still_holds() -> None:
    assert "jws" not in EARLIER["signature"]
    assert check_signature(EARLIER, keys=KEYS).holds
    assert check_signature({**EARLIER, "quantity_t": "13"}).fault == CHANGED


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
    assert check_signature({**CERTIFICATE, member: value}).fault == CHANGED


def test_a_json_web_signature_of_another_text_is_noticed() -> None:
    other = sign({"quantity_t": "13"}, KEY)
    tokens = [(other["signature"]["jws"], CHANGED)]
    for token, fault in tokens + [(each, INCOMPLETE) for each in ("a.b.c", "", 5, None)]:
        mixed = {**CERTIFICATE, "signature": {**CERTIFICATE["signature"], "jws": token}}
        assert check_signature(mixed).fault == fault


def test_another_key_is_noticed() -> None:
    stranger = sign({"quantity_t": "12"}, bytes(32))
    assert check_signature(stranger).holds
    assert check_signature(stranger, keys=KEYS).fault == OTHER_KEY


def test_a_signature_that_names_another_key_is_noticed() -> None:
    changed = copy.deepcopy(CERTIFICATE)
    changed["signature"]["key_id"] = "0" * 16
    assert check_signature(changed).fault == MISNAMED_KEY


def test_the_order_of_members_does_not_matter() -> None:
    assert check_signature(dict(reversed(CERTIFICATE.items()))).holds
    assert canonical({"b": 1, "a": "碳"}) == '{"a":"碳","b":1}'.encode()


def test_what_is_not_signed_does_not_hold() -> None:
    assert check_signature({}).fault == UNSIGNED
    assert check_signature({"signatura": {}}).fault == UNSIGNED


@pytest.mark.parametrize("broken", [{"signature": None}, {"signature": {}}, {"signature": 5}])
def test_what_is_no_certificate_does_not_hold(broken: dict[str, Any]) -> None:
    assert check_signature(broken).fault == INCOMPLETE


def test_a_broken_signature_does_not_hold() -> None:
    broken = copy.deepcopy(CERTIFICATE)
    broken["signature"]["value"] = "AAAA"
    assert not check_signature(broken).holds


@settings(max_examples=30)
@given(
    st.dictionaries(st.text(max_size=8).filter(lambda name: name != "signature"), st.text()),
    st.binary(min_size=32, max_size=32),
)
def test_whatever_is_signed_holds_after_a_way_through_json(
    document: dict[str, str], key: bytes
) -> None:
    signed = json.loads(json.dumps(sign(document, key)))
    assert check_signature(signed, keys={key_id(public_key_of(key)): public_key_of(key)}).holds


@settings(max_examples=25)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_our_arithmetic_and_the_library_agree_about_a_signature(
    secret: bytes, message: bytes, bit: int
) -> None:
    signer = Ed25519PrivateKey.from_private_bytes(secret)
    public, right = signer.public_key().public_bytes_raw(), signer.sign(message)
    flipped = (int.from_bytes(right) ^ (1 << bit)).to_bytes(64)
    assert ed25519.holds(public, message, right)
    assert not ed25519.holds(public, message, flipped)
    assert not ed25519.holds(public, message + b"\0", right)
    assert not ed25519.holds(public[::-1], message, right)


def test_a_signature_has_one_spelling() -> None:
    signer = Ed25519PrivateKey.from_private_bytes(KEY)
    public, right = signer.public_key().public_bytes_raw(), signer.sign(b"text")
    # The scalar and the order of the group: the same point, but not the number that was signed.
    order = 2**252 + 27742317777372353535851937790883648493
    again = int.from_bytes(right[32:], "little") + order
    assert not ed25519.holds(public, b"text", right[:32] + again.to_bytes(32, "little"))
    assert not ed25519.holds(public[:-1], b"text", right)
    assert not ed25519.holds(b"\xff" * 32, b"text", right), "no number below the prime"


def test_a_member_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="'a' stands twice"):
        read_document('{"b": {"a": 1, "a": 2}}')
