"""How the programme's debt of points is shown."""

from __future__ import annotations

import csv
from datetime import datetime
from io import StringIO

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, moment
from behaviours.json_value import JsonObject
from rewards.points.liability import ExpiringMonth, Liability


class ExpiringMonthAnswer(Schema):
    """Points that are good into a month and not after it."""

    month = plain.String(metadata={"example": "2027-03"})
    available = plain.Integer()
    pending = plain.Integer()


class LiabilityAnswer(Schema):
    """What people have, by the month in which it runs out, unless they spend it before."""

    as_of = Moment()
    owed = plain.Integer(metadata={"description": "Available, pending and held together."})
    held = plain.Integer()
    debt = plain.Integer(metadata={"description": "Owed by people, after reversals."})
    months = plain.List(plain.Nested(ExpiringMonthAnswer))
    later = plain.Nested(
        ExpiringMonthAnswer,
        allow_none=True,
        metadata={"description": "All that runs out later, and the first month of it."},
    )


def liability_answer(liability: Liability, now: datetime) -> JsonObject:
    """The forecast as it stands at a moment."""
    return {
        **_sums(liability, now),
        "months": [_month(each) for each in liability.months],
        "later": _month(liability.later) if liability.later else None,
    }


def liability_csv(liability: Liability, now: datetime) -> bytes:
    """The same for a spreadsheet: a line for each month, one for what is later, and the sums."""
    months = [("month", each) for each in liability.months]
    if liability.later is not None:
        months.append(("from", liability.later))
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(("what", "month", "available", "pending"))
    writer.writerows(
        (what, f"{each.month:%Y-%m}", each.available, each.pending) for what, each in months
    )
    writer.writerow(())
    sums = _sums(liability, now)
    writer.writerow(sums.keys())
    writer.writerow(sums.values())
    # Spreadsheets take a file for UTF-8 by its mark.
    return file.getvalue().encode("utf-8-sig")


def _sums(liability: Liability, now: datetime) -> JsonObject:
    return {
        "as_of": moment(now),
        "owed": liability.owed,
        "held": liability.held,
        "debt": liability.debt,
    }


def _month(each: ExpiringMonth) -> JsonObject:
    return {
        "month": f"{each.month:%Y-%m}",
        "available": each.available,
        "pending": each.pending,
    }
