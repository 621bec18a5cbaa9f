"""Unlinking oneself from an OpenID provider, over the API and from the page alike."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from app.http.attempts import attempt
from app.http.current import wiring
from app.tokens import USER_LIFETIME, Caller, tokens
from app.usecases.organisations.unlink_openid import unlink_openid


def unlink(who: Caller, provider_id: UUID, code: str | None) -> None:
    """Unlink, and end the other sessions at once; raises what ``unlink_openid`` does."""
    revoked: list[str] = attempt(
        f"own:{who.user_id.hex}",
        partial(
            wiring().database.transact,
            unlink_openid,
            who.user_id,
            provider_id,
            code,
            login_id=who.login_id,
            terms=wiring().factor_terms,
            access_lifetime=USER_LIFETIME,
            clock=wiring().clock,
        ),
    )
    tokens().take_note(revoked)
