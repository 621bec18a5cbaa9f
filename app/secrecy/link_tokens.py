"""The secret part of a one-time link; only its digest is kept."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

PREFIX: Final = "otl_"


def new_link_token() -> str:
    """A fresh one, shown this once."""
    return f"{PREFIX}{secrets.token_urlsafe(32)}"


def link_digest(token: str) -> bytes:
    """How it is kept: what is random needs no slow hash."""
    return hashlib.sha256(b"one-time link\0" + token.encode("utf-8", "replace")).digest()
