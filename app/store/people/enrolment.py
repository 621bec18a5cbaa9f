"""SQL of enrolment: identities, people and their empty accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.people.data_keys import give_data_keys
from app.store.people.identities import people_of
from behaviours.people import ACTIVE

# ruff: noqa: S608 - these statements are put together from constants only

# In order of the digest, so that two lists with the same people cannot wait for each other. What
# leads to an account by what its person left behind is nobody's to take.
_CLAIM = text(
    """
    insert into identity (identity_digest, participant_id)
    select digest, participant_id
      from unnest(cast(:digests as bytea[]), cast(:ids as uuid[])) as t(digest, participant_id)
     where not exists (select from tombstone s
                        where s.tombstone_digest = sha256('tombstone'::bytea || digest)
                          and s.leads_to is not null)
     order by digest
        on conflict (identity_digest) do nothing
    """
)
_RELEASE = text("delete from identity where identity_digest = any(cast(:digests as bytea[]))")
_ADD_PEOPLE = text(
    f"""
    insert into participant (participant_id, region, state, enrolled_by, enrolled_at)
    select participant_id, region, '{ACTIVE}', :organisation_id, :now
      from unnest(cast(:ids as uuid[]), cast(:regions as text[])) as t(participant_id, region)
    """
)
_ADD_ENROLMENTS = text(
    """
    insert into enrolment (participant_id, organisation_id, enrolled_at)
    select participant_id, :organisation_id, :now
      from unnest(cast(:ids as uuid[])) as t(participant_id)
        on conflict (participant_id, organisation_id) do nothing
    """
)
_ADD_POINTS_ACCOUNTS = text(
    """
    insert into points_account (participant_id, balance, held, debt, version)
    select participant_id, 0, 0, 0, 0 from unnest(cast(:ids as uuid[])) as t(participant_id)
    """
)
_ADD_REDUCTION_ACCOUNTS = text(
    """
    insert into reduction_account (participant_id, saved_mg, actions, version)
    select participant_id, 0, 0, 0 from unnest(cast(:ids as uuid[])) as t(participant_id)
    """
)
_LOCK = text(
    """
    select participant_id from points_account
     where participant_id = any(cast(:ids as uuid[]))
     order by participant_id
       for no key update
    """
)
_SHARE = text("select 1 from points_account where participant_id = :participant_id for share")
_RAISE = text(
    """
    update points_account set version = version + 1 where participant_id = :participant_id
    """
)
_IS_OPEN = text(
    f"select 1 from participant where participant_id = :participant_id and state = '{ACTIVE}'"
)
_REGION = text("select region from participant where participant_id = :participant_id")


def claim_identities(
    connection: Connection, digests: Sequence[bytes], ids: Sequence[UUID]
) -> dict[bytes, UUID]:
    """Give each identity its id unless it has one; who each identity is now."""
    connection.execute(_CLAIM, {"digests": list(digests), "ids": list(ids)})
    return people_of(connection, digests)


def release_identities(connection: Connection, digests: Sequence[bytes]) -> None:
    """Let go of identities that were taken in this transaction."""
    if digests:
        connection.execute(_RELEASE, {"digests": list(digests)})


def add_people(
    connection: Connection,
    people: Sequence[tuple[UUID, str]],
    *,
    organisation_id: UUID,
    now: datetime,
) -> None:
    """Open the accounts of new people, given as (participant_id, region)."""
    if not people:
        return
    ids = [participant_id for participant_id, _ in people]
    connection.execute(
        _ADD_PEOPLE,
        {
            "ids": ids,
            "regions": [region for _, region in people],
            "organisation_id": organisation_id,
            "now": now,
        },
    )
    connection.execute(_ADD_POINTS_ACCOUNTS, {"ids": ids})
    connection.execute(_ADD_REDUCTION_ACCOUNTS, {"ids": ids})
    give_data_keys(connection, ids)


def add_enrolments(
    connection: Connection, people: Sequence[UUID], *, organisation_id: UUID, now: datetime
) -> None:
    """Note that this organisation enrolled these people; the first time of several stays."""
    connection.execute(
        _ADD_ENROLMENTS, {"ids": sorted(people), "organisation_id": organisation_id, "now": now}
    )


def lock_people(connection: Connection, ids: Sequence[UUID]) -> None:
    """Hold these people's accounts until the transaction ends."""
    connection.execute(_LOCK, {"ids": list(ids)}).all()


def share_account(connection: Connection, participant_id: UUID) -> None:
    """Let nobody hold this account until the transaction ends; others may look at it as well."""
    connection.execute(_SHARE, {"participant_id": participant_id}).all()


def hold_account(connection: Connection, participant_id: UUID) -> bool:
    """Hold this person's account until the transaction ends; False when it is closed or nobody's.

    The account's version rises with it: a report that waits for this lock decided by what was so
    before, and has to look again (``app.store.recording.plain_action``).
    """
    lock_people(connection, [participant_id])
    connection.execute(_RAISE, {"participant_id": participant_id})
    return is_open(connection, participant_id)


def region_of(connection: Connection, participant_id: UUID) -> str:
    """Where the person of an account is at home now."""
    return str(connection.execute(_REGION, {"participant_id": participant_id}).scalar_one())


def is_open(connection: Connection, participant_id: UUID) -> bool:
    """Whether somebody has this account."""
    return connection.execute(_IS_OPEN, {"participant_id": participant_id}).scalar() is not None
