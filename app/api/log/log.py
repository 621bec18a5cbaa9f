"""Routes of the log: who did what, read by pages or exported as a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Line, Moment, PublicId, Strict
from app.http.languages import preferred_language
from app.http.pages import OfAPage, WantedPage, read_page
from app.http.validators import OneOf
from app.ids import MalformedId, parse
from app.shown.log import FORMS, LogEntryAnswer, log_entry_answer
from app.tokens import ROLES
from app.usecases.log.export_log import export_log
from app.usecases.log.read_log import read_log
from app.wiring import Wiring
from behaviours.logbook import EXPORT, LogEntry, LogFilter
from behaviours.users import APPLICANT, PARTICIPANT
from behaviours.viewer import CASHIER, Viewer

blueprint = Blueprint("log", __name__, description="Who did what: every step of those with power.")

READERS = tuple(role for role in ROLES if role not in (PARTICIPANT, APPLICANT, CASHIER))
PART = 1_000
_FILTERS = {
    "actor": Line(
        most=128, metadata={"description": "A user (`usr_…`), or the client id of a program."}
    ),
    "verb": Line(most=64, metadata={"example": "bundle.seal"}),
    "subject": Line(
        most=200, metadata={"description": "What steps were taken on: `bdl_…`, `code@version`."}
    ),
    "organisation_id": PublicId("org", metadata={"description": "Whose people or programs."}),
    "request_id": Line(most=128),
    "from": Moment(metadata={"description": "Steps from this moment on."}),
    "to": Moment(metadata={"description": "Steps before this moment."}),
}


# `from` is no name that Python lets a class body assign to.
class LogQuery(OfAPage.from_dict(_FILTERS, name="LogFilters")):  # type: ignore[misc]
    """Which steps."""


class LogFileQuery(Strict.from_dict(_FILTERS, name="LogFileFilters")):  # type: ignore[misc]
    """Which steps, in which form."""

    format = plain.String(load_default="csv", validate=OneOf(sorted(FORMS)))


SentLogFilters = TypedDict(
    "SentLogFilters",
    {
        "actor": NotRequired[str],
        "verb": NotRequired[str],
        "subject": NotRequired[str],
        "organisation_id": NotRequired[UUID],
        "request_id": NotRequired[str],
        "from": NotRequired[datetime],
        "to": NotRequired[datetime],
    },
)


class SentLogQuery(SentLogFilters, WantedPage):
    """As ``LogQuery`` loads it."""


class SentLogFileQuery(SentLogFilters):
    """As ``LogFileQuery`` loads it."""

    format: str


@blueprint.route("/v1/log")
@allow(*READERS)
@blueprint.lists(LogEntryAnswer, "LogPage", narrowed_by=LogQuery)
def list_log(wanted: SentLogQuery) -> Response:
    """Every step of anybody with power, newest first.

    Who acts for the programme reads all of it; an administrator of an organisation the steps of
    that organisation's people and programs.
    """
    language = preferred_language()
    return read_page(
        lambda entry: log_entry_answer(entry, language),
        read_log,
        _filter(wanted),
        by=caller().viewer,
    )


@blueprint.route("/v1/log/export")
@allow(*READERS, step=EXPORT)
@blueprint.arguments(LogFileQuery, location="query")
@blueprint.response(200, content_type="text/csv", description="A step a line")
def export_log_file(wanted: SentLogFileQuery) -> Response:
    """Export the log, oldest first, as CSV or as one JSON object a line; that it was, is a step.

    The file is sent as it is read: it holds what was logged when it began, and may be as long as
    the log is. In a CSV no cell begins like a formula.
    """
    form = FORMS[wanted["format"]]
    sought, parts, by = _filter(wanted), wiring(), caller().viewer
    # The first part in this request: a refusal still has its status, and the step its row.
    first = _part(parts, sought, by, None)
    entries = _following(parts, sought, by, first)
    answer = Response(form.write(entries, preferred_language()), content_type=form.media_type)
    name = f'attachment; filename="log.{wanted["format"]}"'
    answer.headers["Content-Disposition"] = name
    return answer


def _part(parts: Wiring, sought: LogFilter, by: Viewer, after: UUID | None) -> list[LogEntry]:
    return list(parts.database.transact(export_log, sought, by=by, after=after, most=PART))


def _following(
    parts: Wiring, sought: LogFilter, by: Viewer, part: list[LogEntry]
) -> Iterator[LogEntry]:
    while part:
        yield from part
        part = _part(parts, sought, by, part[-1].entry_id) if len(part) == PART else []


def _filter(wanted: SentLogFilters) -> LogFilter:
    actor = wanted.get("actor")
    user_id, client_id = None, actor
    if actor is not None and actor.startswith("usr_"):
        # A malformed one is a name that nobody has: nothing is found by it.
        with suppress(MalformedId):
            user_id, client_id = parse("usr", actor), None
    return LogFilter(
        user_id=user_id,
        client_id=client_id,
        verb=wanted.get("verb"),
        subject=wanted.get("subject"),
        organisation_id=wanted.get("organisation_id"),
        request_id=wanted.get("request_id"),
        since=wanted.get("from"),
        until=wanted.get("to"),
    )
