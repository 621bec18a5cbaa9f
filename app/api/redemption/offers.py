"""The mall: what points buy, for everybody to see; and its route for operators."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.auth import allow, allow_public, caller
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.once import answer_once
from app.http.pages import limit_and_cursor, page, page_of
from app.ids import UnknownId, parse
from app.shown.redemptions import OfferAnswer, OwnOffer, for_everybody, for_owner
from app.store.database import Connection
from app.store.redemption.offers import draft_offers, offers_on_sale, show_offer
from app.usecases.redemption.publish_offer import publish_offer

blueprint = Blueprint("mall", __name__, description="What points buy.")


OfferPage = page_of(OfferAnswer, "OfferPage")


DraftPage = page_of(OwnOffer, "DraftPage")


@blueprint.route("/v1/offers")
@allow_public
@blueprint.paged
@blueprint.response(200, OfferPage)
def list_offers() -> dict[str, Any]:
    """What is on sale now; sold-out offers are shown with nothing left."""
    limit, before = limit_and_cursor()
    present = now()
    shown = wiring().database.transact(offers_on_sale, now=present, before=before, limit=limit + 1)
    rows = [{**for_everybody(each), "_key": each.offer.offer_id} for each in shown]
    return page(rows, lambda row: row["_key"])


@blueprint.route("/v1/offers/<offer_id>")
@allow_public
@blueprint.response(200, OfferAnswer)
def read_offer(offer_id: str) -> dict[str, Any]:
    """One offer, also when its time has not come or is over; drafts are nobody's business."""
    identifier = parse("ofr", offer_id)
    shown = wiring().database.transact(show_offer, identifier)
    if shown is None or shown.offer.state == "draft":
        raise UnknownId("There is no such offer. See GET /v1/offers.")
    return for_everybody(shown)


@blueprint.route("/v1/offers/drafts")
@allow("operator")
@blueprint.paged
@blueprint.response(200, DraftPage)
def list_drafts() -> dict[str, Any]:
    """What merchants drafted and nobody has published yet."""
    limit, before = limit_and_cursor()
    shown = wiring().database.transact(draft_offers, before=before, limit=limit + 1)
    rows = [{**for_owner(each), "_key": each.offer.offer_id} for each in shown]
    return page(rows, lambda row: row["_key"])


@blueprint.route("/v1/offers/<offer_id>/publish", methods=["POST"])
@allow("operator")
@blueprint.response(200, OwnOffer)
def publish(offer_id: str) -> Response:
    """Put a merchant's draft on sale; publishing twice answers the same."""
    identifier, present, operator_id = parse("ofr", offer_id), now(), caller().user_id

    def work(connection: Connection) -> tuple[dict[str, Any], int]:
        publish_offer(connection, identifier, published_by=operator_id, now=present)
        shown = show_offer(connection, identifier)
        assert shown is not None
        return OwnOffer().dump(for_owner(shown)), 200

    return answer_once(work, required=False)
