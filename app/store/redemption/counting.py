"""What of an offer is sold in a civil day and handed over in a store, where it has a limit.

The row of a day is one for all tills: it is locked after the stock and held until the commit, and
only of offers that have such a limit.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import Driver, raw
from rewards.redemption.counts import SaleCount

_OF_DAY = "SELECT quantity FROM offer_day WHERE offer_id = %s AND day = %s"
_OF_STORE = "SELECT quantity FROM offer_store WHERE offer_id = %s AND store_no = %s"
_COUNT_DAY = """
INSERT INTO offer_day (offer_id, day, quantity) VALUES (%s, %s, %s)
ON CONFLICT (offer_id, day) DO UPDATE SET quantity = offer_day.quantity + excluded.quantity
RETURNING quantity
"""
_COUNT_STORE = """
INSERT INTO offer_store (offer_id, store_no, quantity) VALUES (%s, %s, %s)
ON CONFLICT (offer_id, store_no) DO UPDATE SET quantity = offer_store.quantity + excluded.quantity
RETURNING quantity
"""
# What is fetched was counted under its day when it was held.
_REMEMBER = """
INSERT INTO counted_redemption (redemption_id, offer_id, day, store_no) VALUES (%s, %s, %s, %s)
ON CONFLICT (redemption_id) DO UPDATE SET store_no = excluded.store_no
"""
_UNCOUNT_DAY = """
UPDATE offer_day AS d SET quantity = d.quantity - %s FROM counted_redemption AS c
WHERE c.redemption_id = %s AND d.offer_id = c.offer_id AND d.day = c.day
"""
_UNCOUNT_STORE = """
UPDATE offer_store AS s SET quantity = s.quantity - %s FROM counted_redemption AS c
WHERE c.redemption_id = %s AND s.offer_id = c.offer_id AND s.store_no = c.store_no
"""


def check_counts(connection: Connection, counted: SaleCount, quantity: int) -> None:
    """Whether there would be so many more, and nothing moves; raises what counting raises."""
    offer_id = counted.offer.offer_id
    counted.check_day(quantity, _taken(connection, _OF_DAY, [offer_id, counted.day]))
    counted.check_store(quantity, _taken(connection, _OF_STORE, [offer_id, counted.store_no]))


def count_sale(
    connection: Connection, counted: SaleCount, redemption_id: UUID, quantity: int
) -> None:
    """Count a sale under its day and its store. Raises DayStockGone and StoreStockGone."""
    if not counted.any:
        return
    offer_id = counted.offer.offer_id
    if counted.day is not None:
        taken = _taken(connection, _COUNT_DAY, [offer_id, counted.day, quantity])
        counted.check_day(quantity, taken - quantity)
    if counted.store_no is not None:
        taken = _taken(connection, _COUNT_STORE, [offer_id, counted.store_no, quantity])
        counted.check_store(quantity, taken - quantity)
    remembered = [redemption_id, offer_id, counted.day, counted.store_no]
    raw(connection).execute(_REMEMBER, remembered)


def uncount_sale(driver: Driver, redemption_id: UUID, quantity: int) -> None:
    """Items that come back are those of the day and the store that they were counted under."""
    driver.execute(_UNCOUNT_DAY, [quantity, redemption_id])
    driver.execute(_UNCOUNT_STORE, [quantity, redemption_id])


def _taken(connection: Connection, query: str, asked: list[object]) -> int:
    row = raw(connection).execute(query, asked).fetchone()
    return 0 if row is None else int(row[0])
