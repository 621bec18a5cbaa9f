"""The log, as a page: who did what, to what, when and why, with the old and the new."""

from __future__ import annotations

from typing import NotRequired

from flask import Response

from app.auth import allow_public, caller
from app.http.current import wiring
from app.http.fields import Line
from app.http.pages import cursor_id, page
from app.shown.log import log_entry_answer
from app.usecases.log.read_log import read_log
from app.web.account.pages import language
from app.web.console.desk import desk, desk_page
from app.web.page_query import PagedQuery, SentPagedQuery
from app.web.reading import Pages
from behaviours.logbook import LogFilter

blueprint = Pages("console_log", __name__, description="Who did what, as a page.")

_FILTERS = ("verb", "subject", "request_id")


class LogPageQuery(PagedQuery):
    """Which steps."""

    verb = Line(most=64, metadata={"example": "bundle.seal"})
    subject = Line(most=200)
    request_id = Line(most=128)


class SentLogPageQuery(SentPagedQuery):
    """As ``LogPageQuery`` loads it."""

    verb: NotRequired[str]
    subject: NotRequired[str]
    request_id: NotRequired[str]


@blueprint.route("/console/log")
@allow_public
@blueprint.arguments(LogPageQuery, location="query")
@blueprint.response(200, content_type="text/html", description="A page")
@blueprint.alt_response(303, description="To the login")
@desk("log")
def show_log(asked: SentLogPageQuery) -> Response:
    """Every step of anybody with power, the newest first."""
    most, before = cursor_id()
    sought = LogFilter(
        verb=asked.get("verb"), subject=asked.get("subject"), request_id=asked.get("request_id")
    )
    found = wiring().database.transact(
        read_log, sought, by=caller().viewer, before=before, most=most
    )
    listed = page(
        [log_entry_answer(each, language()) for each in found],
        lambda row: str(row["id"]).partition("_")[2],
    )
    return desk_page(
        "console_log.html",
        rows=listed["data"],
        next_cursor=listed["next_cursor"],
        typed={name: str(asked.get(name) or "") for name in _FILTERS},
    )
