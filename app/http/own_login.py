"""Changes of one's own login that end its other sessions, over the API and from pages alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from app.http.attempts import attempt
from app.http.current import wiring
from app.tokens import USER_LIFETIME, Caller, tokens
from behaviours.refusal import Refusal


def change_login(who: Caller, verb: Callable[..., Iterable[str] | Refusal], *given: object) -> None:
    """Let ``verb`` try what is ``given``, a guess if it is wrong; what it revokes is dead at once.

    Raises what the verb does.
    """
    revoked = attempt(
        f"own:{who.user_id.hex}",
        partial(
            wiring().database.transact,
            verb,
            who.user_id,
            *given,
            login_id=who.login_id,
            terms=wiring().factor_terms,
            access_lifetime=USER_LIFETIME,
            clock=wiring().clock,
        ),
    )
    tokens().take_note(revoked)
