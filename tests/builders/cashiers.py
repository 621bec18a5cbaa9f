"""A merchant with two stores, an administrator, cashiers, an offer and people with points."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.ids import public
from app.tokens import Caller
from app.wiring import Wiring
from behaviours.civil_time import civil_day
from behaviours.users import ADMINISTRATOR
from behaviours.viewer import CASHIER
from tests.builders.answers import key
from tests.builders.people import Http, Tokens
from tests.builders.points import a_person_with
from tests.builders.redemption import a_code, a_request_no, an_offer
from tests.builders.till_staff import a_cashier, a_staff_member

STAFF = "/v1/merchant/staff"
SALES = "/v1/merchant/redemptions"
CLOSINGS = "/v1/merchant/closings"


class Shop:
    """Stores S1 and S2 of a merchant that sells coffee at 100 points and 8 yuan."""

    def __init__(self, wiring: Wiring, http: Http, tokens: Tokens, **offered: Any) -> None:
        self.wiring, self.http, self.tokens = wiring, http, tokens
        self.offer = an_offer(wiring, stock_total=500, **offered)
        self.merchant = self.offer.merchant_id
        self.program = tokens("merchant", tenant=self.merchant)
        self.boss_id = a_staff_member(wiring, self.merchant, ADMINISTRATOR)
        self.boss = tokens.of(Caller("merchant", self.boss_id, self.merchant, None))
        self.person = a_person_with(wiring, 5_000)
        for store_id in ("S1", "S2"):
            self.states(store_id)

    def states(self, store_id: str) -> None:
        today = civil_day(self.wiring.clock.now(), self.wiring.zone).isoformat()
        where = {"name": "店", "address": "湖滨路 1 号", "region": "CN-330100", "from": today}
        store = {"store_id": store_id, "open": True, **where}
        answer = self.http.post("/v1/merchant/stores", {"stores": [store]}, token=self.program)
        assert answer.status_code == 201, answer.text

    def cashier(self, *stores: str, **limits: Any) -> tuple[UUID, str]:
        """A cashier of these stores, S1 by default: the id and a token."""
        user_id = a_cashier(self.wiring, self.merchant, *stores or ("S1",), **limits)
        return user_id, self.tokens.of(Caller(CASHIER, user_id, self.merchant, None))

    def body(self, store_id: str = "S1", **changes: Any) -> dict[str, Any]:
        return {
            "code": a_code(self.wiring, self.person),
            "offer_id": public("ofr", self.offer.offer_id),
            "out_request_no": a_request_no(),
            "store_id": store_id,
            **changes,
        }

    def sells(self, token: str, store_id: str = "S1", asked: str = "", **changes: Any) -> Any:
        body = self.body(store_id, **changes)
        return self.http.post(f"{SALES}/capture{asked}", body, token=token, key=key())

    def sold(self, token: str, store_id: str = "S1", **changes: Any) -> dict[str, Any]:
        answer = self.sells(token, store_id, **changes)
        assert answer.status_code == 201, answer.text
        sale: dict[str, Any] = answer.json
        return sale

    def takes_back(self, sale: dict[str, Any], token: str, **said: Any) -> Any:
        path = f"{SALES}/{sale['out_request_no']}/reverse"
        body = {"out_refund_no": a_request_no(), **said}
        return self.http.post(path, body, token=token, key=key())

    def closes(self, token: str, store_id: str = "S1", asked: str = "", **said: Any) -> Any:
        return self.http.post(f"{CLOSINGS}{asked}", {"store_id": store_id, **said}, token=token)
