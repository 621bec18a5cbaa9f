"""How offers and redemptions are read: the columns, in the order of the domain's values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from app.store.organisations.standing import stopped
from rewards.points.refund import WhyTakenBack
from rewards.redemption.offer import PUBLISHED, Offer
from rewards.redemption.redemption import HELD, Redemption
from rewards.redemption.taken_back import SaleTakenBack

_STOPPED = stopped("o.merchant_id")
_PLAIN_COLUMNS = (
    "o.title_zh, o.title_en, o.points, o.settlement_fen, o.stock_total, o.opens_at, o.closes_at,"
    " o.reversal_window_s, o.per_person_limit, o.offer_id, o.merchant_id, o.state, o.revision,"
    f" {_STOPPED}"
)
# What is given by its name.
_NAMED = (
    *("regions", "kind", "category", "text_zh", "text_en", "shown_from", "shown_until"),
    *("stock_per_day", "stock_per_store", "reuses_codes", "refund_valid_days"),
)
_PLAIN = 14
OFFER_COLUMNS = _PLAIN_COLUMNS + "".join(f", o.{name}" for name in _NAMED)
OFFER_WIDTH = _PLAIN + len(_NAMED)
# ``Offer.is_for``, of a row of ``offer AS o`` and a canonical region, as an expression of SQL.
IS_FOR = "(o.regions = '{{}}' OR o.regions && ARRAY[{region}, left({region}, 5)])"
# ``Offer.is_on_sale``, of a row of ``offer AS o``.
ON_SALE = (
    f"o.state = '{PUBLISHED}' AND o.opens_at <= %(now)s AND o.closes_at > %(now)s"
    f" AND NOT {_STOPPED}"
)
# ``Offer.is_shown``, of the same.
SHOWN = (
    f"o.state = '{PUBLISHED}' AND coalesce(o.shown_from, o.opens_at) <= %(now)s"
    f" AND coalesce(o.shown_until, o.closes_at) > %(now)s AND NOT {_STOPPED}"
)

# Most sales are never taken back, and nothing is looked for then.
_TAKEN_BACK = """
CASE WHEN r.reversed_quantity > 0 THEN (
  SELECT jsonb_agg(jsonb_build_array(v.reversed_at, v.quantity, v.points, v.reason_code, v.reason,
    v.reversed_by, v.cashier_id) ORDER BY v.reversal_id)
  FROM redemption_reversal AS v
  WHERE v.participant_id = r.participant_id AND v.redemption_id = r.redemption_id) END
"""
# To be read from ``redemption AS r JOIN offer AS o USING (offer_id)``.
REDEMPTION_COLUMNS = (
    "r.participant_id, r.redemption_id, r.merchant_id, r.offer_id, o.title_zh, o.title_en,"
    " r.channel, r.quantity, r.reversed_quantity, r.points_each, r.settlement_fen_each, r.state,"
    " r.out_request_no, r.store_id, r.created_at, r.captured_at, r.closed_at, r.expires_at,"
    f" r.reversible_until, o.refund_valid_days, r.cashier_id, {_TAKEN_BACK}"
)
_PLAIN_WIDTH = 21
# ``Redemption.has_lapsed``, of a row of ``redemption AS r``.
LAPSED = f"r.state = '{HELD}' AND r.expires_at <= %(now)s"


def offer_of(row: Sequence[Any]) -> Offer:
    named = dict(zip(_NAMED, row[_PLAIN:OFFER_WIDTH], strict=True))
    return Offer(*row[:_PLAIN], **{**named, "regions": tuple(named["regions"])})


def redemption_of(row: Sequence[Any]) -> Redemption:
    taken_back = tuple(_taken_back(*each) for each in row[_PLAIN_WIDTH] or ())
    return Redemption(*[*row[:_PLAIN_WIDTH], taken_back])


def _taken_back(  # noqa: PLR0917 - a row
    at: str,
    quantity: int,
    points: int,
    code: str | None,
    reason: str | None,
    by: str | None,
    cashier_id: str | None,
) -> SaleTakenBack:
    why = WhyTakenBack(code, reason, *(UUID(each) if each else None for each in (by, cashier_id)))
    return SaleTakenBack(datetime.fromisoformat(at), quantity, points, why)
