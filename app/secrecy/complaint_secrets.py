"""The secret of a complaint without an account: shown once, kept as a digest."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Final

_BYTES, _GROUP = 15, 4
# As many characters as anybody needs to send, with blanks or dashes between them.
MOST_SECRET: Final = 64


def new_complaint_secret() -> str:
    """120 random bits in groups of four, so that it can be written down."""
    return complaint_secret_of(secrets.token_bytes(_BYTES))


def complaint_secret_of(unguessable: bytes) -> str:
    """The secret that these bytes give, always the same; nobody else must be able to make them."""
    if len(unguessable) < _BYTES:
        raise ValueError("a secret of fewer bits can be guessed")
    text = base64.b32encode(unguessable[:_BYTES]).decode().lower()
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def secret_digest(secret: str) -> bytes:
    """How it is kept; blanks, dashes and capitals make no difference.

    What is random needs no slow hash.
    """
    plain = "".join(each for each in secret.casefold() if each.isalnum())
    return hashlib.sha256(b"complaint\0" + plain.encode("utf-8", "replace")).digest()
