"""The retention schedule as a page: what is kept how long, and what for ever and why."""

from __future__ import annotations

from flask import Response

from app.auth import allow_public
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.languages import LANGUAGE, wanted_language
from app.shown.retention import schedule_shown
from app.web.reading import DEFAULT_LANGUAGE, reading_page

blueprint = Blueprint(
    "retention_page",
    __name__,
    description="How long data is kept, as a page to read.",
    template_folder="templates",
)


@blueprint.route("/docs/retention")
@allow_public
@blueprint.doc(parameters=[LANGUAGE])
@blueprint.response(200, content_type="text/html", description="A page")
def read_retention_page() -> Response:
    """How long each kind of data is kept, by the programme in force."""
    programme = wiring().programme
    lines = schedule_shown(programme.retention, wanted_language() or DEFAULT_LANGUAGE)
    return reading_page(
        "retention.html",
        programme=programme,
        timed=[each for each in lines if each["keep"]],
        for_ever=[each for each in lines if not each["keep"]],
    )
