"""A one-time link that somebody uses: tried only so often; what it revokes opens nothing here."""

from __future__ import annotations

from functools import partial

from app.http.attempts import attempt
from app.http.current import wiring
from app.secrecy.link_tokens import link_digest
from app.tokens import USER_LIFETIME, tokens
from app.usecases.organisations.accept_link import AcceptedLink, accept_link
from behaviours.one_time_links import ShownSecrets


def accept_sent_link(link: str, shown: ShownSecrets) -> AcceptedLink:
    """What ``accept_link`` did; refuses as it does, and when too many were wrong."""
    use = partial(
        wiring().database.transact,
        accept_link,
        link,
        shown,
        terms=wiring().factor_terms,
        access_lifetime=USER_LIFETIME,
        clock=wiring().clock,
    )
    accepted: AcceptedLink = attempt(f"link:{link_digest(link).hex()}", use)
    tokens().take_note(accepted.revoked)
    return accepted
