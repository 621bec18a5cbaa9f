"""The lots into which awards went: what is left of each, and what expired of it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from app.store.driver import raw
from rewards.ledger.points import CLAWBACK, EXPIRE, EXPIRED
from rewards.points.clawback import OwnLot, Window
from rewards.points.lots import Lot

# What expired of a lot, less what clawbacks of its other awards have counted of that already.
_OWN = f"""
SELECT l.participant_id, l.lot_id, l.available_at, l.expires_at, l.remaining,
  coalesce((SELECT sum(t.points) FROM points_transfer AS t
    WHERE t.participant_id = l.participant_id AND t.kind = '{EXPIRE}'
      AND t.reference_id = l.lot_id), 0)::bigint
  - coalesce((SELECT sum(t.points) FROM points_transfer AS t
      JOIN action AS a ON a.participant_id = t.participant_id AND a.action_id = t.reference_id
      WHERE t.participant_id = l.participant_id AND t.kind = '{CLAWBACK}'
        AND t.credit_account = '{EXPIRED}' AND a.points_available_at = l.available_at
        AND a.points_expires_at = l.expires_at), 0)::bigint
FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[])
  AS w (participant_id, available_at, expires_at)
JOIN points_lot AS l USING (participant_id, available_at, expires_at)
"""  # noqa: S608 - constants of the book


def own_lots(connection: Connection, windows: Collection[Window]) -> dict[Window, OwnLot]:
    """The lots of these dates, also empty ones; their people are locked before."""
    rows = raw(connection).execute(_OWN, [list(each) for each in zip(*windows, strict=True)])
    return {
        Window(person, available_at, expires_at): OwnLot(
            Lot(lot_id, available_at, expires_at, remaining), expired
        )
        for person, lot_id, available_at, expires_at, remaining, expired in rows
    }
