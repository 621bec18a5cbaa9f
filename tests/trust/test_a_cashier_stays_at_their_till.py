"""A cashier sells in the stores and up to the limits that their merchant stated, and no more.

Every sale and refund names them; the audit looks at each again (``cashiers``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.clock import Clock
from app.factory import create_app
from app.ids import parse, public
from app.store.audit.merchants import CASHIERS
from app.tokens import USER_LIFETIME
from app.usecases.organisations.end_user import end_user
from app.usecases.redemption.capture import capture
from app.wiring import Wiring
from behaviours.viewer import Viewer
from rewards.redemption.capture import WantedCapture
from rewards.redemption.cashiers import CashierEnded, CashierLimitReached
from tests.builders.answers import key, refusal
from tests.builders.audit import broken_of
from tests.builders.cashiers import SALES, STAFF, Shop
from tests.builders.parallel import accepted, at_once, refused
from tests.builders.people import Http, Tokens
from tests.builders.points import a_person_with, points_of
from tests.builders.redemption import a_code, a_request_no
from tests.builders.staff import Watch, accept, reason

ENDED_BEFORE = (
    "update app_user set state = 'ended', ended_at = created_at, password_hash = null"
    " where user_id = :cashier"
)
NEW = {
    "username": "xiao.wang",
    "display_name": "小王",
    "stores": ["S1"],
    "most_points_per_sale": 300,
    "most_points_per_day": None,
    "most_sales_per_day": 9,
    "may_refund": True,
}


@pytest.fixture
def shop(wiring: Wiring, http: Http, token_for: Tokens) -> Shop:
    return Shop(wiring, http, token_for)


def added(shop: Shop, token: str | None = None, **changes: Any) -> Any:
    name = f"wang-{a_request_no().lower()}"
    body = {**NEW, "username": name, **changes}
    return shop.http.post(STAFF, body, token=token or shop.boss)


def test_a_cashier_comes_in_by_a_login_of_their_own_and_opens_the_till_alone(
    wiring: Wiring,
) -> None:
    watch = Watch()
    live = replace(wiring, settings=replace(wiring.settings, mode="live"), clock=watch)
    app = create_app(live)
    http = Http(app)
    shop = Shop(live, http, Tokens(app, live))
    shop.person = a_person_with(live, 500, available_at=watch.now() - timedelta(days=1))
    told = added(shop)
    assert told.status_code == 201, told.text
    assert {name: told.json[name] for name in NEW if name != "username"} == {
        name: value for name, value in NEW.items() if name != "username"
    }
    assert (told.json["duty"], told.json["state"]) == ("cashier", "invited")
    staff = accept(http, told.json["link"]["url"], watch)
    logged_in = staff.log_in()
    renewal = {"grant_type": "refresh_token", "refresh_token": logged_in["refresh_token"]}
    token = http.post("/v1/auth/token", renewal).json["access_token"]
    own = http.get(f"{STAFF}/me", token=token).json
    assert (own["id"], own["state"], own["today"]) == (
        told.json["id"], "active", {"sales": 0, "points": 0},
    )  # fmt: skip
    sale = shop.sold(token)
    assert sale["cashier_id"] == told.json["id"]
    assert http.get(f"{STAFF}/me", token=token).json["today"] == {"sales": 1, "points": 100}
    # Nothing else of the merchant's.
    for path in (
        "/v1/merchant/offers", STAFF, "/v1/merchant/stores", "/v1/merchant/statements",
        "/v1/merchant/settlements", "/v1/users", "/v1/events", "/v1/log",
        "/v1/webhooks",
        f"/v1/users/{told.json['id']}",
    ):  # fmt: skip
        assert refusal(http.get(path, token=token)) == (403, "ROLE_NOT_ALLOWED"), path
    assert http.get("/v1/users/me", token=token).json["duty"] == "cashier"


def test_only_an_administrator_adds_limits_and_ends(shop: Shop) -> None:
    cashier = added(shop).json["id"]
    limits = {"stores": ["S1", "S2"], "may_refund": True}
    for token in (shop.program, shop.cashier()[1]):
        assert added(shop, token).status_code == 403
        for path, body in (("limits", limits), ("end", reason())):
            answer = shop.http.post(f"{STAFF}/{cashier}/{path}", body, token=token)
            assert answer.status_code == 403, answer.text
    wrong = added(shop, stores=["S1", "S9"])
    assert refusal(wrong) == (422, "UNKNOWN_STORE")
    assert wrong.json["errors"][0]["pointer"] == "/stores/1"
    assert refusal(added(shop, stores=[])) == (422, "VALIDATION_FAILED")
    assert refusal(added(shop, most_points_per_sale=0)) == (422, "VALIDATION_FAILED")
    path = f"{STAFF}/{cashier}/limits"
    changed = shop.http.post(path, limits, token=shop.boss)
    assert (changed.status_code, changed.json["stores"]) == (200, ["S1", "S2"]), changed.text
    assert changed.json["most_sales_per_day"] is None
    again = shop.http.post(path, limits, token=shop.boss)
    assert again.json == changed.json, "the same again is no other statement"
    assert refusal(shop.http.post(path, {"stores": ["S9"]}, token=shop.boss)) == (
        422, "UNKNOWN_STORE",
    )  # fmt: skip
    [listed] = [
        each
        for each in shop.http.get(STAFF, token=shop.program).json["data"]
        if each["id"] == cashier
    ]
    assert listed == changed.json


def test_another_merchant_knows_nothing_of_a_cashier(
    shop: Shop, wiring: Wiring, http: Http, token_for: Tokens
) -> None:
    other, cashier = Shop(wiring, http, token_for), added(shop).json["id"]
    assert http.get(STAFF, token=other.boss).json["data"] == []
    for path, body in (("limits", {"stores": ["S1"]}), ("end", reason())):
        answer = http.post(f"{STAFF}/{cashier}/{path}", body, token=other.boss)
        assert refusal(answer) == (404, "NOT_FOUND"), answer.text


def test_a_store_that_is_not_theirs_is_the_wrong_store_at_every_route(shop: Shop) -> None:
    _, token = shop.cashier("S1", may_refund=True)
    elsewhere = shop.sold(shop.program, "S2")
    number = elsewhere["out_request_no"]
    code = a_code(shop.wiring, shop.person)
    before = points_of(shop.wiring, shop.person)["available"]
    http = shop.http
    for answer in (
        http.post(f"{SALES}/prepare", {"code": code, "store_id": "S2"}, token=token),
        shop.sells(token, "S2"),
        shop.sells(token, "S2", "?dry_run=true"),
        shop.sells(token, "S9"),
        http.get(f"{SALES}/{number}", token=token),
        shop.takes_back(elsewhere, token, reason="Cold."),
        http.get(f"{SALES}?store_id=S2", token=token),
        shop.closes(token, "S2"),
        http.get("/v1/merchant/closings?store_id=S2", token=token),
    ):
        assert refusal(answer) == (409, "WRONG_STORE"), answer.text
    assert points_of(shop.wiring, shop.person)["available"] == before
    assert http.post(f"{SALES}/prepare", {"code": code, "store_id": "S1"}, token=token).json[
        "offers"
    ], "the code was not used up by it"
    assert http.get(SALES, token=token).json["data"] == []
    assert shop.sold(token, "S1")["store_id"] == "S1"


def test_a_sale_above_a_limit_is_refused_and_moves_nothing(shop: Shop) -> None:
    for limits, sells, word in (
        ({"most_points_per_sale": 250}, ({"quantity": 2}, {"quantity": 3}), "at once"),
        ({"most_points_per_day": 300}, ({"quantity": 2}, {"quantity": 2}), "today"),
        ({"most_sales_per_day": 1}, ({}, {}), "number 2"),
    ):
        _, token = shop.cashier("S1", **limits)
        first, second = sells
        shop.sold(token, **first)
        before = points_of(shop.wiring, shop.person)["available"]
        for asked in ("", "?dry_run=true"):
            answer = shop.sells(token, asked=asked, **second)
            assert refusal(answer) == (409, "CASHIER_LIMIT_REACHED"), limits
            assert word in answer.json["detail"]
        assert points_of(shop.wiring, shop.person)["available"] == before
        # Another cashier, and the merchant's own program, go on.
        shop.sold(shop.cashier("S1", **limits)[1])
        shop.sold(shop.program, **second)


def test_a_repeat_is_answered_though_the_limit_is_reached(shop: Shop) -> None:
    _, token = shop.cashier("S1", most_sales_per_day=1)
    body = shop.body()
    path = f"{SALES}/capture"
    first = shop.http.post(path, body, token=token, key=key())
    again = shop.http.post(path, body, token=token, key=key())
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json


def _wants(shop: Shop, cashier: Any) -> WantedCapture:
    code = a_code(shop.wiring, shop.person)
    return WantedCapture(
        shop.merchant, code, shop.offer.offer_id, a_request_no(), "S1", 1, cashier_id=cashier
    )


def _capturing(shop: Shop, wanted: WantedCapture) -> Any:
    key, zone = shop.wiring.settings.identity_key, shop.wiring.zone
    return lambda connection: capture(
        connection, wanted, code_key=key, zone=zone, clock=Clock(None)
    )


def test_of_many_sales_at_once_no_more_are_made_than_the_day_allows(shop: Shop) -> None:
    cashier, _ = shop.cashier("S1", most_sales_per_day=3)
    works = [_capturing(shop, _wants(shop, cashier)) for _ in range(12)]
    answers = at_once(shop.wiring.settings.database_url or "", works)
    assert (len(accepted(answers)), len(refused(answers, CashierLimitReached))) == (3, 9)


def test_a_cashier_takes_back_only_where_it_was_stated_and_says_why(shop: Shop) -> None:
    seller, selling = shop.cashier("S1")
    taker, taking = shop.cashier("S1", may_refund=True)
    sale = shop.sold(selling, quantity=3)
    assert refusal(shop.takes_back(sale, selling, reason="Cold.")) == (
        403, "CASHIER_MAY_NOT_REFUND",
    )  # fmt: skip
    missing = shop.takes_back(sale, taking)
    assert refusal(missing) == (422, "REFUND_REASON_MISSING")
    assert missing.json["errors"][0]["pointer"] == "/reason"
    number = {"out_refund_no": a_request_no(), "quantity": 2, "reason": "Cold."}
    done = shop.takes_back(sale, taking, **number)
    assert done.status_code == 200, done.text
    assert done.json["cashier_id"] == public("usr", seller)
    [reversal] = done.json["reversals"]
    assert (reversal["cashier_id"], reversal["reason"]) == (public("usr", taker), "Cold.")
    assert shop.takes_back(sale, taking, **number).json["reversed_quantity"] == 2
    other = shop.takes_back(sale, taking, **{**number, "quantity": 1})
    assert other.status_code == 409, "the number is of another refund"
    # The person reads why, and not which cashier.
    own = shop.tokens("participant", tenant=shop.person)
    seen = shop.http.get(f"/v1/redemptions/{sale['id']}", token=own).json
    assert [each["reason"] for each in seen["reversals"]] == ["Cold."]
    assert "cashier" not in str(seen)
    assert broken_of(shop.wiring, CASHIERS, [parse("rdm", sale["id"])]) == []


def test_an_ended_cashiers_tokens_are_dead_and_their_sales_keep_the_name(shop: Shop) -> None:
    cashier, token = shop.cashier("S1")
    sale = shop.sold(token)
    ended = shop.http.post(
        f"{STAFF}/{public('usr', cashier)}/end", reason("Left."), token=shop.boss
    )
    assert (ended.status_code, ended.json["state"]) == (200, "ended"), ended.text
    assert refusal(shop.sells(token)) == (401, "TOKEN_REVOKED")
    shown = shop.http.get(f"{SALES}/{sale['out_request_no']}", token=shop.program).json
    assert shown["cashier_id"] == public("usr", cashier)
    assert broken_of(shop.wiring, CASHIERS, [parse("rdm", sale["id"])]) == []


def test_who_is_ended_while_a_sale_is_on_its_way_sells_before_it_or_not_at_all(shop: Shop) -> None:
    cashier, _ = shop.cashier("S1")
    wiring, by = shop.wiring, Viewer("merchant", shop.merchant, shop.boss_id)

    def ends(connection: Any) -> Any:
        return end_user(
            connection,
            cashier,
            reason="Left.",
            by=by,
            access_lifetime=USER_LIFETIME,
            clock=Clock(None),
        )

    works = [_capturing(shop, _wants(shop, cashier)) for _ in range(6)]
    answers = at_once(wiring.settings.database_url or "", [*works[:3], ends, *works[3:]])
    sold = [each for each in accepted(answers) if hasattr(each, "redemption_id")]
    assert len(sold) + len(refused(answers, CashierEnded)) == 6
    late = at_once(wiring.settings.database_url or "", [_capturing(shop, _wants(shop, cashier))])
    assert refused(late, CashierEnded) == late
    assert broken_of(wiring, CASHIERS, [each.redemption_id for each in sold]) == []


def test_who_guesses_codes_stops_nobody_but_themselves(shop: Shop) -> None:
    _, guesser = shop.cashier("S1")
    shown = {"code": "812345678901234567", "store_id": "S1"}
    path = f"{SALES}/prepare"
    codes = [shop.http.post(path, shown, token=guesser).json["code"] for _ in range(21)]
    assert codes == ["CODE_UNKNOWN"] * 20 + ["TOO_MANY_ATTEMPTS"]
    stopped = shop.sells(guesser)
    assert refusal(stopped) == (429, "TOO_MANY_ATTEMPTS")
    assert int(stopped.headers["Retry-After"]) > 0
    shop.sold(shop.cashier("S1")[1])
    shop.sold(shop.program)


@pytest.mark.parametrize(
    "by_hand",
    [
        "update redemption set store_id = 'S2' where redemption_id = :sale",
        "update redemption set points_each = 1000 where redemption_id = :sale",
        "update redemption set cashier_id = gen_random_uuid() where redemption_id = :sale",
        ENDED_BEFORE,
        "delete from cashier_terms where user_id = :cashier",
        "update cashier_terms set may_refund = false where user_id = :cashier",
    ],
)
def test_the_audit_sees_what_a_cashier_could_not_do(shop: Shop, by_hand: str) -> None:
    cashier, token = shop.cashier("S1", most_points_per_sale=500, may_refund=True)
    sale = shop.sold(token)
    assert shop.takes_back(sale, token, reason="Cold.").status_code == 200
    of_it = {"sale": parse("rdm", sale["id"]), "cashier": cashier}
    asked = f"select offender from ({CASHIERS.rows}) c (offender, bad) where bad is not false"
    with shop.wiring.database.engine.connect() as connection, connection.begin() as change:
        clean = set(connection.execute(text(asked)).scalars())
        connection.execute(text("set local session_replication_role = replica"))
        given = {name: value for name, value in of_it.items() if f":{name}" in by_hand}
        connection.execute(text(by_hand), given)
        found = set(connection.execute(text(asked)).scalars()) - clean
        change.rollback()
    assert found, by_hand
