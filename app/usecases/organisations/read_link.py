"""Read what a one-time link is for; reading does not use it up."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from app.secrecy.link_tokens import link_digest
from app.store.database import Connection
from app.store.organisations.one_time_links import find_link
from app.store.organisations.organisations import organisation
from app.store.organisations.users import find_user
from behaviours.one_time_links import OneTimeLink, UnknownLink
from behaviours.refusal import found_or
from behaviours.users import User


class OpenedLink(NamedTuple):
    """A link, whose it is, and the organisation that they act for."""

    link: OneTimeLink
    user: User
    organisation: str | None


def read_link(connection: Connection, token: str, *, now: datetime) -> OpenedLink:
    """The link while it is good; raises UnknownLink and LinkOver. ``now`` is real time."""
    link = found_or(find_link(connection, link_digest(token)), UnknownLink())
    link.check_good(now)
    user = find_user(connection, link.user_id)
    assert user is not None, "a link is a user's"
    whose = organisation(connection, user.organisation_id) if user.organisation_id else None
    return OpenedLink(link, user, whose.name if whose else None)
