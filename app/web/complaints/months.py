"""How many complaints, month by month, as a page: a picture of each kind, and the tables."""

from __future__ import annotations

from typing import NamedTuple, NotRequired

from flask import Response
from marshmallow import fields as plain

from app.auth import allow_public
from app.http.current import now, wiring
from app.http.languages import wanted_language
from app.http.validators import Between
from app.messages.catalogues import text
from app.usecases.complaints.count_complaint_months import count_complaint_months
from app.web.page_query import PageQuery, SentPageQuery
from app.web.reading import DEFAULT_LANGUAGE, Pages, reading_page
from behaviours.civil_time import civil_day
from behaviours.complaint_months import AXES, MONTHS, MonthOfKind
from behaviours.complaint_statistics import LEAST
from behaviours.complaints import KINDS

blueprint = Pages(
    "complaint_months_page", __name__, description="Counts of complaints as a page to read."
)

_FIRST_YEAR, _LAST_YEAR = 2000, 2999
_TALLEST = 80


class YearAsked(PageQuery):
    """Of which civil year; this one where it is not said."""

    year = plain.Integer(
        validate=Between(min=_FIRST_YEAR, max=_LAST_YEAR), metadata={"example": 2026}
    )


class SentYear(SentPageQuery):
    """As ``YearAsked`` loads it."""

    year: NotRequired[int]


class MonthBar(NamedTuple):
    """A month in a picture: how high it stands; None: its number is not told."""

    month: int
    received: int | None
    height: int


class KindOfYear(NamedTuple):
    """A kind with its months; ``told`` sums up what is told."""

    kind: str
    bars: list[MonthBar]
    months: list[MonthOfKind]
    told: int
    is_any: bool


@blueprint.route("/complaints/months")
@allow_public
@blueprint.arguments(YearAsked, location="query")
@blueprint.response(200, content_type="text/html", description="A page")
def read_complaint_months_page(asked: SentYear) -> Response:
    """Of what was filed in each month of a year: how much, and what became of it."""
    today = civil_day(now(), wiring().zone)
    year = asked.get("year") or today.year
    counted = wiring().database.transact(
        count_complaint_months, year, deadlines=wiring().deadlines, clock=wiring().clock
    )
    until = today.month if year == today.year else max(MONTHS) * (year < today.year)
    language = wanted_language() or DEFAULT_LANGUAGE
    return reading_page(
        "complaint_months.html",
        year=year,
        before=year - 1 if year > _FIRST_YEAR else None,
        after=year + 1 if year < today.year else None,
        kinds=_kinds([each for each in counted if each.month <= until]),
        months=range(1, until + 1),
        axes=AXES,
        rule=text("complaint_months:rule", language, {"least": LEAST}),
        tallest=_TALLEST,
    )


def _kinds(counted: list[MonthOfKind]) -> list[KindOfYear]:
    most = max((each.received or 0 for each in counted), default=0) or 1
    return [_kind(kind, [each for each in counted if each.kind == kind], most) for kind in KINDS]


def _kind(kind: str, months: list[MonthOfKind], most: int) -> KindOfYear:
    bars = [
        # What was received at all stands at least one unit high.
        MonthBar(each.month, each.received, -(-(each.received or 0) * _TALLEST // most))
        for each in months
    ]
    return KindOfYear(
        kind,
        bars,
        months,
        sum(each.received or 0 for each in months),
        any(each.received != 0 for each in months),
    )
