"""Sales of before were a program's, and offers of before lose what is refunded too late."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import alembic.command
import psycopg
import pytest

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id

BEFORE = "0120"
MERCHANT = new_id()
ADD_OFFER = (
    "insert into offer (offer_id, merchant_id, title_zh, title_en, points, settlement_fen,"
    " stock_total, reversal_window_s, state, opens_at, closes_at, created_at)"
    " values (%s, %s, 'x', 'x', 100, 800, 5, 60, 'published', now(), now(), now())"
)
ADD_SALE = (
    "insert into redemption (participant_id, redemption_id, merchant_id, offer_id, channel,"
    " quantity, points_each, settlement_fen_each, state, out_request_no, store_id, created_at,"
    " captured_at) values (%s, %s, %s, %s, 'till', 1, 100, 800, 'captured', 'T-000001', 'S1',"
    " now(), now())"
)
ADD_USER = (
    "insert into app_user (user_id, username, display_name, role, organisation_id, duty, state,"
    " created_at) values (%s, %s, 'x', 'merchant', %s, %s, 'invited', now())"
)


def filled(url: str) -> UUID:
    """Books of before, in which a merchant sold something; the offer."""
    alembic.command.upgrade(alembic_configuration(url), BEFORE)
    offer = new_id()
    with psycopg.connect(url) as connection:
        connection.execute(ADD_OFFER, (offer, MERCHANT))
        connection.execute(ADD_SALE, (new_id(), new_id(), MERCHANT, offer))
        connection.execute(ADD_USER, (new_id(), "boss", MERCHANT, "administrator"))
    upgrade(url)
    return offer


def test_what_was_sold_and_promised_before_stays(make_database: Callable[[], str]) -> None:
    url = make_database()
    filled(url)
    for _ in range(2):
        with psycopg.connect(url) as connection:
            sold = connection.execute("select store_id, cashier_id from redemption").fetchall()
            promised = connection.execute("select refund_valid_days from offer").fetchall()
            duties = connection.execute("select duty from app_user").fetchall()
        assert (sold, promised, duties) == ([("S1", None)], [(None,)], [("administrator",)])
        alembic.command.downgrade(alembic_configuration(url), BEFORE)
        upgrade(url)


@pytest.mark.parametrize(
    ("done", "told"),
    [
        ("update offer set refund_valid_days = 30", "refunds of expired points"),
        ("update app_user set duty = 'cashier'", "there are cashiers"),
    ],
)
def test_what_an_earlier_release_would_break_keeps_it_away(
    make_database: Callable[[], str], done: str, told: str
) -> None:
    url = make_database()
    filled(url)
    with psycopg.connect(url) as connection:
        connection.execute(done)
    with pytest.raises(Exception, match=told):
        alembic.command.downgrade(alembic_configuration(url), BEFORE)
