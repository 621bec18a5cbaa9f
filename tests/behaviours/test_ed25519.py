"""Signatures are checked by whole numbers alone, and as a library checks them."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings, strategies as st

from behaviours.ed25519 import holds

# RFC 8032, section 7.1: secret, public key, message, signature.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
]
ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize(("_secret", "public", "message", "signature"), VECTORS)
def test_the_vectors_of_the_standard_hold(
    _secret: str, public: str, message: str, signature: str
) -> None:
    key, text, value = (bytes.fromhex(each) for each in (public, message, signature))
    assert holds(key, text, value)
    assert not holds(key, text + b" ", value)


@settings(max_examples=25)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.data())
def test_what_a_library_signed_holds_and_with_one_bit_changed_it_does_not(
    secret: bytes, message: bytes, data: st.DataObject
) -> None:
    private = Ed25519PrivateKey.from_private_bytes(secret)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert holds(public, message, signature)
    parts = [public, message, signature]
    which = data.draw(st.sampled_from([at for at, part in enumerate(parts) if part]))
    spoilt = bytearray(parts[which])
    spoilt[data.draw(st.integers(0, len(spoilt) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    parts[which] = bytes(spoilt)
    assert not holds(*parts)


def test_a_signature_has_one_spelling() -> None:
    key, signature = (bytes.fromhex(each) for each in (VECTORS[0][1], VECTORS[0][3]))
    scalar = int.from_bytes(signature[32:], "little") + ORDER
    twin = signature[:32] + scalar.to_bytes(32, "little")
    assert holds(key, b"", signature)
    assert not holds(key, b"", twin)


@pytest.mark.parametrize(
    "key",
    [
        # Not below the prime; no point with this y; nought with the sign of an odd number.
        (2**255 - 19).to_bytes(32, "little"),
        (2).to_bytes(32, "little"),
        (1 | 1 << 255).to_bytes(32, "little"),
        bytes(31),
        bytes(33),
        b"",
    ],
)
def test_what_names_no_point_of_the_curve_is_no_key(key: bytes) -> None:
    signature = bytes.fromhex(VECTORS[0][3])
    assert not holds(key, b"", signature)
    if len(key) == 32:
        assert not holds(bytes.fromhex(VECTORS[0][1]), b"", key + signature[32:])


@pytest.mark.parametrize("length", [0, 63, 65, 128])
def test_a_signature_has_64_bytes(length: int) -> None:
    signature = (bytes.fromhex(VECTORS[0][3]) * 2)[:length]
    assert not holds(bytes.fromhex(VECTORS[0][1]), b"", signature)
