"""Offers: read by one, by the mall, by the merchant; written by draft, change and publication."""

# ruff: noqa: S608 - these statements are put together from constants of this package only

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import raw
from app.store.inserting import insert_in_order
from app.store.log.acting import held, kept
from app.store.organisations.standing import counterparty_columns, share_lock
from app.store.redemption.rows import IS_FOR, OFFER_COLUMNS, OFFER_WIDTH, ON_SALE, SHOWN, offer_of
from rewards.redemption.offer import DRAFT, Offer, ShownOffer
from rewards.registry.counterparty import Counterparty

# At most 16 rows for each offer.
_STOCK = """
LEFT JOIN LATERAL (
  SELECT sum(remaining)::int AS remaining FROM offer_stock AS s WHERE s.offer_id = o.offer_id
) AS stock ON true
"""

_SELECT = f"""
SELECT {OFFER_COLUMNS}, coalesce(stock.remaining, 0), {counterparty_columns("m")}
FROM offer AS o
JOIN organisation AS m ON m.organisation_id = o.merchant_id
{_STOCK}
"""

_SOME = f"""{_SELECT}
JOIN unnest(%s::uuid[]) WITH ORDINALITY AS asked (offer_id, place) ON asked.offer_id = o.offer_id
ORDER BY asked.place
"""
_BARE = f"SELECT {OFFER_COLUMNS} FROM offer AS o WHERE o.offer_id = %s"
_SHARE_MERCHANT = f"SELECT {share_lock('merchant_id')} FROM offer WHERE offer_id = %s"
_LOCKED = f"{_BARE} FOR NO KEY UPDATE"

_MALL = f"""{_SELECT}
WHERE {SHOWN}
  AND (%(category)s::text IS NULL OR o.category = %(category)s::text)
  AND (%(region)s::text IS NULL OR {IS_FOR.format(region="%(region)s::text")})
  AND (%(before)s::uuid IS NULL OR o.offer_id < %(before)s::uuid)
ORDER BY o.offer_id DESC LIMIT %(limit)s
"""

_OF_MERCHANT = f"""{_SELECT}
WHERE o.merchant_id = %(merchant_id)s
  AND (%(before)s::uuid IS NULL OR o.offer_id < %(before)s::uuid)
ORDER BY o.offer_id DESC LIMIT %(limit)s
"""

_DRAFTS = f"""{_SELECT}
WHERE o.state = '{DRAFT}' AND (%(before)s::uuid IS NULL OR o.offer_id < %(before)s::uuid)
ORDER BY o.offer_id DESC LIMIT %(limit)s
"""

_TAKEABLE = f"""
SELECT {OFFER_COLUMNS} FROM offer AS o
JOIN participant AS p ON p.participant_id = %(participant_id)s
{_STOCK}
LEFT JOIN offer_taken AS k ON k.participant_id = %(participant_id)s AND k.offer_id = o.offer_id
WHERE o.merchant_id = %(merchant_id)s AND {ON_SALE} AND {IS_FOR.format(region="p.region")}
  AND (%(only)s::uuid IS NULL OR o.offer_id = %(only)s::uuid)
  AND o.points <= %(points)s AND stock.remaining > 0
  AND (o.per_person_limit IS NULL OR coalesce(k.quantity, 0) < o.per_person_limit)
ORDER BY o.points, o.offer_id LIMIT %(limit)s
"""

# What else an offer says, as it is written.
_SAID = (
    *("kind", "category", "text_zh", "text_en", "shown_from", "shown_until"),
    *("stock_per_day", "stock_per_store", "reuses_codes"),
)
_ADD = insert_in_order(
    "offer",
    (
        *("offer_id", "merchant_id", "title_zh", "title_en", "points", "settlement_fen"),
        *("per_person_limit", "stock_total", "reversal_window_s", "state", "opens_at"),
        *("closes_at", "revision", "created_at", "regions", *_SAID),
    ),
)

_CHANGE = f"""
UPDATE offer SET title_zh = %s, title_en = %s, points = %s, settlement_fen = %s,
  per_person_limit = %s, stock_total = %s, reversal_window_s = %s, state = %s, opens_at = %s,
  closes_at = %s, revision = %s, regions = %s,
  {", ".join(f"{name} = %s" for name in _SAID)}
WHERE offer_id = %s
"""

_PUBLISH = f"""
UPDATE offer SET state = %s, revision = %s, refund_valid_days = %s, published_by = %s,
  published_at = %s
WHERE offer_id = %s AND state = '{DRAFT}'
"""


def get_offer(connection: Connection, offer_id: UUID) -> Offer | None:
    row = raw(connection).execute(_BARE, [offer_id]).fetchone()
    return None if row is None else offer_of(row)


def share_merchant(connection: Connection, offer_id: UUID) -> None:
    """Let the merchant of an offer be neither suspended nor closed until the transaction ends."""
    raw(connection).execute(_SHARE_MERCHANT, [offer_id])


def lock_offer(connection: Connection, offer_id: UUID) -> Offer | None:
    """The offer as it is now, with its row held until the transaction ends."""
    row = raw(connection).execute(_LOCKED, [offer_id]).fetchone()
    return None if row is None else held(offer_of(row))


def show_offers(connection: Connection, offer_ids: Sequence[UUID]) -> list[ShownOffer]:
    """In the order in which they are asked for; what there is not is left out."""
    return [_shown(row) for row in raw(connection).execute(_SOME, [list(offer_ids)])]


def show_offer(connection: Connection, offer_id: UUID) -> ShownOffer | None:
    """One offer as people see it."""
    return next(iter(show_offers(connection, [offer_id])), None)


def offers_on_sale(
    connection: Connection,
    *,
    region: str | None,
    category: str | None,
    now: datetime,
    before: UUID | None,
    limit: int,
) -> list[ShownOffer]:
    """The mall, newest first; of a ``region`` only what is for people there, and of a
    ``category`` what is of it. Some of it cannot be had yet, or no more."""
    asked = {"region": region, "category": category, "now": now, "before": before, "limit": limit}
    return _page(connection, _MALL, asked)


def offers_of_merchant(
    connection: Connection, merchant_id: UUID, *, before: UUID | None, limit: int
) -> list[ShownOffer]:
    """All of a merchant's offers in every state, newest first."""
    return _page(
        connection, _OF_MERCHANT, {"merchant_id": merchant_id, "before": before, "limit": limit}
    )


def draft_offers(connection: Connection, *, before: UUID | None, limit: int) -> list[ShownOffer]:
    """What waits for an operator's publication, newest first."""
    return _page(connection, _DRAFTS, {"before": before, "limit": limit})


def takeable_offers(
    connection: Connection,
    merchant_id: UUID,
    participant_id: UUID,
    *,
    points: int,
    only: UUID | None,
    now: datetime,
    limit: int,
) -> list[Offer]:
    """What this person, with ``points`` to spend, could have of this merchant; cheapest first."""
    rows = raw(connection).execute(
        _TAKEABLE,
        {
            "merchant_id": merchant_id,
            "participant_id": participant_id,
            "points": points,
            "only": only,
            "now": now,
            "limit": limit,
        },
    )
    return [offer_of(row) for row in rows]


def add_offers(connection: Connection, offers: Sequence[Offer], *, now: datetime) -> None:
    """Write new drafts; their stock is opened beside it."""
    with raw(connection).cursor() as cursor:
        cursor.executemany(
            _ADD,
            [
                [
                    *(o.offer_id, o.merchant_id, o.title_zh, o.title_en, o.points),
                    *(o.settlement_fen, o.per_person_limit, o.stock_total),
                    *(o.reversal_window_s, o.state, o.opens_at, o.closes_at, o.revision, now),
                    *(list(o.regions), *_said(o)),
                ]
                for o in offers
            ],
        )
    kept(*offers)


def write_offer(connection: Connection, offer: Offer) -> None:
    """Write every field that can change; the caller holds the row."""
    o = offer
    raw(connection).execute(
        _CHANGE,
        [
            *(o.title_zh, o.title_en, o.points, o.settlement_fen, o.per_person_limit),
            *(o.stock_total, o.reversal_window_s, o.state, o.opens_at, o.closes_at),
            *(o.revision, list(o.regions), *_said(o), o.offer_id),
        ],
    )
    kept(offer)


def write_published(
    connection: Connection, published: Offer, *, published_by: UUID, now: datetime
) -> None:
    """Put a draft on sale; the caller holds the row."""
    o = published
    done = raw(connection).execute(
        _PUBLISH,
        [o.state, o.revision, o.refund_valid_days, published_by, now, o.offer_id],
    )
    assert done.rowcount == 1, f"offer {o.offer_id} is no draft"
    kept(published)


def _said(offer: Offer) -> list[object]:
    return [getattr(offer, name) for name in _SAID]


def _page(connection: Connection, query: str, values: Mapping[str, object]) -> list[ShownOffer]:
    return [_shown(row) for row in raw(connection).execute(query, values)]


def _shown(row: Sequence[Any]) -> ShownOffer:
    merchant = Counterparty(*row[OFFER_WIDTH + 1 :])
    return ShownOffer(offer_of(row[:OFFER_WIDTH]), row[OFFER_WIDTH], merchant)
