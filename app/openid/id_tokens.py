"""ID tokens: what a provider signed about somebody who was there (OpenID Connect Core, 3.1.3.7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey
from joserfc.jws import extract_compact

from behaviours.json_value import JsonObject
from behaviours.openid_claims import (
    ALGORITHMS,
    LEAST_RSA_BITS,
    LEEWAY_S,
    LONGEST_TOKEN,
    ExpectedToken,
    ProvenLogin,
    proven_login,
)
from behaviours.organisations import InvalidGrant

log = structlog.get_logger(__name__)


class KeyUnknown(Exception):
    """The token names a key that was not there when the keys were read."""


def usable_keys(jwks: JsonObject) -> list[Key]:
    """The public keys of a set that may sign: none that is a secret, for encryption, or weak."""
    listed = jwks.get("keys")
    keys: list[Key] = []
    for each in listed if isinstance(listed, list) else ():
        if not isinstance(each, dict) or each.get("use", "sig") != "sig":
            continue
        try:
            imported = KeySet.import_key_set({"keys": [each]}).keys
        except (JoseError, ValueError, TypeError, KeyError):
            # Of a kind that is not known here; the others are.
            continue
        keys += [key for key in imported if _is_strong(key)]
    return keys


def _is_strong(key: Key) -> bool:
    if isinstance(key, RSAKey):
        return key.public_key.key_size >= LEAST_RSA_BITS
    return isinstance(key, ECKey | OKPKey)


def read_id_token(
    token: str, keys: Sequence[Key], expected: ExpectedToken, *, now: datetime
) -> ProvenLogin:
    """Who came in. Raises InvalidGrant, and KeyUnknown when the keys may be of yesterday.

    ``now`` is real time. Why a token is not believed stands in the log, and not in the answer.
    """
    try:
        header = _header(token)
        key = _key_of(header, keys)
        claims = jwt.decode(token, key, algorithms=list(ALGORITHMS)).claims
        return _believed(claims, header, expected, now)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as wrong:
        log.warning("id_token_refused", issuer=expected.issuer, reason=str(wrong)[:200])
        raise InvalidGrant("openid_token") from None


def _header(token: str) -> JsonObject:
    if len(token) > LONGEST_TOKEN:
        raise ValueError("too long")
    header: JsonObject = extract_compact(token.encode("ascii")).headers()
    if header.get("alg") not in ALGORITHMS:
        raise ValueError("another algorithm")
    return header


def _key_of(header: JsonObject, keys: Sequence[Key]) -> Key:
    """The one key that signed; raises KeyUnknown."""
    fitting = [key for key in keys if key.as_dict().get("alg", header["alg"]) == header["alg"]]
    if "kid" in header:
        fitting = [key for key in fitting if key.as_dict().get("kid") == header["kid"]]
    if len(fitting) != 1:
        raise KeyUnknown
    return fitting[0]


def _believed(
    claims: JsonObject, header: JsonObject, expected: ExpectedToken, now: datetime
) -> ProvenLogin:
    """What the claims say; raises JoseError and ValueError."""
    told = CodeIDToken(
        claims,
        header,
        options={
            "iss": {"essential": True, "value": expected.issuer},
            "aud": {"essential": True, "value": expected.client_id},
        },
        params={
            "nonce": expected.nonce,
            "client_id": expected.client_id,
            "access_token": expected.access_token,
        },
    )
    now_s = int(now.timestamp())
    told.validate(now=now_s, leeway=LEEWAY_S)
    return proven_login(claims, now_s)
