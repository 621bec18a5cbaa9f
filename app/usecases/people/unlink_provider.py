"""End links: the provider's word opens the account no more, and its tokens end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.revocations import revoke
from app.store.people.enrolment import hold_account
from app.store.people.links import end_links, links_of
from behaviours.links import UNLINKED
from behaviours.people import UnknownOfPerson, check_open


def unlink_provider(
    connection: Connection,
    participant_id: UUID,
    links: Sequence[UUID],
    *,
    access_lifetime: timedelta,
    clock: Clock,
) -> list[str]:
    """End ``links`` of this person; the names under which their tokens are now revoked."""
    check_open(is_open=hold_account(connection, participant_id))
    if not set(links) <= {each.link_id for each in links_of(connection, participant_id)}:
        raise UnknownOfPerson("link")
    ended = end_links(connection, participant_id, ids=links, because=UNLINKED, now=clock.now())
    names = [f"lnk:{each.hex}" for each in ended]
    until = clock.real_now() + access_lifetime
    revoke(connection, [(name, until) for name in names])
    return names
