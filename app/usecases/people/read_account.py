"""Read the account of the person who looks: what was saved, and where, and their points."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from app.store.database import Connection
from app.store.people.accounts import SavedSoFar, saved_so_far
from app.store.people.moves import elsewhere_of
from app.store.points.reading import balance
from behaviours.exports.moving import Elsewhere
from behaviours.people import check_open, person_behind
from behaviours.viewer import Viewer
from rewards.points.balance import Balance


class OwnAccount(NamedTuple):
    """The person, what was saved, what they have in points, and what they did elsewhere."""

    participant_id: UUID
    saved: SavedSoFar
    points: Balance
    elsewhere: Elsewhere


def read_account(
    connection: Connection, *, viewer: Viewer, now: datetime, zone: ZoneInfo
) -> OwnAccount:
    """The viewer's account at ``now``; refuses with UnknownOfPerson when it is closed."""
    person = person_behind(viewer)
    saved = saved_so_far(connection, person)
    check_open(is_open=saved is not None)
    assert saved is not None, "an open account is there"
    points = balance(connection, person, now=now, zone=zone)
    return OwnAccount(person, saved, points, elsewhere_of(connection, person))
