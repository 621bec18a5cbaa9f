"""SQL of one-time links: only digests of them are kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from behaviours.one_time_links import RECOVERY, OneTimeLink

_REPLACE = text(
    """
    update one_time_link set replaced_at = :now
     where user_id = :user_id and used_at is null and replaced_at is null
       and (cast(:purpose as text) is null or purpose = :purpose)
    """
)
_ADD = text(
    """
    insert into one_time_link (link_digest, user_id, purpose, factor_id, made_by, made_at,
                               expires_at, good_from, release_digest)
    values (:digest, :user_id, :purpose, :factor_id, :made_by, :now, :expires_at, :good_from,
            :release_digest)
    """
)
_FIND = text(
    """
    select link_digest, user_id, purpose, factor_id, expires_at, used_at, replaced_at, good_from,
           release_digest
      from one_time_link where link_digest = :digest
    """
)
_RECOVERY_FROM = text(
    """
    select good_from from one_time_link
     where user_id = :user_id and purpose = :recovery and used_at is null and replaced_at is null
       and expires_at > :now
    """
)
_USE = text("update one_time_link set used_at = :used_at where link_digest = :digest")


def add_link(
    connection: Connection, link: OneTimeLink, *, made_by: UUID | None, now: datetime
) -> None:
    """A link, which takes the place of the others of its purpose; hold the user before."""
    replace_links(connection, link.user_id, purpose=link.purpose, now=now)
    asked = {
        "digest": link.digest,
        "user_id": link.user_id,
        "purpose": link.purpose,
        "factor_id": link.factor_id,
        "made_by": made_by,
        "expires_at": link.expires_at,
        "good_from": link.good_from,
        "release_digest": link.release_digest,
        "now": now,
    }
    connection.execute(_ADD, asked)


def replace_links(
    connection: Connection, user_id: UUID, *, now: datetime, purpose: str | None = None
) -> None:
    """Links of a user that are good so far are not any more; of one purpose, or all."""
    connection.execute(_REPLACE, {"user_id": user_id, "purpose": purpose, "now": now})


def find_link(connection: Connection, digest: bytes) -> OneTimeLink | None:
    """The link of this digest; hold its user before something depends on it."""
    row = connection.execute(_FIND, {"digest": digest}).one_or_none()
    if row is None:
        return None
    return OneTimeLink(
        bytes(row.link_digest),
        row.user_id,
        row.purpose,
        row.factor_id,
        row.expires_at,
        row.used_at,
        row.replaced_at,
        row.good_from,
        None if row.release_digest is None else bytes(row.release_digest),
    )


def recovery_good_from(connection: Connection, user_id: UUID, *, now: datetime) -> datetime | None:
    """From when the user's way back is good; None: there is none."""
    asked = {"user_id": user_id, "recovery": RECOVERY, "now": now}
    found: datetime | None = connection.execute(_RECOVERY_FROM, asked).scalar_one_or_none()
    return found


def write_used(connection: Connection, link: OneTimeLink) -> None:
    """Keep when it was used."""
    connection.execute(_USE, {"digest": link.digest, "used_at": link.used_at})
