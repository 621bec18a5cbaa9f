"""What one person proposed and somebody of the other role has yet to sign, as a page."""

from __future__ import annotations

from flask import Response

from app.auth import allow_public, caller
from app.http.current import wiring
from app.http.pages import cursor_id, page
from app.ids import public
from app.shown.log import sentence_of
from app.shown.proposals import proposal_answer
from app.usecases.organisations.read_proposals import read_proposals
from app.web.account.pages import language
from app.web.console.desk import desk, desk_page
from app.web.page_query import PagedQuery, SentPagedQuery
from app.web.reading import Pages

blueprint = Pages("console_proposals", __name__, description="What waits for a signature.")


@blueprint.route("/console/proposals")
@allow_public
@blueprint.arguments(PagedQuery, location="query")
@blueprint.response(200, content_type="text/html", description="A page")
@blueprint.alt_response(303, description="To the login")
@desk("proposals")
def list_console_proposals(_asked: SentPagedQuery) -> Response:
    """Proposals, the newest first: by whom, with which terms, and whether one may sign oneself."""
    most, before = cursor_id()
    found = wiring().database.transact(read_proposals, before=before, most=most)
    listed = page(
        [proposal_answer(each) for each in found], lambda row: str(row["id"]).partition("_")[2]
    )
    return desk_page(
        "console_proposals.html",
        rows=listed["data"],
        next_cursor=listed["next_cursor"],
        me=public("usr", caller().user_id),
        in_words=lambda step: sentence_of(step, language()),
    )
