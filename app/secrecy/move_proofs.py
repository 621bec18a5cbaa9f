"""Proofs of identity in a move: whoever knows the identity can check it, nobody can read it."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from app.secrecy.identities import plain_identity

# Numbers of people can be guessed one after the other: each guess costs 16 MiB and some
# milliseconds (RFC 7914), and is good for the one move only.
_COST, _BLOCKS, _LANES = 1 << 14, 8, 1


def move_proof(identity: str, move_id: UUID, audience: str) -> bytes:
    """32 bytes that bind a move to an identity in its plain form; they differ from move to move."""
    return hashlib.scrypt(
        plain_identity(identity).encode(),
        salt=b"tanpuhui move\0" + move_id.bytes + audience.encode(),
        n=_COST,
        r=_BLOCKS,
        p=_LANES,
        dklen=32,
    )


def proves(proof: bytes, identity: str, move_id: UUID, audience: str) -> bool:
    """Whether a move is bound to this identity."""
    return hmac.compare_digest(proof, move_proof(identity, move_id, audience))
