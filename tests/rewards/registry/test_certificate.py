"""Certificates: they prove themselves, and only as they were signed."""

import copy

import pytest

from rewards.registry.certificate import canonical, public_key_of, sign, verify_certificate

KEY = bytes(range(32))
CERTIFICATE = sign({"quantity_t": "12", "beneficiary": "杭州某某公司", "serials": ["TPH-…"]}, KEY)


def test_a_certificate_holds_without_the_platform() -> None:
    verdict = verify_certificate(CERTIFICATE, public_key=public_key_of(KEY))
    assert verdict.holds
    assert verdict.key_id == CERTIFICATE["signature"]["key_id"]


@pytest.mark.parametrize(
    ("member", "value"),
    [("quantity_t", "13"), ("beneficiary", "another"), ("serials", []), ("added", "1")],
)
def test_any_change_is_noticed(member: str, value: object) -> None:
    changed = {**CERTIFICATE, member: value}
    assert not verify_certificate(changed).holds


def test_another_key_is_noticed() -> None:
    stranger = sign({"quantity_t": "12"}, bytes(32))
    assert verify_certificate(stranger).holds
    assert not verify_certificate(stranger, public_key=public_key_of(KEY)).holds


def test_the_order_of_members_does_not_matter() -> None:
    assert verify_certificate(dict(reversed(CERTIFICATE.items()))).holds
    assert canonical({"b": 1, "a": "碳"}) == '{"a":"碳","b":1}'.encode()


@pytest.mark.parametrize("broken", [{}, {"signature": None}, {"signature": {}}, {"signature": 5}])
def test_what_is_no_certificate_does_not_hold(broken: dict) -> None:
    assert not verify_certificate(broken).holds


def test_a_broken_signature_does_not_hold() -> None:
    broken = copy.deepcopy(CERTIFICATE)
    broken["signature"]["value"] = "AAAA"
    assert not verify_certificate(broken).holds
