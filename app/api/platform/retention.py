"""What was taken away because its time was over, for who answers for the programme."""

from __future__ import annotations

from datetime import date
from typing import NotRequired

from flask import Response, jsonify
from marshmallow import Schema, fields as plain

from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Moment
from app.http.pages import OfAPage, WantedPage, limit_and_cursor, page
from app.http.validators import OneOf
from app.shown.retention import report_shown
from app.usecases.retention.read_retention_reports import read_retention_reports
from behaviours.retention import KINDS

blueprint = Blueprint("retention", __name__, description="What was kept long enough, and is gone.")


class RetentionFilter(OfAPage):
    """Which reports."""

    kind = plain.String(validate=OneOf(tuple(KINDS)), metadata={"enum": list(KINDS)})


class WantedReports(WantedPage):
    """As ``RetentionFilter`` loads it."""

    kind: NotRequired[str]


class RetentionReportAnswer(Schema):
    """What of one kind was taken away on one civil day."""

    day = plain.String(metadata={"format": "date", "example": "2026-11-26"})
    kind = plain.String(metadata={"enum": list(KINDS)})
    what = plain.String(metadata={"description": "The kind in words of your language."})
    keep = plain.String(metadata={"example": "90 days"})
    programme_version = plain.String(
        metadata={"description": "The version of the programme that states how long."}
    )
    removed = plain.Integer(metadata={"description": "How many rows."})
    oldest = Moment(metadata={"description": "When the time of the oldest began to count."})
    newest = Moment(metadata={"description": "When the time of the newest began to count."})
    last_at = Moment()


@blueprint.route("/v1/retention-reports")
@allow("operator", "authority")
@blueprint.lists(RetentionReportAnswer, "RetentionReportPage", narrowed_by=RetentionFilter)
def list_retention_reports(wanted: WantedReports) -> Response:
    """What was taken away by the published schedule, by day and kind, the last day first.

    `/v1/programme` has the schedule. A day on which nothing of a kind was due has no row of it.
    """
    limit, cursor = limit_and_cursor()
    found = wiring().database.transact(
        read_retention_reports,
        kind=wanted.get("kind"),
        before=(date.fromisoformat(cursor[0]), cursor[1]) if cursor else None,
        most=limit + 1,
    )
    rows = [report_shown(each) for each in found]
    return jsonify(page(rows, lambda row: [row["day"], row["kind"]]))
