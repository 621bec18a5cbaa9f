"""Listings of before are at a price; what was auctioned or negotiated keeps the release."""

from __future__ import annotations

from collections.abc import Callable

import alembic.command
import psycopg
import pytest

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id

BEFORE = "0107"
ADD = (
    "insert into listing (listing_id, block_id, quantity_t, remaining_t, price_fen_per_tonne,"
    " state, created_at) values (%s, %s, 3, %s, 5000, %s, now())"
)
STATES = {"open": 3, "closed": 1, "sold_out": 0}
NEGOTIATED = (
    "insert into negotiation (negotiation_id, buyer_id, block_id, quantity_t, price_fen_per_tonne,"
    " valid_until, state, rounds, made_at) values (%s, %s, %s, 1, 5000, now(), 'offered', 1, now())"
)


def test_listings_of_before_are_at_a_price_and_go_on_as_they_were(
    make_database: Callable[[], str],
) -> None:
    url = make_database()
    alembic.command.upgrade(alembic_configuration(url), BEFORE)
    with psycopg.connect(url) as connection:
        for state, left in STATES.items():
            connection.execute(ADD, (new_id(), new_id(), left, state))
    upgrade(url)
    with psycopg.connect(url) as connection:
        kept = connection.execute(
            "select state, remaining_t, kind from listing order by remaining_t desc"
        ).fetchall()
        assert kept == [
            (state, left, "priced")
            for state, left in sorted(STATES.items(), key=lambda each: -each[1])
        ]
    alembic.command.downgrade(alembic_configuration(url), BEFORE)
    upgrade(url)
    with psycopg.connect(url) as connection:
        connection.execute(NEGOTIATED, (new_id(), new_id(), new_id()))
    with pytest.raises(Exception, match="negotiated"):
        alembic.command.downgrade(alembic_configuration(url), BEFORE)
    with psycopg.connect(url) as connection:
        connection.execute("delete from negotiation")
        connection.execute("update listing set kind = 'auction' where state = 'closed'")
    with pytest.raises(Exception, match="highest bid"):
        alembic.command.downgrade(alembic_configuration(url), BEFORE)
