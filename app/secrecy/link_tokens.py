"""The secret part of a one-time link, and the release code of a way back; only digests are kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Final
from uuid import UUID

PREFIX: Final = "otl_"


def new_link_token() -> str:
    """A fresh one, shown this once."""
    return f"{PREFIX}{secrets.token_urlsafe(32)}"


def link_digest(token: str) -> bytes:
    """How it is kept: what is random needs no slow hash."""
    return hashlib.sha256(b"one-time link\0" + token.encode("utf-8", "replace")).digest()


def release_code_of(step_id: UUID, identity_key: bytes) -> str:
    """The release code that the first signature of a way back makes; it is kept nowhere."""
    made = hmac.digest(identity_key, b"release code\0" + step_id.bytes, hashlib.sha256)[:15]
    text = base64.b32encode(made).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def release_digest(code: str) -> bytes:
    """How it is kept; blanks, dashes and capitals make no difference."""
    plain = "".join(each for each in code.casefold() if each.isalnum())
    return hashlib.sha256(b"release code\0" + plain.encode("utf-8", "replace")).digest()
