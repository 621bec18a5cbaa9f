"""Sealing: what names a person or a thing lies encrypted under a key of its person's own.

Every person has a data key of 32 random bytes, wrapped by the programme's master key: the data key
XOR a keyed hash of the person's id, which no other person has. Who leaves takes the wrapped key
away, and nobody can read any more what was sealed under it, whoever has the master key.

What is sealed has a content key of its own, 32 random bytes, used once, so that AES-256-GCM needs
no nonce of its own. Before the ciphertext stands the content key XOR the SHA-256 of the data key
and of what is sealed (its id, and a word): whoever has the data key gets the content key back. It
is done so, and not by the data key alone, because PostgreSQL can do it: a single action is recorded
in one statement, by a process that has not read the person's key and does not wait to read it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from behaviours.refusal import Unavailable

KEY_BYTES = 32
ID_BYTES = 8
# What a person says to an action belongs to it, and is not the action.
CONTEST = b"contest"
# Where the person was does, too.
PLACES = b"places"
# What is said to a complaint, by anybody: it is about its person.
COMPLAINT = b"complaint"
# What is said when a change of an account is asked for.
NOTE = b"note"
# What is handed in with one, and where who complains without an account can be reached.
COMPLAINT_FILE = b"complaint file"
CONTACT = b"contact"
# What was certified to a person, as it was signed.
CERTIFICATE = b"certificate"
# Somebody has to change the settings; until then asking again helps nobody.
_RETRY_AFTER_S = 60
# Every content key encrypts once.
_NONCE = bytes(12)


class MasterKeyMissing(Unavailable):
    """A data key is wrapped by a master key that the settings do not name."""


class SealBroken(ValueError):
    """What was sealed is not what is read now, or was sealed under another key."""


class WrappedKey(NamedTuple):
    """A person's data key as it is kept; ``key_id`` names the master key."""

    key_id: bytes
    wrapped: bytes


class HalfSealed(NamedTuple):
    """What was encrypted before anybody read the person's key."""

    content_key: bytes
    ciphertext: bytes


class MasterKeys:
    """The master key that wraps today, and others by which data keys are, or will be, wrapped."""

    __slots__ = ("_by_id", "current_id")

    def __init__(self, current: bytes, others: Sequence[bytes] = ()) -> None:
        self.current_id = _key_id(current)
        self._by_id = {_key_id(each): each for each in (*others, current)}

    def __repr__(self) -> str:
        return f"MasterKeys({self.current_id.hex()})"

    def mask(self, person: bytes, key_id: bytes | None = None) -> bytes:
        """What a data key of this person (16 bytes of the id) is wrapped by."""
        master = self._by_id.get(key_id or self.current_id)
        if master is None:
            raise MasterKeyMissing(key_id=(key_id or b"").hex(), retry_after_s=_RETRY_AFTER_S)
        return hashlib.blake2b(
            person, digest_size=KEY_BYTES, key=master, person=b"data key"
        ).digest()

    def knows(self, key_id: bytes) -> bool:
        """Whether the settings name this master key."""
        return key_id in self._by_id

    def wrap(self, person: bytes, data_key: bytes) -> WrappedKey:
        """The person's data key as it is kept, under the current master key."""
        return WrappedKey(self.current_id, _xor(data_key, self.mask(person)))

    def unwrap(self, person: bytes, kept: WrappedKey) -> bytes:
        """The person's data key; raises MasterKeyMissing."""
        return _xor(kept.wrapped, self.mask(person, kept.key_id))


def new_data_key() -> bytes:
    """A data key, for a person or for nobody."""
    return secrets.token_bytes(KEY_BYTES)


def half_seal(what: bytes, content: object) -> HalfSealed:
    """Encrypt ``content``, any JSON, under a key that is used for nothing else.

    ``what`` says what it is the content of, and belongs to it: it opens as nothing else.
    """
    return _half_seal_bytes(what, orjson.dumps(content))


def seal_bytes(data_key: bytes, what: bytes, content: bytes) -> bytes:
    """As ``seal``, of what is no JSON: a file."""
    return whole_seal(data_key, what, _half_seal_bytes(what, content))


def seal(data_key: bytes, what: bytes, content: object) -> bytes:
    """Encrypt ``content`` for who has this data key."""
    return whole_seal(data_key, what, half_seal(what, content))


def whole_seal(data_key: bytes, what: bytes, half: HalfSealed) -> bytes:
    """What was encrypted, with what who has the data key needs to decrypt it."""
    return _xor(half.content_key, hashlib.sha256(data_key + what).digest()) + half.ciphertext


def unseal(data_key: bytes, what: bytes, sealed: bytes) -> object:
    """What was sealed; raises SealBroken."""
    content: object = orjson.loads(unseal_bytes(data_key, what, sealed))
    return content


def unseal_bytes(data_key: bytes, what: bytes, sealed: bytes) -> bytes:
    """What ``seal_bytes`` sealed; raises SealBroken."""
    share, ciphertext = sealed[:KEY_BYTES], sealed[KEY_BYTES:]
    try:
        content_key = _xor(share, hashlib.sha256(data_key + what).digest())
        return AESGCM(content_key).decrypt(_NONCE, ciphertext, what)
    except (InvalidTag, ValueError, OverflowError) as broken:
        raise SealBroken("it cannot be opened") from broken


def _half_seal_bytes(what: bytes, content: bytes) -> HalfSealed:
    content_key = os.urandom(KEY_BYTES)
    return HalfSealed(content_key, AESGCM(content_key).encrypt(_NONCE, content, what))


def action_content(external_id: str, evidence: Mapping[str, str]) -> list[object]:
    """What of an action is sealed."""
    return [external_id, evidence]


def _key_id(master: bytes) -> bytes:
    """Eight bytes by which a master key is known; they say nothing of it."""
    return hashlib.blake2b(b"", digest_size=ID_BYTES, key=master, person=b"key id").digest()


def _xor(one: bytes, other: bytes) -> bytes:
    made = int.from_bytes(one) ^ int.from_bytes(other)
    return made.to_bytes(KEY_BYTES)
