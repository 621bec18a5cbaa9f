"""Identities: a person is told from another by a keyed hash; what was hashed is not kept."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata


def claim_key(identity_key: bytes) -> bytes:
    """The key of the digests of claims: 32 bytes of its own, made of the key of identities."""
    return hmac.digest(identity_key, b"claims", hashlib.sha256)


def identity_digest(identity: str, identity_key: bytes) -> bytes:
    """HMAC-SHA256 of the identity after NFKC, without outer space and without case.

    So "ＡＢ１２" in full-width letters, " ab12 " and "AB12" are one person, as a clerk would say.
    Without the key the hash of a phone number could be found by trying them all.
    """
    plain = unicodedata.normalize("NFKC", identity).strip().casefold()
    # Case folding can undo the normal form; normalising again makes it stable.
    plain = unicodedata.normalize("NFKC", plain).strip()
    return hmac.digest(identity_key, b"identity\0" + plain.encode(), hashlib.sha256)


def bound_identity(digest: bytes, change_id: bytes, data_key: bytes) -> bytes:
    """The digest of an identity as a change of it keeps it: for who has the person's data key.

    Once the person has left, and the key with them, nobody can tell whose number it was.
    """
    return hmac.digest(data_key, b"identity change\0" + change_id + digest, hashlib.sha256)
