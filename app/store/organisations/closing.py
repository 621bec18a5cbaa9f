"""SQL of what ends with an organisation: its users, its clients, its offers and its files."""

# ruff: noqa: S608 - the statements are put together from words of the program only

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import new_ids
from app.store.events.gathering import became
from app.store.tables.metadata import in_words
from behaviours import admission
from behaviours.users import END, ENDED, STEPS, User
from rewards.redemption import offer as offers

_END_USERS = text(
    f"""
    update app_user set state = '{ENDED}', ended_at = :now, password_hash = null,
           version = version + 1
     where organisation_id = :id and {in_words("state", *STEPS[END].needs)}
    returning user_id, version, organisation_id
    """
)
_TELL_USERS = text(
    f"""
    insert into user_step (step_id, user_id, step, taken_by, role, reason, taken_at)
    select d.step_id, d.user_id, '{END}', :by, :role, :reason, :now
      from unnest(cast(:step_ids as uuid[]), cast(:user_ids as uuid[])) as d (step_id, user_id)
    """
)
_REPLACE_LINKS = text(
    """
    update one_time_link set replaced_at = :now
     where user_id = any(cast(:user_ids as uuid[])) and used_at is null and replaced_at is null
    """
)
_END_CLIENTS = text(
    """
    with ended as (
        update client set disabled_at = :now where organisation_id = :id and disabled_at is null
        returning client_id
    )
    update client_secret s set good_until = :real_now from ended
     where s.client_id = ended.client_id and (s.good_until is null or s.good_until > :real_now)
    """
)
_CLOSE_OFFERS = text(
    f"""
    update offer set state = '{offers.CLOSED}', revision = revision + 1
     where merchant_id = :id
       and {in_words("state", *(state for state, step in offers.STEPS if step == offers.CLOSE))}
    returning offer_id, revision, merchant_id
    """
)
_CLOSE_APPLICATION = text(
    f"""
    update organisation_application set state = '{admission.CLOSED}'
     where organisation_id = :id and {in_words("state", *admission.STEPS[admission.CLOSE].needs)}
    returning organisation_id, revision, organisation_id
    """
)
_DROP_FILES = text("delete from import_part where import_id = any(cast(:ids as uuid[]))")


def end_users_of_organisation(
    connection: Connection,
    organisation_id: UUID,
    *,
    by: User,
    reason: str,
    now: datetime,
    real_now: datetime,
) -> list[UUID]:
    """Let nobody in for the organisation any more; the users it concerned."""
    rows = connection.execute(_END_USERS, {"id": organisation_id, "now": now}).all()
    became(User, ENDED, rows)
    ended = [row.user_id for row in rows]
    told = {"step_ids": new_ids(len(ended)), "user_ids": ended, "now": now}
    connection.execute(_TELL_USERS, {**told, "by": by.user_id, "role": by.role, "reason": reason})
    connection.execute(_REPLACE_LINKS, {"user_ids": ended, "now": real_now})
    return ended


def end_clients_of(
    connection: Connection, organisation_id: UUID, *, now: datetime, real_now: datetime
) -> None:
    """End every client with its secrets."""
    asked = {"id": organisation_id, "now": now, "real_now": real_now}
    connection.execute(_END_CLIENTS, asked)


def close_offers_of(connection: Connection, merchant_id: UUID) -> None:
    """Take everything of a merchant off the mall, drafts too."""
    closed = connection.execute(_CLOSE_OFFERS, {"id": merchant_id})
    became(offers.Offer, offers.CLOSED, closed)


def close_application_of(connection: Connection, organisation_id: UUID) -> None:
    """Let whoever it is apply anew; one that never applied has no application."""
    closed = connection.execute(_CLOSE_APPLICATION, {"id": organisation_id})
    became(admission.OrganisationApplication, admission.CLOSED, closed)


def drop_files(connection: Connection, import_ids: Sequence[UUID]) -> None:
    """Forget what was uploaded and will not be read."""
    connection.execute(_DROP_FILES, {"ids": list(import_ids)})
