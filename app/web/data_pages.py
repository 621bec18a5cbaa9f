"""What is done with data, as pages: how long each kind is kept, and what personal data are for."""

from __future__ import annotations

from flask import Response

from app.auth import allow_public
from app.http.current import wiring
from app.http.languages import wanted_language
from app.shown.data_protection import data_protection_shown
from app.shown.retention import schedule_shown
from app.web.reading import DEFAULT_LANGUAGE, Pages, reading_page
from behaviours.data_protection import GUARDS

blueprint = Pages(
    "data_pages", __name__, description="How long data are kept and what for, as pages to read."
)


@blueprint.route("/docs/retention")
@allow_public
@blueprint.page
def read_retention_page() -> Response:
    """How long each kind of data is kept, by the programme in force."""
    programme = wiring().programme
    lines = schedule_shown(programme.retention, _language())
    return reading_page(
        "retention.html",
        programme=programme,
        timed=[each for each in lines if each["keep"]],
        for_ever=[each for each in lines if not each["keep"]],
    )


@blueprint.route("/docs/data-protection")
@allow_public
@blueprint.page
def read_data_protection_page() -> Response:
    """What personal data are processed for, by the programme in force."""
    programme = wiring().programme
    return reading_page(
        "data_protection.html",
        programme=programme,
        guards=GUARDS,
        said=data_protection_shown(programme.data_protection, _language()),
        kept={each["kind"]: each for each in schedule_shown(programme.retention, _language())},
    )


def _language() -> str:
    return wanted_language() or DEFAULT_LANGUAGE
