"""The retention schedule as a page: what is kept how long, and what for ever and why."""

from __future__ import annotations

from flask import Response

from app.auth import allow_public
from app.http.current import wiring
from app.http.languages import wanted_language
from app.shown.retention import schedule_shown
from app.web.reading import DEFAULT_LANGUAGE, Pages, reading_page

blueprint = Pages(
    "retention_page", __name__, description="How long data is kept, as a page to read."
)


@blueprint.route("/docs/retention")
@allow_public
@blueprint.page
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
