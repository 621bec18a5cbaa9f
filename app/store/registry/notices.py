"""Notices to holders: read by whom they are for, and acknowledged once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.paging import newest_first
from rewards.registry.holder_notice import HolderNotice

_READ = """
    select n.notice_id, n.bundle_id, n.posting_id, n.reversed_mg,
           cast(coalesce(c.mg, 0) as bigint), n.shortfall_mg, n.written_at, a.acknowledged_at
      from holder_notice n
      left join cover c on c.bundle_id = n.bundle_id and c.posting_id = n.posting_id
      left join notice_acknowledgement a on a.notice_id = n.notice_id
     where n.organisation_id = :organisation_id
"""
_FIND = text(f"{_READ} and n.notice_id = :notice_id")
_LIST = newest_first(
    f"""
    {_READ}
       and (cast(:acknowledged as boolean) is null
            or (a.notice_id is not null) = cast(:acknowledged as boolean))
    """,
    by="n.notice_id",
)
_ACKNOWLEDGE = text(
    """
    insert into notice_acknowledgement (notice_id, acknowledged_by, acknowledged_at)
    values (:notice_id, :acknowledged_by, :now)
    on conflict do nothing
    """
)


def find_notice(
    connection: Connection, notice_id: UUID, *, organisation_id: UUID
) -> HolderNotice | None:
    """The notice of this id to this organisation, or None."""
    given = {"notice_id": notice_id, "organisation_id": organisation_id}
    row = connection.execute(_FIND, given).one_or_none()
    return None if row is None else HolderNotice(*row)


def list_notices(
    connection: Connection,
    *,
    organisation_id: UUID,
    acknowledged: bool | None,
    before: UUID | None,
    most: int,
) -> list[HolderNotice]:
    """An organisation's notices, newest first; None is both the acknowledged and the others."""
    given = {
        "organisation_id": organisation_id,
        "acknowledged": acknowledged,
        "before": before,
        "most": most,
    }
    return [HolderNotice(*row) for row in connection.execute(_LIST, given)]


def acknowledge(
    connection: Connection, notice_id: UUID, *, acknowledged_by: UUID, now: datetime
) -> None:
    """Keep that it was read; the first time counts."""
    given = {"notice_id": notice_id, "acknowledged_by": acknowledged_by, "now": now}
    connection.execute(_ACKNOWLEDGE, given)
