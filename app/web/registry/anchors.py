"""Closed days as pages: what was anchored of each, and how anybody verifies it offline."""

from __future__ import annotations

from datetime import date
from typing import cast

from flask import Response

from app.auth import allow_public
from app.http.current import wiring
from app.http.pages import limit_and_cursor, page
from app.usecases.registry.read_anchor import read_anchor
from app.usecases.registry.read_anchors import read_anchors
from app.web.reading import Pages, reading_page
from rewards.ledger.anchor import BOOKS, AnchorDocument

blueprint = Pages(
    "anchors_page", __name__, description="Closed days of the books as pages to read."
)


@blueprint.route("/registry/anchors")
@allow_public
@blueprint.paged
@blueprint.page
def read_anchors_page() -> Response:
    """Closed days, the last one first: how many rows each book has, and how to verify them."""
    most, cursor = limit_and_cursor()
    before = date.fromisoformat(cursor) if cursor else None
    found = wiring().database.transact(read_anchors, before=before, most=most + 1)
    listed = page(found, lambda anchor: anchor["day"])
    days = cast(list[AnchorDocument], listed["data"])
    return reading_page(
        "anchors.html",
        days=[(each, {one["book"]: one for one in each["books"]}) for each in days],
        books=list(BOOKS),
        next_cursor=listed["next_cursor"] if listed["has_more"] else None,
        base_url=wiring().settings.base_url,
    )


@blueprint.route("/registry/anchors/<day>")
@allow_public
@blueprint.page
def read_anchor_page(day: str) -> Response:
    """One closed day: count, sum, root and chain of each book, and who signed it."""
    return reading_page(
        "anchor.html",
        one=wiring().database.transact(read_anchor, day),
        base_url=wiring().settings.base_url,
    )
