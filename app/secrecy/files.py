"""Files that wait in the database: what people's numbers stand in lies sealed.

Each part is sealed by itself under one key of the installation, which is made of the key of
identities: it never changes, and no file has to be sealed anew when a master key does.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


def file_key(identity_key: bytes) -> bytes:
    """The key of files: 32 bytes of its own."""
    return hmac.digest(identity_key, b"files", hashlib.sha256)


def seal_part(key: bytes, name: bytes, part: bytes) -> bytes:
    """A part of a file, encrypted (AES-256-GCM); it opens under its ``name`` alone."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, part, name)


def open_part(key: bytes, name: bytes, sealed: bytes) -> bytes:
    """What was sealed; raises InvalidTag for another key or another name."""
    return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name)


def part_name(file_id: UUID, kind: str, part_no: int) -> bytes:
    """Which part of which file it is."""
    return file_id.bytes + f"{kind}:{part_no}".encode()
