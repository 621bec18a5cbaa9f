"""Offers for people of some cities: who sees them, who has them, and what a move changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from app.ids import public
from app.usecases.people.change_region import change_region
from app.usecases.redemption.prepare import prepare
from app.wiring import Wiring
from rewards.redemption.offer import Offer
from rewards.redemption.refusals import OfferForOtherRegions
from tests.builders.answers import refusal
from tests.builders.people import Http, a_participant, an_organisation
from tests.builders.points import give_points, points_of
from tests.builders.redemption import (
    OFFER_SENT,
    a_code,
    an_offer,
    capturing,
    redeeming,
    wanting,
)

HANGZHOU, NINGBO, ZHEJIANG, SHENZHEN = "CN-330100", "CN-330200", "CN-33", "CN-440300"


def a_person_of(wiring: Wiring, region: str) -> UUID:
    person = a_participant(wiring, region=region)
    give_points(wiring, person, 500, available_at=wiring.clock.now())
    return person


def move(wiring: Wiring, person: UUID, region: str) -> None:
    wiring.database.transact(
        change_region, person, region, None, zone=wiring.zone, clock=wiring.clock
    )


def usable(wiring: Wiring, person: UUID, offer: Offer) -> set[UUID]:
    """What a till of the merchant is shown for the person's code."""
    shown = wiring.database.transact(
        prepare,
        offer.merchant_id,
        a_code(wiring, person),
        code_key=wiring.settings.identity_key,
        now=wiring.clock.now(),
    )
    return {each.offer_id for each in shown.offers}


@pytest.mark.parametrize(
    ("region", "regions", "has_it"),
    [
        (HANGZHOU, (), True),
        (HANGZHOU, (HANGZHOU,), True),
        (HANGZHOU, (ZHEJIANG,), True),
        (HANGZHOU, (NINGBO, SHENZHEN), False),
        # Of whom only the province is known, nobody knows that they are of the city.
        (ZHEJIANG, (HANGZHOU,), False),
        (SHENZHEN, (ZHEJIANG,), False),
    ],
)
def test_an_offer_is_for_people_of_its_regions_at_the_till_and_online(
    wiring: Wiring, region: str, regions: tuple[str, ...], has_it: bool
) -> None:
    person, offer = a_person_of(wiring, region), an_offer(wiring, regions=regions)
    assert usable(wiring, person, offer) == ({offer.offer_id} if has_it else set())
    wanted = wanting(offer, a_code(wiring, person))
    if has_it:
        assert capturing(wiring, wanted).state == "captured"
        assert redeeming(wiring, person, offer).redemption.state == "held"
        assert points_of(wiring, person)["available"] == 300
        return
    for refused in (
        lambda: capturing(wiring, wanted),
        lambda: redeeming(wiring, person, offer),
        lambda: a_code(wiring, person, offer_id=offer.offer_id),
    ):
        with pytest.raises(OfferForOtherRegions) as caught:
            refused()
        assert all(each in caught.value.facts["regions"] for each in regions)
    assert points_of(wiring, person)["available"] == 500


def test_who_moves_has_the_offers_of_the_new_city_and_fetches_what_was_held(
    wiring: Wiring,
) -> None:
    person = a_person_of(wiring, HANGZHOU)
    here = an_offer(wiring, regions=(HANGZHOU,))
    there = an_offer(wiring, regions=(SHENZHEN,), merchant_id=here.merchant_id)
    voucher = redeeming(wiring, person, here)
    move(wiring, person, SHENZHEN)
    assert usable(wiring, person, here) == {there.offer_id}
    # The points were taken while the offer was for them.
    assert capturing(wiring, wanting(here, voucher.code)).state == "captured"
    with pytest.raises(OfferForOtherRegions):
        capturing(wiring, wanting(here, a_code(wiring, person)))
    assert capturing(wiring, wanting(there, a_code(wiring, person))).state == "captured"


def test_the_mall_of_a_city_and_what_a_merchant_states(
    http: Http, wiring: Wiring, token_for: Callable[..., str]
) -> None:
    merchant = an_organisation(wiring, "merchant")
    token, operator = token_for("merchant", tenant=merchant), token_for("operator")
    sent = {**OFFER_SENT, "regions": ["CN-ZJ", "CN-440305", HANGZHOU]}
    drafted = http.post("/v1/merchant/offers", sent, token=token)
    assert drafted.status_code == 201, drafted.text
    assert drafted.json["regions"] == [ZHEJIANG, SHENZHEN], "canonical, each once"
    offer = drafted.json["id"]
    path = f"/v1/merchant/offers/{offer}"
    narrowed = http.patch(path, {"regions": [HANGZHOU]}, token=token)
    assert narrowed.json["regions"] == [HANGZHOU]
    assert http.post(f"/v1/offers/{offer}/publish", token=operator).status_code == 200
    # People rely on what is published.
    fixed = http.patch(path, {"regions": []}, token=token)
    assert refusal(fixed) == (409, "OFFER_NOT_DRAFT"), fixed.text
    assert fixed.json["errors"][0]["pointer"] == "/regions"
    assert http.patch(path, {"regions": ["CN-330106"]}, token=token).status_code == 200, "the same"
    for_all = public("ofr", an_offer(wiring).offer_id)
    for region, seen in ((HANGZHOU, True), ("CN-330106", True), (NINGBO, False), ("CN-ZJ", False)):
        assert (offer in mall(http, region)) is seen, region
        assert for_all in mall(http, region)
    assert {offer, for_all} <= mall(http, None)
    assert http.get(f"/v1/offers/{offer}").json["regions"] == [HANGZHOU]


@pytest.mark.parametrize("step", ["draft", "change", "mall"])
def test_a_region_that_there_is_not_is_refused(
    http: Http, wiring: Wiring, token_for: Callable[..., str], step: str
) -> None:
    merchant = an_organisation(wiring, "merchant")
    token = token_for("merchant", tenant=merchant)
    if step == "mall":
        answer = http.get("/v1/offers?region=CN-331500")
    elif step == "draft":
        sent = {**OFFER_SENT, "regions": ["CN-331500"]}
        answer = http.post("/v1/merchant/offers", sent, token=token)
    else:
        offer = http.post("/v1/merchant/offers", OFFER_SENT, token=token).json["id"]
        path = f"/v1/merchant/offers/{offer}"
        answer = http.patch(path, {"regions": ["CN-331500"]}, token=token)
    assert refusal(answer) == (422, "UNKNOWN_REGION"), answer.text
    assert "CN-331100" in answer.json["detail"]


def mall(http: Http, region: str | None) -> set[Any]:
    """The ids of the mall's first page, which has what was made last."""
    asked = f"&region={region}" if region else ""
    return {each["id"] for each in http.get(f"/v1/offers?limit=100{asked}").json["data"]}
