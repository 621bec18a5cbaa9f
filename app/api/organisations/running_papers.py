"""Papers of organisations that run out: listed for each its own, and for the programme all."""

from __future__ import annotations

from datetime import date

from flask import Response

from app.api.organisations.papers import ORGANISATIONS
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import WholeText
from app.http.pages import OfAPage, WantedPage, read_page_by
from app.ids import parse
from app.shown.running_papers import RunningPaperAnswer, running_paper_answer
from app.usecases.organisations.read_running_papers import MOST_WITHIN_DAYS, read_running_papers
from behaviours.admission import ADMIT, STEPS
from behaviours.json_value import Json, JsonObject
from behaviours.paper_validity import PaperPlace

blueprint = Blueprint("running papers", __name__, description="Papers that run out.")


class RunningPaperFilter(OfAPage):
    """How far ahead is looked."""

    within_days = WholeText(
        most=MOST_WITHIN_DAYS,
        metadata={"description": "Civil days from today; left out: as many as the programme says."},
    )


class WantedPapers(WantedPage, total=False):
    """As ``RunningPaperFilter`` loads it."""

    within_days: int


@blueprint.route("/v1/papers-running-out")
@allow(*STEPS[ADMIT].by, *ORGANISATIONS)
@blueprint.lists(RunningPaperAnswer, "RunningPapers", narrowed_by=RunningPaperFilter)
def list_running_papers(wanted: WantedPapers) -> Response:
    """Papers that ran out or soon will, the first one first, and from which day nothing new begins.

    Operators and the authority see those of all organisations, an organisation its own. A newer
    document takes a paper's place once it is handed in and accepted.
    """
    return read_page_by(
        _key,
        _place,
        running_paper_answer,
        read_running_papers,
        by=caller().viewer,
        within_days=wanted.get("within_days"),
        terms=wiring().programme.papers,
        zone=wiring().zone,
        clock=wiring().clock,
    )


def _key(row: JsonObject) -> list[Json]:
    return [row["runs_out_on"], row["organisation_id"], row["kind"]]


def _place(key: list[str]) -> PaperPlace:
    runs_out_on, organisation_id, kind = key
    return PaperPlace(date.fromisoformat(runs_out_on), parse("org", organisation_id), kind)
