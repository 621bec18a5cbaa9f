"""OpenID providers as this process knows them: what they say of themselves, and their keys.

Both are read when they are first needed and kept for a while. A token that names a key which is not
among them has them read again, so that a provider may change its keys at any moment; but not more
often than every half a minute, whatever tokens are sent.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final
from urllib.parse import quote_plus

import structlog
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc.jwk import Key

from app.openid.fetching import fetch_json, unreachable
from app.openid.id_tokens import KeyUnknown, read_id_token, usable_keys
from behaviours.json_value import JsonObject
from behaviours.open_addresses import NOWHERE, Inside
from behaviours.openid_claims import (
    BASIC,
    ExpectedToken,
    ProvenLogin,
    describes,
    is_answer_of,
    way_to_prove,
)
from behaviours.openid_logins import CodeSent, LoginSecrets
from behaviours.openid_providers import OpenidProvider
from behaviours.organisations import InvalidGrant

log = structlog.get_logger(__name__)

KEPT_S: Final = 3600.0
KEYS_AGAIN_S: Final = 30.0
SCOPE: Final = "openid"


@dataclass(frozen=True, slots=True)
class _Known:
    """What a provider says of itself, and when that was read."""

    metadata: Mapping[str, object]
    read_at: float


@dataclass(frozen=True, slots=True)
class _Keys:
    keys: Sequence[Key]
    read_at: float
    # When they were last read because of a token; a first such reading never waits.
    again_at: float = float("-inf")


class OpenidProviders:
    """The providers that this process has asked; what it may ask is as ``fetch_json`` has it."""

    def __init__(self, *, open_net_only: bool, inside: Inside = NOWHERE) -> None:
        self.open_net_only = open_net_only
        self._inside = inside
        self._known: dict[str, _Known] = {}
        self._keys: dict[str, _Keys] = {}

    def authorization_url(self, provider: OpenidProvider, secrets: LoginSecrets) -> str:
        """Where to send somebody who wants to come in; raises OpenidProviderUnreachable."""
        metadata = self._metadata(provider.issuer)
        asked = {"acr_values": " ".join(provider.trusted_acr)} if provider.trusted_acr else {}
        url: str = prepare_grant_uri(
            metadata["authorization_endpoint"],
            provider.client_id,
            "code",
            redirect_uri=provider.redirect_uri,
            scope=SCOPE,
            state=secrets.state,
            nonce=secrets.nonce,
            code_challenge=create_s256_code_challenge(secrets.code_verifier),
            code_challenge_method="S256",
            **asked,
        )
        return url

    def redeem(
        self,
        provider: OpenidProvider,
        client_secret: str | None,
        secrets: LoginSecrets,
        sent: CodeSent,
        *,
        now: datetime,
    ) -> ProvenLogin:
        """Who came in, by the code that came back.

        Raises InvalidGrant and OpenidProviderUnreachable. ``now`` is real time.
        """
        metadata = self._metadata(provider.issuer)
        if not is_answer_of(metadata, provider.issuer, sent.issuer):
            log.warning("openid_answer_refused", issuer=provider.issuer, reason="another iss")
            raise InvalidGrant("openid_token")
        answer = self._tokens(metadata, provider, client_secret, secrets, sent.code)
        token, access_token = answer.get("id_token"), answer.get("access_token")
        if not isinstance(token, str):
            log.warning("openid_answer_refused", issuer=provider.issuer, reason="no id_token")
            raise InvalidGrant("openid_token")
        expected = ExpectedToken(
            provider.issuer,
            provider.client_id,
            secrets.nonce,
            access_token if isinstance(access_token, str) else None,
        )
        try:
            return read_id_token(token, self._keys_of(provider.issuer), expected, now=now)
        except KeyUnknown:
            pass
        try:
            keys = self._keys_of(provider.issuer, anew=True)
            return read_id_token(token, keys, expected, now=now)
        except KeyUnknown:
            log.warning("id_token_refused", issuer=provider.issuer, reason="unknown key")
            raise InvalidGrant("openid_token") from None

    def _tokens(
        self,
        metadata: Mapping[str, object],
        provider: OpenidProvider,
        client_secret: str | None,
        secrets: LoginSecrets,
        code: str,
    ) -> JsonObject:
        """What the token endpoint gives for the code; raises InvalidGrant."""
        body = prepare_token_request(
            "authorization_code",
            redirect_uri=provider.redirect_uri,
            code=code,
            code_verifier=secrets.code_verifier,
        )
        client = (provider.client_id, client_secret)
        way = way_to_prove(metadata, has_secret=client_secret is not None)
        if way == BASIC:
            # RFC 6749, section 2.3.1: both are form-encoded before.
            client = (quote_plus(provider.client_id), quote_plus(client_secret or ""))
        auth = ClientAuth(*client, way)
        url, headers, body = auth.prepare("POST", metadata["token_endpoint"], {}, body)
        status, answer = self._ask(url, form=body, headers=headers)
        if status != 200:
            said = str(answer.get("error"))[:64]
            log.warning("openid_code_refused", issuer=provider.issuer, status=status, error=said)
            raise InvalidGrant("openid_refused")
        return answer

    def _metadata(self, issuer: str) -> Mapping[str, object]:
        known = self._known.get(issuer)
        if known is not None and time.monotonic() < known.read_at + KEPT_S:
            return known.metadata
        metadata = OpenIDProviderMetadata(self._fetch(get_well_known_url(issuer, external=True)))
        if not describes(metadata, issuer, tls_only=self.open_net_only):
            log.warning("openid_provider_unfit", issuer=issuer)
            raise unreachable("unfit")
        known = self._known[issuer] = _Known(MappingProxyType(metadata), time.monotonic())
        return known.metadata

    def _keys_of(self, issuer: str, *, anew: bool = False) -> Sequence[Key]:
        held, now_s = self._keys.get(issuer), time.monotonic()
        if held is not None:
            fresh_until = held.again_at + KEYS_AGAIN_S if anew else held.read_at + KEPT_S
            if now_s < fresh_until:
                return held.keys
        keys = usable_keys(self._fetch(str(self._metadata(issuer)["jwks_uri"])))
        self._keys[issuer] = _Keys(keys, now_s, now_s if anew else float("-inf"))
        return keys

    def _fetch(self, url: str) -> JsonObject:
        status, answer = self._ask(url)
        if status != 200:
            raise unreachable("silent")
        return answer

    def _ask(
        self, url: str, *, form: str | None = None, headers: Mapping[str, str] = {}
    ) -> tuple[int, JsonObject]:
        return fetch_json(
            url,
            open_net_only=self.open_net_only,
            inside=self._inside,
            form=form,
            headers=headers,
        )
