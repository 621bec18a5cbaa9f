"""Refresh tokens: the first of a login is random, the others follow; only digests are kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

PREFIX = "rt_"


def new_refresh_token() -> str:
    """A fresh token, shown to its owner this once."""
    return f"{PREFIX}{secrets.token_urlsafe(32)}"


def successor_of(token: str, key: bytes) -> str:
    """The one token that follows ``token``: whoever asks twice gets the same.

    So an answer that was lost can be given again without a second line of tokens, and without
    keeping a token. Without the key it cannot be found from its predecessor.
    """
    made = hmac.digest(key, b"refresh\0" + token.encode("utf-8", "replace"), hashlib.sha256)
    return f"{PREFIX}{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"


def digest_of(token: str) -> bytes:
    """How a refresh token is kept: what is random needs no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
