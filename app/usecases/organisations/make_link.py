"""Make a one-time link for a user; it takes the place of an earlier one of its purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.ids import new_id
from app.secrecy.link_tokens import link_digest, new_link_token
from app.store.database import Connection
from app.store.organisations.one_time_links import add_link
from behaviours.one_time_links import RecoveryTerms, new_link


@dataclass(frozen=True, slots=True)
class MadeLink:
    """A link; its token is shown this once. ``good_from``: None is at once."""

    token: str
    purpose: str
    expires_at: datetime
    good_from: datetime | None = None


def make_link(
    connection: Connection,
    user_id: UUID,
    purpose: str,
    *,
    made_by: UUID | None,
    recovery: RecoveryTerms | None = None,
    now: datetime,
) -> MadeLink:
    """A link for the user, whom the caller holds; ``now`` is real time."""
    token = new_link_token()
    digest = link_digest(token)
    link = new_link(digest, user_id, purpose, new_id(), recovery=recovery, now=now)
    add_link(connection, link, made_by=made_by, now=now)
    return MadeLink(token, purpose, link.expires_at, link.good_from)
