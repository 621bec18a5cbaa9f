"""Nonces: what an identity service has to repeat, so that its document was made for this once.

A nonce is made without keeping anything: random bytes, until when it is good, and a keyed hash of
both. That it is used once is seen to by whoever takes it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

LIFETIME: Final = timedelta(minutes=10)
_RANDOM_BYTES: Final = 16
_MOMENT_BYTES: Final = 8
_TAG_BYTES: Final = 16


def new_nonce(key: bytes, *, now: datetime) -> str:
    """A fresh nonce, good until ``LIFETIME`` from now."""
    until = int((now + LIFETIME).timestamp())
    stated = secrets.token_bytes(_RANDOM_BYTES) + until.to_bytes(_MOMENT_BYTES)
    return base64.urlsafe_b64encode(stated + _tag(key, stated)).rstrip(b"=").decode()


def nonce_until(nonce: str, key: bytes, *, now: datetime) -> datetime | None:
    """Until when a nonce of ours is good; None: it is over, or not ours."""
    try:
        made = base64.b64decode(nonce + "=" * (-len(nonce) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    stated, tag = made[:-_TAG_BYTES], made[-_TAG_BYTES:]
    if len(stated) != _RANDOM_BYTES + _MOMENT_BYTES:
        return None
    if not hmac.compare_digest(tag, _tag(key, stated)):
        return None
    until = datetime.fromtimestamp(int.from_bytes(stated[_RANDOM_BYTES:]), UTC)
    return until if now < until else None


def _tag(key: bytes, stated: bytes) -> bytes:
    return hmac.digest(key, b"nonce\0" + stated, hashlib.sha256)[:_TAG_BYTES]
