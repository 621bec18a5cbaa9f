"""A number of the asker's own never expires: what can be done once only is not done again."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.clock import StandingClock
from app.ids import public
from app.usecases.registry.retire_units import retire_units
from app.wiring import Wiring
from rewards.reference import ReferenceReused
from rewards.registry.retirement import RetirementTerms
from rewards.trading.trade import normal_payment_reference
from tests.builders.answers import RETIREMENT, code, key
from tests.builders.empty_market import app, market, shut
from tests.builders.market import NOW, PV, issued, pooled_pv, rows
from tests.builders.parallel import at_once
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.points import a_person_with
from tests.builders.redemption import a_code, an_offer, capturing, wanting
from tests.builders.selling import an_owner, listed, programme_block

__all__ = ["app", "market", "shut"]


def a_day_later(wiring: Wiring) -> None:
    """What is kept for the Idempotency-Key is gone, as it is after 24 hours."""
    with wiring.database.engine.begin() as connection:
        connection.execute(text("delete from kept_answer"))


def twice(wiring: Wiring, ask: Callable[[], TestResponse]) -> tuple[Any, Any]:
    """The answers to the same request, the second a day later."""
    first = ask()
    assert first.status_code in (200, 201), first.text
    a_day_later(wiring)
    second = ask()
    assert second.status_code == first.status_code, second.text
    assert "Idempotency-Replayed" not in second.headers
    return first.get_json(), second.get_json()


@pytest.mark.parametrize("stated", [{}, {"client_reference": "R-2026-1"}])
def test_a_retirement_sent_again_after_its_key_expired_is_the_first_one(
    market: Wiring, http: Http, token_for: Tokens, stated: dict[str, str]
) -> None:
    enterprise, _ = an_owner(market, 3)
    token, same = token_for("enterprise", tenant=enterprise), key()

    def ask() -> TestResponse:
        used = key() if stated else same
        return http.post("/v1/retirements", {**RETIREMENT, **stated}, token=token, key=used)

    first, second = twice(market, ask)
    assert second["id"] == first["id"]
    assert len(rows(market, "select 1 from retirement")) == 1
    if stated:
        other = {**RETIREMENT, **stated, "period": "1999"}
        again = http.post("/v1/retirements", other, token=token, key=key())
        assert (again.status_code, code(again)) == (409, "CLIENT_REFERENCE_REUSED")
        neighbour, _ = an_owner(market, 1)
        theirs = token_for("enterprise", tenant=neighbour)
        mine = http.post("/v1/retirements", {**RETIREMENT, **stated}, token=theirs, key=key())
        assert mine.status_code == 201, "everybody has numbers of their own"


def test_an_order_and_a_transfer_sent_again_are_the_first_ones(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    pooled_pv(market, people=1, kwh="20000")
    listing = listed(market, programme_block(market, issued(market, methodology=PV)), 8)
    enterprise, block = an_owner(market, 5)
    token, friend = (
        token_for("enterprise", tenant=enterprise),
        an_organisation(market, "enterprise"),
    )
    path, order = f"/v1/listings/{public('lst', listing)}/orders", {"quantity_t": "2"}
    same = key()
    first, second = twice(market, lambda: http.post(path, order, token=token, key=same))
    assert second == first
    given = {
        "block_id": public("blk", block),
        "to_enterprise_id": public("org", friend),
        "quantity_t": "1",
        "client_reference": "T-1",
    }
    first, second = twice(market, lambda: http.post("/v1/transfers", given, token=token, key=key()))
    assert second == first
    assert len(rows(market, "select 1 from unit_transfer where to_id = :id", id=friend)) == 1


def test_twelve_at_once_with_one_number_retire_once(market: Wiring) -> None:
    enterprise, _ = an_owner(market, 5)

    def retiring(quantity_t: int) -> Callable[[Any], UUID]:
        return lambda connection: (
            retire_units(
                connection,
                enterprise_id=enterprise,
                block_id=None,
                quantity_t=quantity_t,
                terms=RetirementTerms("Tea House", "voluntary_offset", "2026"),
                client_reference="one and the same",
                serial_prefix="TPH",
                signing_key=market.settings.signing_key,
                clock=StandingClock(NOW),
            ).retirement_id
        )

    url = market.settings.database_url or ""
    answers = at_once(url, [retiring(1)] * 6 + [retiring(2)] * 6)
    made = {each for each in answers if isinstance(each, UUID)}
    refused = [each for each in answers if isinstance(each, ReferenceReused)]
    assert (len(made), len(refused)) == (1, 6)
    assert len(rows(market, "select 1 from retirement")) == 1


def test_one_payment_pays_one_trade_in_every_spelling(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    pooled_pv(market, people=1, kwh="20000")
    listing = listed(market, programme_block(market, issued(market, methodology=PV)), 8)
    token = token_for("enterprise", tenant=an_organisation(market, "enterprise"))
    operator = token_for("operator")
    path = f"/v1/listings/{public('lst', listing)}/orders"
    trades = [
        http.post(path, {"quantity_t": "1"}, token=token, key=key()).get_json()["id"]
        for _ in range(2)
    ]

    def pay(trade: str, reference: str) -> TestResponse:
        body = {"payment_reference": reference}
        return http.post(f"/v1/trades/{trade}/pay", body, token=token, key=key())

    assert pay(trades[0], "ICBC-2026 0701/1").status_code == 200
    for spelling in (
        "ICBC-2026 0701/1", "icbc202607011", "ＩＣＢＣ 2026.07.01-1", "ICBC-٢٠٢٦ 0701/1",
    ):  # fmt: skip
        again = pay(trades[1], spelling)
        assert (again.status_code, code(again)) == (409, "PAYMENT_REFERENCE_USED"), spelling
    for odd in ("IСBC-2026 0701/1", "ICBC-2026 0701/1\u0301", "ICBC-2026 070➀/1"):
        answer = pay(trades[1], odd)
        assert (answer.status_code, code(answer)) == (422, "UNUSABLE_NUMBER"), odd
        assert answer.get_json()["errors"][0]["pointer"] == "/payment_reference"
    cancelled = http.post(f"/v1/trades/{trades[0]}/cancel", token=operator, key=key())
    assert cancelled.status_code == 200, cancelled.text
    assert pay(trades[1], "ICBC-2026 0701/1").status_code == 200, "the first was called off"
    for reference in ("--", "转账 7 " + "1" * 100):
        trade = http.post(path, {"quantity_t": "1"}, token=token, key=key()).get_json()["id"]
        assert pay(trade, reference).status_code == 200, "compared as it is"


def test_a_payment_of_signs_alone_is_compared_as_it_is() -> None:
    assert normal_payment_reference("--") == "--"
    assert normal_payment_reference("№ 5") == "no5"


def test_a_refund_sent_again_takes_no_second_item(
    wiring: Wiring, http: Http, token_for: Tokens
) -> None:
    offer = an_offer(wiring)
    person = a_person_with(wiring, 1000)
    sold = capturing(wiring, wanting(offer, a_code(wiring, person), quantity=3))
    token = token_for("merchant", tenant=offer.merchant_id)
    path = f"/v1/merchant/redemptions/{sold.out_request_no}/reverse"
    body = {"quantity": 1, "out_refund_no": f"refund-{secrets.token_hex(6)}"}
    first, second = twice(wiring, lambda: http.post(path, body, token=token, key=key()))
    assert first == second
    other = http.post(path, {**body, "quantity": 2}, token=token, key=key())
    assert (other.status_code, code(other)) == (409, "CLIENT_REFERENCE_REUSED")
    fresh = {**body, "out_refund_no": f"refund-{secrets.token_hex(6)}"}
    taken = http.post(path, fresh, token=token, key=key()).get_json()
    assert taken != first, "another number is another refund"


def test_an_online_redemption_sent_again_holds_nothing_more(
    wiring: Wiring, http: Http, token_for: Tokens
) -> None:
    offer, person = an_offer(wiring), a_person_with(wiring, 1000)
    token = token_for("participant", tenant=person)
    body = {"offer_id": public("ofr", offer.offer_id), "client_reference": "mine-1"}
    first, second = twice(
        wiring, lambda: http.post("/v1/redemptions", body, token=token, key=key())
    )
    assert second["id"] == first["id"]
    assert first["voucher"]["code"]
    assert second["voucher"] is None, "a code is shown once"
    held = http.get("/v1/me/points", token=token).get_json()
    assert held["held"] == first["points"]
