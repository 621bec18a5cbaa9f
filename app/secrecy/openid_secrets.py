"""Secrets of logins by way of an OpenID provider; of them only digests are kept.

The nonce and the code verifier of a login are made of its state by a key, so that they need not be
kept between the leaving and the coming back. The secret that we prove ourselves to a provider with
lies sealed under a key made of the key of identities, which never changes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from uuid import UUID

from app.secrecy.sealing import seal, unseal

_STATE, _SECRET = "ost_", "ols_"


def new_state() -> str:
    """What names a login in addresses."""
    return f"{_STATE}{secrets.token_urlsafe(32)}"


def new_login_secret() -> str:
    """What the program that began a login goes on with it by."""
    return f"{_SECRET}{secrets.token_urlsafe(32)}"


def login_digest(text: str) -> bytes:
    """How a state and a login's secret are kept: what is random needs no slow hash."""
    return hashlib.sha256(b"openid login\0" + text.encode("utf-8", "replace")).digest()


def nonce_of(state: str, key: bytes) -> str:
    """What the provider's token must repeat."""
    return _made(b"openid nonce\0", state, key)


def code_verifier_of(state: str, key: bytes) -> str:
    """What proves that a code is redeemed by who asked for it (RFC 7636)."""
    return _made(b"openid verifier\0", state, key)


def seal_client_secret(secret: str, provider_id: UUID, identity_key: bytes) -> bytes:
    """Our own secret at a provider, as it is kept."""
    return seal(_sealing_key(identity_key), _what(provider_id), secret)


def open_client_secret(sealed: bytes, provider_id: UUID, identity_key: bytes) -> str:
    """Our own secret at a provider; raises SealBroken."""
    opened = unseal(_sealing_key(identity_key), _what(provider_id), sealed)
    assert isinstance(opened, str)
    return opened


def _sealing_key(identity_key: bytes) -> bytes:
    return hmac.digest(identity_key, b"client secrets at OpenID providers", hashlib.sha256)


def _what(provider_id: UUID) -> bytes:
    return provider_id.bytes + b"client secret"


def _made(what: bytes, state: str, key: bytes) -> str:
    made = hmac.digest(key, what + state.encode("utf-8", "replace"), hashlib.sha256)
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()
