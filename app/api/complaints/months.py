"""The public counts of complaints, month by month."""

from __future__ import annotations

from app.api.complaints.bodies import WantedYear, YearFilter
from app.auth import allow_public
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.shown.complaint_months import MonthsAnswer, months_answer
from app.usecases.complaints.count_complaint_months import count_complaint_months
from behaviours.civil_time import civil_day
from behaviours.json_value import JsonObject

blueprint = Blueprint(
    "complaint_months", __name__, description="How many complaints, month by month."
)


@blueprint.route("/v1/statistics/complaints/months", methods=["GET"])
@allow_public
@blueprint.arguments(YearFilter, location="query")
@blueprint.response(200, MonthsAnswer)
def count_by_month(wanted: WantedYear) -> JsonObject:
    """Of what was filed in each month of a year: what became of it, and who answered in time.

    `became`, `answered` and `authority` each add up to `received`. Who leaves changes no count of
    what was filed; what was open then ends as `person_left`.
    """
    year = wanted.get("year") or civil_day(now(), wiring().zone).year
    months = wiring().database.transact(
        count_complaint_months, year, deadlines=wiring().deadlines, clock=wiring().clock
    )
    return months_answer(year, months)
