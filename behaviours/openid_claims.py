"""What is believed of an OpenID provider: what it says of itself, and of somebody who was there.

Signatures and the claims that every token has are looked at above; here it is decided what they
have to say for a login of this programme (OpenID Connect Core, 2 and 3.1.3.7; Discovery, 3; RFC
9207).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

# Only signatures by a key that the provider alone has: never `none`, never one of a shared secret.
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
LEAST_RSA_BITS: Final = 2048
# By how much the provider's clock and ours may differ.
LEEWAY_S: Final = 60
# A token is made for a login that goes on; an older one was kept somewhere.
OLDEST_S: Final = 600
LONGEST_TOKEN: Final = 16_384
LONGEST_SUBJECT: Final = 255

ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
# How a client proves itself where a provider says nothing; the secret then travels in no body.
BASIC: Final = "client_secret_basic"
WAYS: Final = (BASIC, "client_secret_post")
WITHOUT_SECRET: Final = "none"  # noqa: S105 - the standard's word for a client that has none


class ClaimUnfit(ValueError):
    """A claim is not what a login of this programme takes; the text says which, for a log."""


class ExpectedToken(NamedTuple):
    """For whom, by whom and for which login a token must be made."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str | None


class ProvenLogin(NamedTuple):
    """The provider's own name of who came in, and how they did."""

    subject: str
    acr: str | None
    amr: tuple[str, ...]


def proven_login(claims: Mapping[str, object], now_s: int) -> ProvenLogin:
    """Who came in; ``now_s`` are the seconds of real time since 1970. Raises ClaimUnfit."""
    made, subject = claims.get("iat"), claims.get("sub")
    if not isinstance(made, int) or not now_s - OLDEST_S <= made <= now_s + LEEWAY_S:
        raise ClaimUnfit("iat: made long ago, or tomorrow")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise ClaimUnfit("sub: none, or too long")
    acr, amr = claims.get("acr"), claims.get("amr")
    means = [each for each in amr if isinstance(each, str)] if isinstance(amr, list) else []
    return ProvenLogin(subject, acr if isinstance(acr, str) else None, tuple(means))


def describes(metadata: Mapping[str, object], issuer: str, *, tls_only: bool) -> bool:
    """Whether a provider says of itself what was registered, to the letter, and where it is."""
    if metadata.get("issuer") != issuer:
        return False
    return all(_is_address(metadata.get(name), tls_only=tls_only) for name in ENDPOINTS)


def is_answer_of(metadata: Mapping[str, object], issuer: str, said: str | None) -> bool:
    """Whether what came back by way of the browser is of this provider (RFC 9207).

    A code of one provider is never shown to another one. Who does not name itself is taken as who
    was asked, unless it states that it always names itself.
    """
    if said is None:
        return metadata.get("authorization_response_iss_parameter_supported") is not True
    return said == issuer


def way_to_prove(metadata: Mapping[str, object], *, has_secret: bool) -> str:
    """How our client proves itself at the token endpoint."""
    if not has_secret:
        return WITHOUT_SECRET
    offered = metadata.get("token_endpoint_auth_methods_supported")
    ways = offered if isinstance(offered, list) else [BASIC]
    return next((way for way in WAYS if way in ways), BASIC)


def _is_address(url: object, *, tls_only: bool) -> bool:
    schemes = ("https://",) if tls_only else ("https://", "http://")
    return isinstance(url, str) and url.startswith(schemes) and "#" not in url
