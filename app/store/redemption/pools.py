"""Codes of voucher offers: loaded sealed, each handed to one redemption, taken back with it.

The free codes of an offer are as many as its stock: who has taken stock finds a code, whatever
others do meanwhile, and waits for nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import Driver, LostRace, Rows, raw
from rewards.redemption.kinds import VOUCHER
from rewards.redemption.pool import PoolState
from rewards.redemption.purchase import Decision
from rewards.redemption.redemption import Redemption

_KNOWN = """
SELECT code_digest FROM voucher_code WHERE offer_id = %s AND code_digest = ANY(%s::bytea[])
"""
_LAST = "SELECT coalesce(max(code_no), 0) FROM voucher_code WHERE offer_id = %s"
_ADD = """
INSERT INTO voucher_code (offer_id, code_no, code_digest, sealed, loaded_at)
SELECT %s, c.code_no, c.code_digest, c.sealed, %s
FROM unnest(%s::int[], %s::bytea[], %s::bytea[]) AS c (code_no, code_digest, sealed)
"""
_HAND = """
WITH free AS MATERIALIZED (
  SELECT code_no FROM voucher_code
  WHERE offer_id = %(offer_id)s AND redemption_id IS NULL
  ORDER BY code_no LIMIT %(quantity)s FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE voucher_code AS v SET redemption_id = %(redemption_id)s, handed_at = %(now)s
FROM free WHERE v.offer_id = %(offer_id)s AND v.code_no = free.code_no
"""
# The last that were handed out come back first. They are free again where the offer says so.
_TAKE_BACK = """
WITH back AS MATERIALIZED (
  SELECT v.code_no FROM voucher_code AS v
  WHERE v.redemption_id = %(redemption_id)s AND v.spoilt_at IS NULL
  ORDER BY v.code_no DESC LIMIT %(quantity)s FOR NO KEY UPDATE
)
UPDATE voucher_code AS v SET
  redemption_id = CASE WHEN o.reuses_codes THEN NULL ELSE v.redemption_id END,
  handed_at = CASE WHEN o.reuses_codes THEN NULL ELSE v.handed_at END,
  spoilt_at = CASE WHEN o.reuses_codes THEN NULL ELSE %(now)s::timestamptz END
FROM back, offer AS o
WHERE v.offer_id = %(offer_id)s AND v.code_no = back.code_no AND o.offer_id = v.offer_id
RETURNING v.spoilt_at IS NOT NULL
"""
_STATE = """
SELECT count(*), count(*) FILTER (WHERE redemption_id IS NULL),
  count(*) FILTER (WHERE redemption_id IS NOT NULL AND spoilt_at IS NULL),
  count(*) FILTER (WHERE spoilt_at IS NOT NULL)
FROM voucher_code WHERE offer_id = %s
"""
_HANDED = """
SELECT offer_id, code_no, sealed FROM voucher_code
WHERE redemption_id = %s AND spoilt_at IS NULL ORDER BY code_no
"""


class SealedCode(NamedTuple):
    """A code as it is kept: which of its offer it is, and what opens under the key of files."""

    offer_id: UUID
    code_no: int
    sealed: bytes


def known_codes(connection: Connection, offer_id: UUID, digests: Sequence[bytes]) -> set[bytes]:
    """Which of them the pool was given before; the caller holds the offer."""
    rows = raw(connection).execute(_KNOWN, [offer_id, list(digests)])
    return {bytes(row[0]) for row in rows}


def last_code_no(connection: Connection, offer_id: UUID) -> int:
    """The number of the newest code; 0 in an empty pool. The caller holds the offer."""
    row = raw(connection).execute(_LAST, [offer_id]).fetchone()
    assert row is not None, "an aggregate answers"
    return int(row[0])


def add_codes(
    connection: Connection,
    codes: Sequence[SealedCode],
    digests: Sequence[bytes],
    *,
    offer_id: UUID,
    now: datetime,
) -> None:
    """Write new codes of one offer; their stock is opened beside it."""
    numbers, sealed = [each.code_no for each in codes], [each.sealed for each in codes]
    raw(connection).execute(_ADD, [offer_id, now, numbers, list(digests), sealed])


def hand_out_codes(connection: Connection, decision: Decision, *, now: datetime) -> None:
    """Give a sale of vouchers its codes; the stock was taken before. Raises LostRace."""
    sale = decision.redemption
    if decision.offer.kind != VOUCHER:
        return
    asked = {
        "offer_id": sale.offer_id,
        "redemption_id": sale.redemption_id,
        "quantity": sale.quantity,
        "now": now,
    }
    if raw(connection).execute(_HAND, asked).rowcount != sale.quantity:
        raise LostRace("a code went to another sale meanwhile")


def ask_for_codes_back(driver: Driver, sale: Redemption, quantity: int, *, now: datetime) -> Rows:
    """Take so many codes of a sale back, in a pipeline; of what is no voucher there are none.

    A row each: whether the code is spoilt, and no stock any more.
    """
    asked = {
        "offer_id": sale.offer_id,
        "redemption_id": sale.redemption_id,
        "quantity": quantity,
        "now": now,
    }
    return driver.execute(_TAKE_BACK, asked)


def pool_state(connection: Connection, offer_id: UUID) -> PoolState:
    """How many codes there are of which kind."""
    row = raw(connection).execute(_STATE, [offer_id]).fetchone()
    assert row is not None, "an aggregate answers"
    return PoolState(*row)


def codes_of_sale(connection: Connection, redemption_id: UUID) -> list[SealedCode]:
    """What a sale was given and still has."""
    return [SealedCode(*row) for row in raw(connection).execute(_HANDED, [redemption_id])]
