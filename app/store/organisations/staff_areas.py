"""SQL of the cities to which users who act for the programme are limited."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import public
from app.store.log.acting import tell

_OF = text("select region from staff_area where user_id = :user_id")
_SET = text(
    """
    insert into staff_area (user_id, region, set_at) values (:user_id, :region, :now)
        on conflict (user_id) do update set region = excluded.region, set_at = excluded.set_at
    """
)
_LIFT = text("delete from staff_area where user_id = :user_id")


def area_of(connection: Connection, user_id: UUID) -> str | None:
    """The city of a user; None is no limit."""
    found: str | None = connection.execute(_OF, {"user_id": user_id}).scalar_one_or_none()
    return found


def set_area(connection: Connection, user_id: UUID, region: str | None, *, now: datetime) -> None:
    """Limit a user, who is held, to a city, or lift it."""
    given = {"user_id": user_id, "region": region, "now": now}
    before = {"region": area_of(connection, user_id)}
    connection.execute(_LIFT if region is None else _SET, given)
    tell("user", public("usr", user_id), {"region": region}, old=before)
