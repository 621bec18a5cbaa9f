"""What the programme owes in points, by the month in which it runs out."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.http.fields import moment
from app.ids import new_id
from app.shown.liability import liability_csv
from app.store.database import Connection
from app.store.points.liability import expiring_months
from app.usecases.points.read_liability import read_liability
from app.wiring import Wiring
from rewards.points.liability import ExpiringMonth, Liability, liability_of
from tests.builders.civil import CHINA
from tests.builders.people import Http, a_participant

NOW = datetime(2026, 3, 10, 4, tzinfo=UTC)
# The first moments of months in Shanghai, at which what was good in the month before has run out.
APRIL, MAY = (datetime(2026, month, 30, 16, tzinfo=UTC) for month in (3, 4))
APRIL += timedelta(days=1)


def months(connection: Connection) -> Counter[tuple[date, str]]:
    found: Counter[tuple[date, str]] = Counter()
    for each in expiring_months(connection, now=NOW, zone=CHINA):
        found[each.month, "available"] += each.available
        found[each.month, "pending"] += each.pending
    return found


def test_each_lot_counts_in_the_month_in_which_it_is_good_for_the_last_time(
    wiring: Wiring,
) -> None:
    """In books with the lots of others: what these lots add."""
    person = a_participant(wiring)
    lots = [
        # Run out at this moment, and an hour ago, swept by nobody.
        (NOW - timedelta(days=9), NOW, 1_000),
        (NOW - timedelta(days=9), NOW - timedelta(hours=1), 2_000),
        (NOW - timedelta(days=9), APRIL, 3),
        (NOW, MAY, 40),
        (NOW + timedelta(seconds=1), MAY, 500),
        (NOW, MAY + timedelta(seconds=1), 6),
    ]

    def read() -> tuple[Counter[tuple[date, str]], int]:
        whole = wiring.database.transact(read_liability, now=NOW, zone=CHINA)
        return wiring.database.transact(months), whole.owed

    before, owed_before = read()
    with wiring.database.engine.begin() as connection:
        for available_at, expires_at, points in lots:
            connection.exec_driver_sql(
                "insert into points_lot (participant_id, lot_id, available_at, expires_at, granted,"
                " remaining) values (%s, %s, %s, %s, %s, %s)",
                (person, new_id(), available_at, expires_at, points, points),
            )
    after, owed_after = read()
    with wiring.database.engine.begin() as connection:
        connection.exec_driver_sql("delete from points_lot where participant_id = %s", (person,))
    assert owed_after - owed_before == 3 + 40 + 500 + 6
    assert after - before == Counter(
        {
            (date(2026, 3, 1), "available"): 3,
            (date(2026, 4, 1), "available"): 40,
            (date(2026, 4, 1), "pending"): 500,
            (date(2026, 5, 1), "available"): 6,
        }
    )


def test_what_runs_out_after_two_years_is_told_together() -> None:
    known = [
        ExpiringMonth(date(2028, 2, 1), 5, 0),
        ExpiringMonth(date(2026, 2, 1), 1, 2),
        ExpiringMonth(date(2028, 1, 1), 3, 0),
        ExpiringMonth(date(2031, 7, 1), 0, 7),
    ]
    told = liability_of(known, held=10, debt=4)
    assert [each.month for each in told.months] == [date(2026, 2, 1), date(2028, 1, 1)]
    assert told.later == ExpiringMonth(date(2028, 2, 1), 5, 7)
    assert (told.owed, told.debt) == (28, 4)
    assert liability_of([], held=0, debt=0) == Liability((), None, 0, 0)


def test_operators_and_the_authority_read_it(http: Http, token_for: Callable[..., Any]) -> None:
    for role in ("operator", "authority"):
        told = http.get("/v1/statistics/points/liability", token=token_for(role)).json
        everything = [*told["months"], *([told["later"]] if told["later"] else [])]
        assert told["owed"] == told["held"] + sum(
            each["available"] + each["pending"] for each in everything
        )
    denied = http.get("/v1/statistics/points/liability", token=token_for("merchant"))
    assert denied.status_code == 403


def test_a_spreadsheet_says_the_same() -> None:
    known = [
        ExpiringMonth(date(2026, 2, 1), 1, 2),
        ExpiringMonth(date(2028, 2, 1), 5, 0),
        ExpiringMonth(date(2031, 7, 1), 0, 7),
    ]
    file = liability_csv(liability_of(known, held=10, debt=4), NOW)
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
    assert rows == [
        ["what", "month", "available", "pending"],
        ["month", "2026-02", "1", "2"],
        ["from", "2028-02", "5", "7"],
        [],
        ["as_of", "owed", "held", "debt"],
        [moment(NOW), "25", "10", "4"],
    ]


def test_it_is_fetched_as_a_file(http: Http, token_for: Callable[..., Any]) -> None:
    token = token_for("operator")
    file = http.get("/v1/statistics/points/liability?format=csv", token=token)
    assert (file.status_code, file.mimetype) == (200, "text/csv")
    assert file.data.startswith(b"\xef\xbb\xbfwhat,month,available,pending")
    assert ".csv" in file.headers["Content-Disposition"]
    wrong = http.get("/v1/statistics/points/liability?format=xls", token=token)
    assert wrong.status_code == 422
