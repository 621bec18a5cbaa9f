"""SQL of users: who they are, in which state, and what was done to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import new_id, public
from app.store.events.gathering import became
from app.store.log.acting import held, kept, tell_signature
from app.store.paging import newest_first
from behaviours.logbook import LoggedSubject
from behaviours.users import (
    ACCEPT,
    ACTIVE,
    ENDED,
    INVITE,
    LINK_RECOVERY,
    PARTICIPANT,
    SIGN_RECOVERY,
    SIGNED_STEPS,
    STOP_RECOVERY,
    RecoverySignature,
    User,
    UserCredentials,
    UserSignature,
)
from rewards.signing import Signature

_COLUMNS = """user_id, username, display_name, role, organisation_id, participant_id, duty, state,
    version, created_at, ended_at"""
_ADD = text(
    """
    insert into app_user (user_id, username, display_name, password_hash, role, organisation_id,
                          participant_id, duty, state, version, created_at)
    values (:user_id, :username, :display_name, :password_hash, :role, :organisation_id,
            :participant_id, :duty, :state, :version, :created_at)
    """
)
_BY_NAME = text(
    f"select {_COLUMNS}, password_hash from app_user where username = :username"  # noqa: S608
)
_BY_ID = text(f"select {_COLUMNS} from app_user where user_id = :user_id")  # noqa: S608
_HOLD = text(
    f"select {_COLUMNS}, password_hash from app_user where user_id = :user_id for update"  # noqa: S608
)
_SHARE = text(f"select {_COLUMNS} from app_user where user_id = :user_id for share")  # noqa: S608
_WRITE = text(
    """
    update app_user
       set state = :state, version = :version, ended_at = :ended_at,
           password_hash = case when :state = :ended then null
                                else coalesce(:password_hash, password_hash) end
     where user_id = :user_id
    """
)
_HOLD_ROLE = text("select user_id from app_user where role = :role order by user_id for update")
# Asked once they are held: whoever held them before has left a city as well.
_ANSWER_FOR_ALL = text(
    """
    select user_id from app_user u
     where role = :role and state = :active
       and not exists (select from staff_area a where a.user_id = u.user_id)
    """
)
_JOINED = text(
    f"select exists (select from user_step where user_id = :user_id and step = '{ACCEPT}')"  # noqa: S608
)
_TAKEN = text("select username from app_user where username = any(cast(:names as text[]))")
_END_OF_PERSON = text(
    """
    update app_user set state = :ended, ended_at = :now, password_hash = null, version = version + 1
     where participant_id = :participant_id and state <> :ended
    returning user_id, version, organisation_id
    """
)
_OF_PERSON = text(
    f"""
    select {_COLUMNS} from app_user
     where participant_id = :participant_id and state = '{ACTIVE}' order by user_id limit 1
    """  # noqa: S608 - constants of this file
)
_LIST = newest_first(
    f"""
    select {_COLUMNS} from app_user
     where role <> :participant
       and (cast(:organisation_id as uuid) is null or organisation_id = :organisation_id)
       and (cast(:state as text) is null or state = :state)
    """,  # noqa: S608
    by="user_id",
)
# Only at the command line of the server is somebody invited by nobody.
_FOUNDERS = text(
    f"""
    select {_COLUMNS} from app_user u
     where exists (select from user_step s where s.user_id = u.user_id and s.step = :invite
                      and s.taken_by is null)
     order by user_id
    """  # noqa: S608
)
_IS_USED = text(
    """
    select exists (select from app_user) or exists (select from organisation)
        or exists (select from participant)
    """
)
_STEP = text(
    """
    insert into user_step (step_id, user_id, step, about, taken_by, role, reason, taken_at)
    values (:step_id, :user_id, :step, :about, :taken_by, :role, :reason, :now)
    """
)
_SIGNED = text(
    """
    select taken_by, role from user_step
     where user_id = :user_id and step = :step and about is not distinct from :about
     order by step_id
    """
)

# Those that nothing closed since: neither the link that came of them, nor somebody who stopped it.
_SIGNED_RECOVERY = text(
    """
    select step_id, taken_by from user_step
     where user_id = :user_id and step = :sign and taken_at > :since
       and step_id > coalesce(
               (select step_id from user_step
                 where user_id = :user_id and step in (:link, :stop)
                 order by step_id desc limit 1), cast(:nobody as uuid))
     order by step_id
    """
)


class UserStep(NamedTuple):
    """What was done to a user, by whom, in which role, and why; by None: at the command line."""

    step: str
    taken_by: UUID | None = None
    role: str | None = None
    reason: str | None = None
    about: UUID | None = None


def add_users(connection: Connection, users: Sequence[UserCredentials]) -> None:
    """Insert users, who are in their first version."""
    if users:
        connection.execute(_ADD, [_row(each) for each in users])
        kept(*(each.user for each in users))


def find_credentials(connection: Connection, username: str) -> UserCredentials | None:
    row = connection.execute(_BY_NAME, {"username": username}).one_or_none()
    return UserCredentials(User(*row[:-1]), row[-1]) if row else None


def find_user(connection: Connection, user_id: UUID) -> User | None:
    row = connection.execute(_BY_ID, {"user_id": user_id}).one_or_none()
    return User(*row) if row else None


def hold_user(connection: Connection, user_id: UUID) -> UserCredentials | None:
    """The user, whom nobody else changes until the transaction ends."""
    row = connection.execute(_HOLD, {"user_id": user_id}).one_or_none()
    return UserCredentials(held(User(*row[:-1])), row[-1]) if row else None


def share_user(connection: Connection, user_id: UUID) -> User | None:
    """The user, who stays as they are until the transaction ends."""
    row = connection.execute(_SHARE, {"user_id": user_id}).one_or_none()
    return User(*row) if row else None


def joined(connection: Connection, user_id: UUID) -> bool:
    """Whether the user came in by a link of their own."""
    return bool(connection.execute(_JOINED, {"user_id": user_id}).scalar_one())


def hold_role(connection: Connection, role: str) -> list[UUID]:
    """Hold everybody of a role of the programme; those who can come in and have no city."""
    connection.execute(_HOLD_ROLE, {"role": role})
    found = connection.execute(_ANSWER_FOR_ALL, {"role": role, "active": ACTIVE})
    return list(found.scalars())


def write_user(
    connection: Connection,
    user: User,
    step: UserStep,
    *,
    now: datetime,
    password_hash: str | None = None,
) -> None:
    """Keep the user as they are now, and what made them so; ``password_hash`` None: as before."""
    asked = {
        "user_id": user.user_id,
        "state": user.state,
        "version": user.version,
        "ended_at": user.ended_at,
        "ended": ENDED,
        "password_hash": password_hash,
    }
    connection.execute(_WRITE, asked)
    kept(user)
    keep_step(connection, user.user_id, step, now=now)


def keep_step(connection: Connection, user_id: UUID, step: UserStep, *, now: datetime) -> UUID:
    """Tell what was done to a user; the id of the step."""
    step_id = new_id()
    connection.execute(
        _STEP, {"step_id": step_id, "user_id": user_id, "now": now, **step._asdict()}
    )
    if step.step in SIGNED_STEPS and step.taken_by is not None:
        tell_signature(
            LoggedSubject("user", public("usr", user_id)),
            "/".join(map(str, filter(None, ("user_step", user_id, step.step, step.about)))),
            Signature(step.role or "", step.taken_by, now),
            [each.user_id for each in signatures(connection, user_id, step.step, step.about)],
            verb=f"user.{step.step}",
        )
    return step_id


def signatures(
    connection: Connection, user_id: UUID, step: str, about: UUID | None = None
) -> list[UserSignature]:
    """Who signed a step, the first one first."""
    asked = {"user_id": user_id, "step": step, "about": about}
    return [UserSignature(*row) for row in connection.execute(_SIGNED, asked)]


def recovery_signatures(
    connection: Connection, user_id: UUID, *, since: datetime
) -> list[RecoverySignature]:
    """Who signed for a way back of a user that is not made yet, the first one first."""
    asked = {
        "user_id": user_id,
        "sign": SIGN_RECOVERY,
        "link": LINK_RECOVERY,
        "stop": STOP_RECOVERY,
        "since": since,
        "nobody": UUID(int=0),
    }
    return [RecoverySignature(*row) for row in connection.execute(_SIGNED_RECOVERY, asked)]


def taken_usernames(connection: Connection, names: Sequence[str]) -> set[str]:
    return {row.username for row in connection.execute(_TAKEN, {"names": list(names)})}


def user_of_person(connection: Connection, participant_id: UUID) -> User | None:
    """Who comes in as this person; the first one of several."""
    row = connection.execute(_OF_PERSON, {"participant_id": participant_id}).one_or_none()
    return User(*row) if row else None


def end_users_of(connection: Connection, participant_id: UUID, *, now: datetime) -> list[UUID]:
    """Let nobody in any more as this person; the users it concerned."""
    asked = {"participant_id": participant_id, "now": now, "ended": ENDED}
    rows = connection.execute(_END_OF_PERSON, asked).all()
    became(User, ENDED, rows)
    return [row.user_id for row in rows]


def list_staff(
    connection: Connection,
    *,
    organisation_id: UUID | None,
    state: str | None,
    before: UUID | None,
    most: int,
) -> list[User]:
    """Users of an organisation, or of the programme and all organisations, newest first."""
    asked = {
        "organisation_id": organisation_id,
        "state": state,
        "before": before,
        "most": most,
        "participant": PARTICIPANT,
    }
    return [User(*row) for row in connection.execute(_LIST, asked)]


def founders(connection: Connection) -> list[User]:
    """Who was invited at the command line of the server, oldest first; whatever became of them."""
    return [User(*row) for row in connection.execute(_FOUNDERS, {"invite": INVITE})]


def is_used(connection: Connection) -> bool:
    """Whether there is anybody at all: a user, an organisation, a person."""
    return bool(connection.execute(_IS_USED).scalar_one())


def _row(each: UserCredentials) -> dict[str, UUID | str | int | datetime | None]:
    return {**asdict(each.user), "password_hash": each.password_hash}
