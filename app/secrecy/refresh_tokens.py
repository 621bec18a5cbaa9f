"""Refresh tokens: made of 256 random bits, and kept as a digest only."""

from __future__ import annotations

import hashlib
import secrets

PREFIX = "rt_"


def new_refresh_token() -> str:
    """A fresh token, shown to its owner this once."""
    return f"{PREFIX}{secrets.token_urlsafe(32)}"


def digest_of(token: str) -> bytes:
    """How a refresh token is kept: what is random needs no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
