"""Let users in at once, with a password: people who take part, and the cast of a demonstration."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.ids import new_ids
from app.secrecy.hashing import PASSWORDS
from app.store.database import Connection
from app.store.organisations.users import add_users, taken_usernames
from behaviours.organisations import UsernameTaken
from behaviours.users import UserCredentials, open_user


class NewUser(NamedTuple):
    """A user to be let in; ``participant_id`` if and only if the role is participant."""

    username: str
    password: str
    role: str
    participant_id: UUID | None = None


class CreatedUser(NamedTuple):
    """A user that can log in now."""

    user_id: UUID
    username: str
    role: str


def create_user(
    connection: Connection, users: Sequence[NewUser], *, now: datetime
) -> list[CreatedUser]:
    """Create each of ``users``, in order; refuses with UsernameTaken."""
    taken = taken_usernames(connection, [new.username for new in users])
    if taken:
        raise UsernameTaken(username=min(taken))
    ids = new_ids(len(users))
    add_users(
        connection,
        [
            UserCredentials(
                open_user(
                    user_id, new.username, new.role, participant_id=new.participant_id, now=now
                ),
                PASSWORDS.hash(new.password),
            )
            for new, user_id in zip(users, ids, strict=True)
        ],
    )
    return [
        CreatedUser(user_id, new.username, new.role)
        for new, user_id in zip(users, ids, strict=True)
    ]
