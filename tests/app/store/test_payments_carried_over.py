"""Trades of before say nothing of an end without a confirmation, and go on as they were."""

from __future__ import annotations

from collections.abc import Callable

import alembic.command
import psycopg
import pytest

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id

BEFORE = "0100"
STATES = ("reserved", "paid", "delivered", "expired", "cancelled")
ADD = (
    "insert into trade (trade_id, listing_id, buyer_id, quantity_t, amount_fen, state, ordered_at,"
    " pay_until) values (%s, %s, %s, 1, 5000, %s, now(), now())"
)


def test_trades_of_before_never_end_for_want_of_a_confirmation(
    make_database: Callable[[], str],
) -> None:
    url = make_database()
    alembic.command.upgrade(alembic_configuration(url), BEFORE)
    with psycopg.connect(url) as connection:
        for state in STATES:
            connection.execute(ADD, (new_id(), new_id(), new_id(), state))
    upgrade(url)
    with psycopg.connect(url) as connection:
        kept = connection.execute(
            "select state, look_by, confirm_by, clearing from trade order by trade_id"
        ).fetchall()
        assert kept == [(state, None, None, None) for state in STATES]
    alembic.command.downgrade(alembic_configuration(url), BEFORE)
    upgrade(url)
    with psycopg.connect(url) as connection:
        connection.execute("update trade set state = 'unconfirmed' where state = 'paid'")
    with pytest.raises(Exception, match="ended unconfirmed"):
        alembic.command.downgrade(alembic_configuration(url), BEFORE)
