"""What a merchant captured and reversed in a stretch of time: line by line, or summed by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import raw
from rewards.points.refund import WhyTakenBack
from rewards.redemption.bill import CAPTURE, REVERSAL, BillLine, Settlement

_LINES = f"""
SELECT '{CAPTURE}' AS kind, r.captured_at AS at, r.out_request_no, r.redemption_id,
  r.store_id, r.offer_id, o.title_zh, o.title_en, r.quantity, r.quantity::bigint * r.points_each,
  r.quantity::bigint * r.settlement_fen_each, null AS reason_code, null AS reason,
  null::uuid AS by, r.redemption_id AS line_id
FROM redemption AS r JOIN offer AS o USING (offer_id)
WHERE r.merchant_id = %(merchant_id)s AND r.captured_at >= %(from)s AND r.captured_at < %(to)s
UNION ALL
SELECT '{REVERSAL}', v.reversed_at, r.out_request_no, r.redemption_id, r.store_id, r.offer_id,
  o.title_zh, o.title_en, v.quantity, v.points, v.settlement_fen, v.reason_code, v.reason,
  v.reversed_by, v.reversal_id
FROM redemption_reversal AS v
JOIN redemption AS r USING (participant_id, redemption_id)
JOIN offer AS o USING (offer_id)
WHERE v.merchant_id = %(merchant_id)s AND v.reversed_at >= %(from)s AND v.reversed_at < %(to)s
"""  # noqa: S608 - only names of this code

_IN_ORDER = f"{_LINES} ORDER BY at, line_id"
# A page of many: those after the last one that was read.
_PAGE = f"""
SELECT * FROM ({_LINES}) AS line
WHERE %(after_at)s::timestamptz IS NULL
  OR (at, line_id) > (%(after_at)s::timestamptz, %(after_id)s::uuid)
ORDER BY at, line_id LIMIT %(most)s
"""  # noqa: S608 - as above
LINES_AT_ONCE = 5_000
# Summed by the database from the same rows; the bill's own sum must come to the same fen.
_DAYS = """
SELECT day, sum(captures), sum(captured_items), sum(captured_points), sum(captured_fen),
  sum(reversals), sum(reversed_items), sum(reversed_points), sum(reversed_fen)
FROM (
  SELECT (r.captured_at AT TIME ZONE %(zone)s)::date AS day, 1 AS captures,
    r.quantity AS captured_items, r.quantity::bigint * r.points_each AS captured_points,
    r.quantity::bigint * r.settlement_fen_each AS captured_fen, 0 AS reversals,
    0 AS reversed_items, 0 AS reversed_points, 0 AS reversed_fen
  FROM redemption AS r
  WHERE r.merchant_id = %(merchant_id)s AND r.captured_at >= %(from)s AND r.captured_at < %(to)s
  UNION ALL
  SELECT (v.reversed_at AT TIME ZONE %(zone)s)::date, 0, 0, 0, 0, 1, v.quantity, v.points,
    v.settlement_fen
  FROM redemption_reversal AS v
  WHERE v.merchant_id = %(merchant_id)s AND v.reversed_at >= %(from)s AND v.reversed_at < %(to)s
) AS moves
GROUP BY day ORDER BY day DESC
"""


def bill_lines(
    connection: Connection, merchant_id: UUID, *, start: datetime, end: datetime
) -> list[BillLine]:
    """Captures and reversals from ``start`` to before ``end``, in the order of their times."""
    asked = {"merchant_id": merchant_id, "from": start, "to": end}
    return [_line(row) for row in raw(connection).execute(_IN_ORDER, asked)]


def many_lines(
    connection: Connection, merchant_id: UUID, *, start: datetime, end: datetime
) -> Iterator[BillLine]:
    """The same of any number, read page by page; none of a stretch that is over changes."""
    given = {"merchant_id": merchant_id, "to": end, "most": LINES_AT_ONCE}
    after_at = after_id = None
    while True:
        # By the index from the last line on, instead of from the beginning again.
        place = {"from": after_at or start, "after_at": after_at, "after_id": after_id}
        rows = raw(connection).execute(_PAGE, {**given, **place}).fetchall()
        yield from map(_line, rows)
        if len(rows) < LINES_AT_ONCE:
            return
        after_at, after_id = rows[-1][1], rows[-1][-1]


def _line(row: tuple[Any, ...]) -> BillLine:
    return BillLine(*[*row[:11], WhyTakenBack(*row[11:14])])


def settlements(
    connection: Connection, merchant_id: UUID, *, start: datetime, end: datetime, zone: str
) -> list[Settlement]:
    """One for each civil day on which anything happened, the latest first."""
    rows = raw(connection).execute(
        _DAYS, {"merchant_id": merchant_id, "from": start, "to": end, "zone": zone}
    )
    return [Settlement(row[0], *(int(figure) for figure in row[1:])) for row in rows]
