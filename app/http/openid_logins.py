"""Logins by way of an OpenID provider: the leaving, and the coming back.

What is asked of the provider is asked between transactions, so that nobody waits for it who holds
a row.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple
from uuid import UUID

from app.http.attempts import attempt
from app.http.current import wiring
from app.http.sessions import login_origin
from app.secrecy.openid_secrets import code_verifier_of, login_digest, nonce_of
from app.usecases.organisations.begin_openid_login import BegunOpenidLogin, begin_openid_login
from app.usecases.organisations.finish_openid_login import FinishedLogin, finish_openid_login
from app.usecases.organisations.prove_openid_login import prove_openid_login
from app.usecases.organisations.take_openid_login import take_openid_login
from behaviours.openid_logins import CodeSent, ComingBack, LoginPurpose, LoginSecrets, NamedSubject


class LeavingLogin(NamedTuple):
    """Where to send who wants to come in, and the login that goes on when they come back."""

    authorization_url: str
    begun: BegunOpenidLogin


def leave(provider_id: UUID, purpose: LoginPurpose) -> LeavingLogin:
    """Begin a login; raises what ``begin_openid_login`` does, and OpenidProviderUnreachable."""
    whose = purpose.user_id.hex if purpose.user_id else provider_id.hex
    begun: BegunOpenidLogin = attempt(
        f"own:{whose}",
        partial(
            wiring().database.transact,
            begin_openid_login,
            provider_id,
            purpose=purpose,
            terms=wiring().factor_terms,
            clock=wiring().clock,
        ),
    )
    url = wiring().openid.authorization_url(begun.provider, _secrets(begun.state))
    return LeavingLogin(url, begun)


def come_back(back: ComingBack) -> FinishedLogin:
    """Finish it; raises what ``finish_openid_login`` does, and OpenidProviderUnreachable."""
    transact, clock = wiring().database.transact, wiring().clock
    if back.code is not None:
        _prove(back, back.code)
    finished: FinishedLogin = attempt(
        f"openid:{login_digest(back.state).hex()}",
        partial(
            transact,
            finish_openid_login,
            back.state,
            back.secret,
            code=back.one_time_code,
            origin=login_origin(),
            terms=wiring().factor_terms,
            session_terms=wiring().programme.sessions,
            clock=clock,
        ),
    )
    return finished


def _prove(back: ComingBack, code: str) -> None:
    transact, clock = wiring().database.transact, wiring().clock
    identity_key = wiring().settings.identity_key
    taken = transact(
        take_openid_login, back.state, back.secret, identity_key=identity_key, clock=clock
    )
    proven = wiring().openid.redeem(
        taken.provider,
        taken.client_secret,
        _secrets(back.state),
        CodeSent(code, back.issuer),
        now=clock.real_now(),
    )
    believed = taken.provider.shows_second_factor(proven.acr, proven.amr)
    transact(
        prove_openid_login,
        back.state,
        back.secret,
        NamedSubject(proven.subject, believed),
        identity_key=identity_key,
        clock=clock,
    )


def _secrets(state: str) -> LoginSecrets:
    key = wiring().settings.secret_key.encode()
    return LoginSecrets(state, nonce_of(state, key), code_verifier_of(state, key))
