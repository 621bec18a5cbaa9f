"""Organisations that close in a programme that was opened on an empty database: refused while
something of other people's is open, which is named, and done once it is settled; over HTTP.

Points and units that take weeks of notice are made beside the server, in the same books.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from app.ids import public
from tests.builders.answers import PRICE, RETIREMENT
from tests.builders.live_programme import LiveProgramme, told
from tests.builders.market import open_gates
from tests.builders.people import a_participant
from tests.builders.points import give_points
from tests.builders.redemption import OFFER_SENT
from tests.builders.scenes import open_programme_scenes
from tests.builders.selling import an_owner
from tests.builders.texts import publish_texts

WHY = {"reason": "The contract ended."}


def test_an_organisation_settles_first_what_it_has_of_others(opened: LiveProgramme) -> None:
    url = opened.wiring.settings.database_url
    assert url is not None
    publish_texts(url)
    open_programme_scenes(url)
    a_merchant_closes(opened)
    a_seller_and_a_buyer_close(opened)
    # Nobody whom the programme knows took the steps beside the server.
    opened.audited(but=("log_actors",))


def refused_for(
    opened: LiveProgramme, organisation: str, matter: str, to_do: str, count: int = 1
) -> None:
    """Neither of the two who sign closes it, and both are told what stands in the way."""
    path = f"/v1/organisations/{organisation}/close"
    for somebody in (opened.operator, opened.authority):
        answer = somebody.post(path, WHY, expected=409)
        told(answer, "ORGANISATION_HAS_MATTERS", to_do)
        assert answer["details"]["matters"][matter] == count, answer
        assert answer["details"]["settled_by"][matter], answer


def closed(opened: LiveProgramme, organisation: str, token: str) -> None:
    """Two of two roles close it, one twice does not; its programs are out at once."""
    path = f"/v1/organisations/{organisation}/close"
    for _ in range(2):
        assert opened.operator.post(path, WHY, expected=202)["awaiting"] == ["authority"]
    assert opened.authority.post(path, WHY, expected=200)["status"] == "closed"
    again = opened.authority.post(path, WHY, expected=409)
    assert again["code"] == "ORGANISATION_STATE_CONFLICT"
    over = opened.send("GET", "/v1/provider", token=token)
    assert over.status_code == 401
    told(over, "TOKEN_REVOKED", "Ask for a new one")


def a_merchant_closes(opened: LiveProgramme) -> None:
    merchant, administrator = opened.admitted("merchant")
    till = opened.token(opened.client(merchant, administrator))
    provider, _ = opened.admitted("provider")
    service = opened.identity_service(provider)
    number = secrets.token_hex(9)
    person = a_participant(opened.wiring, identity=number)
    give_points(opened.wiring, person, 1000, available_at=datetime.now(UTC))
    _, own = service.comes_in(number)

    def do(path: str, body: Any, token: str, expected: int) -> Any:
        answer = opened.send("POST", path, body, token)
        assert answer.status_code == expected, (path, answer.text)
        return answer.json()

    offer = do("/v1/merchant/offers", OFFER_SENT, till, 201)["id"]
    opened.operator.post(f"/v1/offers/{offer}/publish", expected=200)
    wanted = {"offer_id": offer, "quantity": 1, "client_reference": secrets.token_hex(8)}
    voucher = do("/v1/redemptions", wanted, own, 201)
    refused_for(opened, merchant, "held_redemptions", "close it afterwards")
    do(f"/v1/redemptions/{voucher['id']}/cancel", None, own, 200)

    number_of_sale = secrets.token_hex(8)
    sale = {
        "code": do("/v1/me/codes", {}, own, 201)["code"],
        "offer_id": offer,
        "out_request_no": number_of_sale,
        "store_id": "store-1",
    }
    do("/v1/merchant/redemptions/capture", sale, till, 201)
    refused_for(opened, merchant, "reversible_redemptions", "Reverse what is to be reversed")
    back = {"out_refund_no": secrets.token_hex(8)}
    do(f"/v1/merchant/redemptions/{number_of_sale}/reverse", back, till, 200)

    closed(opened, merchant, till)
    points = opened.send("GET", "/v1/me/points", token=own).json()
    assert (points["available"], points["held"]) == (1000, 0), "what they paid is theirs again"
    late = opened.send("POST", "/v1/redemptions", {**wanted, "client_reference": "late"}, own)
    assert late.status_code in (404, 409), late.text
    told(late, "MERCHANT_STOPPED", "choose something else")
    assert opened.web.get("/v1/offers").json()["data"] == [], "its stock is offered to nobody"


def a_seller_and_a_buyer_close(opened: LiveProgramme) -> None:
    open_gates(opened.wiring)
    seller_id, block_id = an_owner(opened.wiring, 2)
    seller = public("org", seller_id)
    selling = opened.token(opened.client(seller, opened.administrator(seller)))
    buyer, boss = opened.admitted("enterprise")
    buying = opened.token(opened.client(buyer, boss))

    def do(path: str, body: Any, token: str, expected: int = 200) -> Any:
        answer = opened.send("POST", path, body, token)
        assert answer.status_code == expected, (path, answer.text)
        return answer.json()

    lot = {"block_id": public("blk", block_id), "quantity_t": "2", "price": PRICE}
    listing = f"/v1/listings/{do('/v1/listings', lot, selling, 201)['id']}"
    trade = do(f"{listing}/orders", {"quantity_t": "1"}, buying, 201)["id"]
    for party in (seller, buyer):
        refused_for(opened, party, "open_trades", "Confirm or cancel them")
    do(f"/v1/trades/{trade}/cancel", None, buying)
    closed(opened, buyer, buying)
    refused_for(opened, seller, "open_listings", "Let it close the listings")
    do(f"{listing}/close", None, selling)
    refused_for(opened, seller, "held_units_t", "sell, transfer or retire", 2)
    retired = {**RETIREMENT, "quantity_t": "2", "client_reference": secrets.token_hex(8)}
    do("/v1/retirements", retired, selling, 201)
    closed(opened, seller, selling)
