"""The feed of the registry (Atom, RFC 4287): what was issued and what was retired, newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from flask import Response, render_template

from app.auth import allow_public
from app.http.current import now, wiring
from app.http.fields import moment
from app.http.languages import LANGUAGE, wanted_language
from app.ids import public
from app.messages.catalogues import text
from app.usecases.pooling.read_bundles import read_bundles
from app.usecases.registry.read_retirements import read_retirements
from app.web.reading import DEFAULT_LANGUAGE, Pages

blueprint = Pages("registry_feed", __name__, description="What is new in the registry.")

MOST: Final = 50


class FeedEntry(NamedTuple):
    """Something new: the address of its page, what it is called, and when it happened."""

    path: str
    title: str
    at: datetime
    stated_at: str


@blueprint.route("/registry/feed.atom")
@allow_public
@blueprint.doc(parameters=[LANGUAGE])
@blueprint.response(200, content_type="application/atom+xml", description="A feed")
def read_feed() -> Response:
    """Issues and retirements, the newest fifty of each."""
    spoken = wanted_language() or DEFAULT_LANGUAGE
    entries = sorted(_entries(spoken), key=lambda each: each.at, reverse=True)
    base = wiring().settings.base_url
    feed = render_template(
        "feed.xml",
        language=spoken,
        title=text("register:feed_title", spoken),
        base=base,
        entries=entries,
        updated=entries[0].stated_at if entries else moment(now()),
    )
    return Response(feed, content_type="application/atom+xml; charset=utf-8")


def _entries(spoken: str) -> list[FeedEntry]:
    transact = wiring().database.transact
    found = []
    for one in transact(read_retirements, before=None, most=MOST):
        facts = {
            "tonnes": str(one.quantity_t),
            "enterprise": one.enterprise_name or "–",
            "beneficiary": one.beneficiary,
        }
        title = text("register:feed_retired", spoken, facts)
        path = f"/registry/retirements/{public('ret', one.retirement_id)}"
        found.append(FeedEntry(path, title, one.retired_at, moment(one.retired_at)))
    for seen in transact(read_bundles, viewer=None, before=None, most=MOST):
        bundle = seen.bundle
        if bundle.issued_at is None:
            continue
        facts = {"tonnes": str(bundle.issued_t), "vintage": str(bundle.vintage)}
        title = text("register:feed_issued", spoken, facts)
        path = f"/registry/bundles/{public('bdl', bundle.bundle_id)}"
        found.append(FeedEntry(path, title, bundle.issued_at, moment(bundle.issued_at)))
    return found
