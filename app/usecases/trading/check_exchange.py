"""Check that somebody may be named as the exchange between two sides."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.organisations import organisation
from app.store.pooling.verifiers import ties_now
from rewards.trading.trade import ClosedAt


def check_exchange(
    connection: Connection, closed_at: ClosedAt, sides: Collection[UUID | None]
) -> None:
    """A side of None is the programme. Raises ExchangeUnknown, ExchangeIsParty, ExchangeTied."""
    known = organisation(connection, closed_at.exchange_id)
    named = {each for each in sides if each is not None}
    closed_at.check(known.kind if known else None, named, ties_now(connection))
