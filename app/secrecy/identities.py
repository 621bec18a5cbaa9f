"""Identities: a person is told from another by a keyed hash; what was hashed is not kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata

from behaviours.actions.normal_form import without_unseen

_MOBILE = re.compile(r"(?:(?:\+|00)?86)?(1[3-9][0-9]{9})")
_CARD = re.compile(r"[0-9]{17}[0-9x]")


def claim_key(identity_key: bytes) -> bytes:
    """The key of the digests of claims: 32 bytes of its own, made of the key of identities."""
    return hmac.digest(identity_key, b"claims", hashlib.sha256)


def identity_digests(identity: str, identity_key: bytes) -> tuple[bytes, ...]:
    """HMAC-SHA256 of the identity in its plain form, then those under which it may stand of old.

    So a number in full-width letters, with blanks, in the digits of another script, and a mobile
    number or an identity card's number also with dashes, is one person, as a clerk would say.
    Without the key the hash of a phone number could be found by trying them all. Before there was
    a plain form, blanks, dashes and +86 made somebody else.
    """
    forms = dict.fromkeys((plain_identity(identity), _folded(identity)))
    return tuple(
        hmac.digest(identity_key, b"identity\0" + form.encode(), hashlib.sha256) for form in forms
    )


def plain_identity(identity: str) -> str:
    """The identity in its one spelling; empty when nothing is left of it.

    Only numbers whose shape is known lose their dashes: to whoever numbers people u-1-11 and
    u-11-1, these are two.
    """
    plain = without_unseen(_folded(identity))
    plain = "".join(_one(each) for each in plain if unicodedata.category(each)[0] not in "ZC")
    shape = "".join(each for each in plain if each.isalnum() or each == "+")
    mobile = _MOBILE.fullmatch(shape)
    if mobile:
        return mobile[1]
    return shape if _is_card(shape) else plain


def _folded(identity: str) -> str:
    """NFKC, without outer space and without case."""
    folded = unicodedata.normalize("NFKC", identity).strip().casefold()
    # Case folding can undo the normal form; normalising again makes it stable.
    return unicodedata.normalize("NFKC", folded).strip()


def _one(character: str) -> str:
    """Digits of every script are digits, and dashes of every width are dashes."""
    if unicodedata.category(character) == "Pd" or character == "\u2212":
        return "-"
    return str(unicodedata.digit(character, "")) or character


def _is_card(text: str) -> bool:
    """Whether it is the number of a resident identity card, by its check character (GB 11643)."""
    if not _CARD.fullmatch(text):
        return False
    total = sum(int(each) * pow(2, 17 - at, 11) for at, each in enumerate(text[:17]))
    return text[17] == "10x98765432"[total % 11]


def bound_identity(digest: bytes, change_id: bytes, data_key: bytes) -> bytes:
    """The digest of an identity as a change of it keeps it: for who has the person's data key.

    Once the person has left, and the key with them, nobody can tell whose number it was.
    """
    return hmac.digest(data_key, b"identity change\0" + change_id + digest, hashlib.sha256)
