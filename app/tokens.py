"""Tokens: what stands for a caller, how it is made, verified and revoked.

Tokens expire by real time, not by the programme's clock: moving the clock of a test forward by a
month must not log everybody out. Everything about tokens therefore uses ``real_now()``.

A token that was verified once is remembered by this process until it expires, so that later
requests skip the signature. Revocations are rows in PostgreSQL: the process that revokes sees it
at once, the others ask for news at most ``NEWS_EVERY_S`` later.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Flask, current_app
from flask_jwt_extended import JWTManager, create_access_token, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt import ExpiredSignatureError, InvalidTokenError, PyJWTError

from app.news import News
from app.settings import Settings
from app.store.database import rehearsing
from app.store.organisations.revocations import revoke, revoked_among, revoked_since
from app.wiring import Wiring
from behaviours.apps import tokens_of
from behaviours.json_value import JsonObject
from behaviours.organisations import NamedApp
from behaviours.refusal import Refusal, Unauthenticated
from behaviours.users import APPLICANT, PARTICIPANT
from behaviours.viewer import CASHIER, Viewer

ROLES = (
    "participant", "provider", "merchant", CASHIER, "enterprise", "verifier", APPLICANT, "operator",
    "authority",
)  # fmt: skip
# A revocation becomes visible when it commits, a little after its own time stamp.
OVERLAP = timedelta(seconds=15)
LONGEST_LIFETIME = timedelta(days=1)
# Of the access token of somebody who logged in.
USER_LIFETIME_S = 3600
USER_LIFETIME = timedelta(seconds=USER_LIFETIME_S)
MOST_REMEMBERED = 50_000
LONGEST_TOKEN = 4096
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
# Whatever a hostile token can make the libraries raise; all of it means "this is no token".
_FAULTS = (PyJWTError, JWTExtendedException, ValueError, KeyError, TypeError, RecursionError)


class TokenMissing(Unauthenticated):
    """The request carries no bearer token."""


class TokenInvalid(Unauthenticated):
    """The bearer token was not issued here, or was damaged on the way."""

    cases = ("form", "signature")


class TokenExpired(Unauthenticated):
    """The bearer token was good once; its time is over."""


class TokenRevoked(Unauthenticated):
    """The bearer token was revoked before its time."""


class AppRevoked(Unauthenticated):
    """The app was revoked through which the bearer token was opened."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking, a ``Viewer`` to everybody below, and by which credential."""

    role: str
    user_id: UUID
    tenant_id: UUID | None
    client_id: str | None
    # The provider by whose word a person came in; None: they logged in themselves.
    through: UUID | None = None
    # The session that the token is of: a login, or what a provider's word opened; None: a client's.
    login_id: UUID | None = None
    # The city to which somebody who acts for the programme is limited, as it is now; no token says.
    area: str | None = None

    @property
    def name(self) -> str:
        """What limits and idempotency keys are counted by: the credential."""
        return self.client_id or self.user_id.hex

    @property
    def viewer(self) -> Viewer:
        """The caller as reads and decisions know who is asking."""
        return Viewer(self.role, self.tenant_id, self.user_id, self.area)


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """A verified token: its caller, the names by which it can be revoked, and its times."""

    caller: Caller
    names: tuple[str, ...]
    issued_at: float
    expires_at: float
    # Through which app it was opened, as people know it; None: none was named.
    app: NamedApp | None = None


class Revocations:
    """What this process knows of the revocations of one set of books."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._revoked: dict[str, datetime] = {}
        self._news = News(self._ask_for_news)
        self._news_since = real_now() - OVERLAP

    def catch_up(self) -> None:
        """Ask for news, if it is time."""
        self._news.catch_up()

    def ask_about(self, names: Sequence[str]) -> None:
        """Learn of these names whatever was decided at any time."""
        self.remember(self._wiring.database.transact(revoked_among, names))

    def refuse_revoked(self, held: VerifiedToken) -> None:
        """Raises TokenRevoked and AppRevoked."""
        if not self._revoked:
            return
        for name in held.names:
            since = self._revoked.get(name)
            if since is not None and name.startswith("app:") and held.app is not None:
                raise AppRevoked(name=held.app.name)
            # A token and a login end for good; a subject and an organisation may be let in again.
            ended = since is not None and not name.startswith(("sub:", "org:"))
            if ended or (since is not None and held.issued_at <= since.timestamp()):
                raise TokenRevoked

    def remember(self, revoked: dict[str, datetime]) -> None:
        """Know of more."""
        if revoked:
            # A new dictionary, so that readers in other threads never see one that changes;
            # without what is so old that every token it could concern has expired.
            recent = real_now() - LONGEST_LIFETIME
            self._revoked = {
                name: since
                for name, since in {**self._revoked, **revoked}.items()
                if since > recent
            }

    def _ask_for_news(self) -> bool:
        since, until = self._news_since, real_now() - OVERLAP
        self.remember(self._wiring.database.transact(revoked_since, since))
        # Only now: what an unreachable database could not tell is asked for again.
        self._news_since = until
        return True


class Tokens:
    """The tokens that this process has verified, and what it knows of revocations."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._held: dict[bytes, VerifiedToken] = {}
        self.revocations = Revocations(wiring)
        self._heeded: tuple[Revocations, ...] = (self.revocations,)

    def heed(self, live: Tokens) -> None:
        """Of a sandbox: what is revoked in the live books ends its tokens that bear the name."""
        self._heeded = (self.revocations, live.revocations)

    def verify(self, token: str) -> VerifiedToken:
        """The verified token; refuses with TokenInvalid, TokenExpired or TokenRevoked."""
        key = hashlib.blake2b(token.encode("utf-8", "replace"), digest_size=16).digest()
        for each in self._heeded:
            each.catch_up()
        held = self._held.get(key)
        if held is None:
            held = self._decode(token)
            for each in self._heeded:
                each.ask_about(held.names)
            if len(self._held) >= MOST_REMEMBERED:
                self._held.clear()
            self._held[key] = held
        if held.expires_at <= time.time():
            self._held.pop(key, None)
            raise TokenExpired
        for each in self._heeded:
            each.refuse_revoked(held)
        return held

    def revoke(self, token: str) -> None:
        """End an access token before its time; a text that is no valid token is left alone."""
        try:
            verified = self.verify(token)
        except Refusal:
            return
        jti = verified.names[0]
        expires_at = datetime.fromtimestamp(verified.expires_at, UTC)
        self._wiring.database.transact(revoke, [(jti, expires_at)])
        self.take_note([jti])

    def take_note(self, names: Iterable[str]) -> None:
        """Let this process know at once what it has just revoked."""
        if not rehearsing():
            self.revocations.remember(dict.fromkeys(names, real_now()))

    @staticmethod
    def _decode(token: str) -> VerifiedToken:
        if len(token) > LONGEST_TOKEN or not _COMPACT.fullmatch(token):
            raise TokenInvalid("form")
        try:
            claims = decode_token(token)
            if claims["type"] != "access" or claims["role"] not in ROLES:
                raise InvalidTokenError("not an access token")
            caller = Caller(
                role=claims["role"],
                user_id=UUID(hex=claims["sub"]),
                tenant_id=UUID(hex=claims["tenant"]) if claims["tenant"] else None,
                client_id=claims["client"],
                through=UUID(hex=claims["thr"]) if claims.get("thr") else None,
                login_id=UUID(hex=claims["fam"]) if claims.get("fam") else None,
            )
            names: tuple[str, ...] = (claims["jti"], f"sub:{claims['client'] or claims['sub']}")
            names += tuple(
                f"{name}:{claims[name]}"
                for name in ("fam", "lnk", "lgs", "sec")
                if claims.get(name)
            )
            if organisation := _organisation_of(caller):
                names += (f"org:{organisation.hex}",)
            if owner := claims.get("own"):
                names += (f"org:{owner}",)
            issued_at, expires_at = float(claims["at"]), float(claims["exp"])
            app = _app_of(claims)
            if app is not None:
                names += (tokens_of(app.app_id),)
        except ExpiredSignatureError:
            raise TokenExpired from None
        except _FAULTS:
            raise TokenInvalid("signature") from None
        return VerifiedToken(caller, names, issued_at, expires_at, app)


def _app_of(claims: JsonObject) -> NamedApp | None:
    """Through which app a token was opened: its id, and its name in both languages."""
    told = claims.get("app")
    if told is None:
        return None
    if not isinstance(told, list):
        raise InvalidTokenError("no app is named so")
    app_id, name_zh, name_en = (str(each) for each in told)
    return NamedApp(UUID(hex=app_id), name_zh, name_en)


def _organisation_of(caller: Caller) -> UUID | None:
    """Whose token it is, or by whose word it opens somebody's account."""
    return caller.through if caller.role == PARTICIPANT else caller.tenant_id


def real_now() -> datetime:
    """The present moment by which tokens live, whatever the programme's clock says."""
    return datetime.now(UTC)


def install(app: Flask, wiring: Wiring) -> None:
    """Give ``app`` the means to issue and to verify tokens."""
    settings = wiring.settings
    app.config.update(
        JWT_SECRET_KEY=settings.secret_key,
        JWT_ALGORITHM="HS256",
        # Only this one: a token that names another algorithm is no token.
        JWT_DECODE_ALGORITHMS=["HS256"],
        JWT_ENCODE_ISSUER="tanpuhui",
        JWT_DECODE_ISSUER="tanpuhui",
        # A token of test mode, or of the sandbox, does not open a live route.
        JWT_ENCODE_AUDIENCE=_audience(settings),
        JWT_DECODE_AUDIENCE=_audience(settings),
    )
    key_id = _key_id(settings)
    manager = JWTManager(app)

    @manager.decode_key_loader
    def key_for(header: JsonObject, _claims: JsonObject) -> str:
        if header.get("kid") != key_id:
            raise InvalidTokenError("unknown key")
        return settings.secret_key

    app.extensions["tanpuhui_tokens"] = Tokens(wiring)
    app.extensions["tanpuhui_key_id"] = key_id


def _audience(settings: Settings) -> str:
    return f"tanpuhui-{'sandbox' if settings.is_sandbox else settings.mode}"


def _key_id(settings: Settings) -> str:
    return hashlib.sha256(b"kid\0" + settings.secret_key.encode()).hexdigest()[:12]


def mint(
    caller: Caller,
    *,
    lifetime_s: int,
    link_id: UUID | None = None,
    login_service_id: UUID | None = None,
    secret_id: UUID | None = None,
    owner_id: UUID | None = None,
    app: NamedApp | None = None,
    seen_at: datetime | None = None,
) -> str:
    """A fresh access token for ``caller`` (inside an application context).

    It ends with ``link_id``, the link of a person, ``login_service_id``, the service by whose word
    it was given, ``secret_id``, that of a client's secret, ``owner_id``, the organisation of the
    live books whose sandbox it is of, and ``app``, through which it was opened.
    ``seen_at`` is when the caller was found to be let in, read under the lock that somebody who
    leaves has to take; None: now.
    """
    assert timedelta(seconds=lifetime_s) <= LONGEST_LIFETIME
    token: str = create_access_token(
        identity=caller.user_id.hex,
        expires_delta=timedelta(seconds=lifetime_s),
        additional_claims={
            "role": caller.role,
            "tenant": caller.tenant_id.hex if caller.tenant_id else None,
            "client": caller.client_id,
            "fam": caller.login_id.hex if caller.login_id else None,
            "thr": caller.through.hex if caller.through else None,
            "lnk": link_id.hex if link_id else None,
            "lgs": login_service_id.hex if login_service_id else None,
            "sec": secret_id.hex if secret_id else None,
            "own": owner_id.hex if owner_id else None,
            "app": [app.app_id.hex, app.name_zh, app.name_en] if app else None,
            # iat counts whole seconds; a revocation of a subject must not miss by one.
            "at": seen_at.timestamp() if seen_at else time.time(),
        },
        additional_headers={"kid": current_app.extensions["tanpuhui_key_id"]},
    )
    return token


def tokens() -> Tokens:
    """The verified tokens of the running application."""
    held: Tokens = current_app.extensions["tanpuhui_tokens"]
    return held
