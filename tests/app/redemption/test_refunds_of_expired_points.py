"""What comes back after its lot expired follows the rule that the offer was published with."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from app.usecases.points.read_points import read_points
from app.usecases.redemption.release_holds_of import release_holds_of
from app.wiring import Wiring
from behaviours.civil_time import civil_day, day_ends_at
from behaviours.viewer import Viewer
from rewards.redemption.code import VOUCHER_VALID_FOR
from rewards.redemption.redemption import Redemption
from tests.builders.answers import key, refusal
from tests.builders.audit import assert_books_balance
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.points import a_person_with, give_points
from tests.builders.redemption import (
    OFFER_SENT,
    a_code,
    an_offer,
    capturing,
    redeeming,
    reversing,
    wanting,
)

SOON = timedelta(hours=2)


class Sale:
    """Three coffees of 100 points, paid two hours before the first points expire;
    ``longer`` of them do later."""

    def __init__(self, wiring: Wiring, *, refund_valid_days: int | None, longer: int = 0) -> None:
        self.wiring = wiring
        begun = wiring.clock.now() - timedelta(days=60)
        self.person = a_person_with(wiring, 300 - longer, available_at=begun)
        self.expires_at = self.lots()[0][0]
        if longer:
            give_points(wiring, self.person, longer, available_at=begun + timedelta(days=50))
        self.at = self.expires_at - SOON
        offer = an_offer(wiring, reversal_window_s=5 * 86_400, refund_valid_days=refund_valid_days)
        self.offer = offer
        code = a_code(wiring, self.person, now=self.at)
        self.sold: Redemption = capturing(wiring, wanting(offer, code, quantity=3), now=self.at)

    def takes_back(self, quantity: int | None, *, after: timedelta) -> datetime:
        now = self.at + after
        reversing(self.wiring, self.sold, quantity=quantity, now=now)
        return now

    def available(self, now: datetime) -> int:
        viewer = Viewer("participant", self.person)
        zone = self.wiring.zone
        return self.wiring.database.transact(read_points, viewer, now=now, zone=zone).available

    def lots(self) -> list[tuple[datetime, int, int]]:
        asked = text(
            "select expires_at, granted, remaining from points_lot"
            " where participant_id = :person order by expires_at, available_at"
        )
        rows = self.wiring.database.transact(
            lambda connection: connection.execute(asked, {"person": self.person}).all()
        )
        return [(row.expires_at, row.granted, row.remaining) for row in rows]


def test_before_the_lot_expires_it_comes_back_to_it_whatever_the_rule(books: Wiring) -> None:
    for days in (None, 30):
        sale = Sale(books, refund_valid_days=days)
        now = sale.takes_back(None, after=SOON - timedelta(seconds=1))
        assert sale.lots() == [(sale.expires_at, 300, 300)]
        assert sale.available(now) == 300
        assert sale.available(sale.expires_at) == 0
    assert_books_balance(books)


def test_by_the_usual_rule_what_expired_meanwhile_stays_expired(books: Wiring) -> None:
    sale = Sale(books, refund_valid_days=None)
    now = sale.takes_back(None, after=SOON)
    assert sale.lots() == [(sale.expires_at, 300, 300)], "back to the lot, which is over"
    assert sale.available(now) == 0
    assert_books_balance(books)


def test_by_a_rule_of_days_it_is_good_through_the_last_of_them(books: Wiring) -> None:
    sale = Sale(books, refund_valid_days=30)
    early = sale.takes_back(1, after=timedelta(minutes=1))
    assert sale.available(early) == 100
    late = sale.takes_back(1, after=SOON)
    over = day_ends_at(civil_day(late, books.zone) + timedelta(days=30), books.zone)
    assert sale.lots() == [(sale.expires_at, 300, 100), (over, 100, 100)]
    assert sale.available(late) == 100
    # At the same moment once more, into the same lot.
    sale.takes_back(1, after=SOON)
    assert sale.lots() == [(sale.expires_at, 300, 100), (over, 200, 200)]
    assert sale.available(over - timedelta(seconds=1)) == 200
    assert sale.available(over) == 0
    assert_books_balance(books)


def test_each_part_comes_back_by_whether_its_own_lot_is_over(books: Wiring) -> None:
    sale = Sale(books, refund_valid_days=7, longer=150)
    first, second = sale.lots()
    assert [first, second] == [(sale.expires_at, 150, 0), (second[0], 150, 0)]
    # The lot that paid last gets its own back first; of the second coffee half comes to each.
    sale.takes_back(1, after=SOON)
    assert sale.lots() == [first, (second[0], 150, 100)]
    late = sale.takes_back(1, after=SOON + timedelta(minutes=1))
    over = day_ends_at(civil_day(late, books.zone) + timedelta(days=7), books.zone)
    assert sale.lots() == [first, (over, 50, 50), (second[0], 150, 150)]
    sale.takes_back(None, after=SOON + timedelta(minutes=2))
    granted = [(expires_at, remaining) for expires_at, _, remaining in sale.lots()]
    assert granted == [(sale.expires_at, 0), (over, 50), (over, 100), (second[0], 150)]
    assert sale.available(late + timedelta(hours=1)) == 300
    assert_books_balance(books)


def test_who_publishes_states_the_rule_once(wiring: Wiring, http: Http, token_for: Tokens) -> None:
    merchant = an_organisation(wiring, "merchant")
    own, operator = token_for("merchant", tenant=merchant), token_for("operator")
    drafted = http.post("/v1/merchant/offers", OFFER_SENT, token=own, key=key()).json
    assert (drafted["refund_of_expired"], drafted["refund_valid_days"]) == ("back_to_lot", None)
    path = f"/v1/offers/{drafted['id']}/publish"

    def publishes(body: dict[str, Any] | None, token: str = operator) -> Any:
        return http.post(path, body, token=token, key=key())

    for wrong in (0, -1, 367, "30", True):
        answer = publishes({"refund_valid_days": wrong})
        assert refusal(answer) == (422, "VALIDATION_FAILED")
    assert publishes({"refund_valid_days": 30}, own).status_code == 403
    told = publishes({"refund_valid_days": 30}).json
    assert (told["refund_of_expired"], told["refund_valid_days"]) == ("new_lot", 30)
    seen = http.get(f"/v1/offers/{drafted['id']}").json
    assert (seen["refund_of_expired"], seen["refund_valid_days"]) == ("new_lot", 30)
    assert publishes({"refund_valid_days": 30}).status_code == 200
    for other in ({"refund_valid_days": 31}, {}, None):
        assert refusal(publishes(other)) == (409, "OFFER_NOT_DRAFT")
    # The merchant cannot draft it, nor change it.
    body = {**OFFER_SENT, "refund_valid_days": 30}
    assert refusal(http.post("/v1/merchant/offers", body, token=own, key=key())) == (
        422, "VALIDATION_FAILED",
    )  # fmt: skip


def test_a_hold_that_comes_to_nothing_goes_back_to_its_lots_by_whatever_rule(
    books: Wiring,
) -> None:
    sale = Sale(books, refund_valid_days=7)
    sale.takes_back(None, after=timedelta(minutes=1))
    held = redeeming(books, sale.person, sale.offer, now=sale.at + timedelta(minutes=2))
    later = sale.at + VOUCHER_VALID_FOR + timedelta(hours=1)
    books.database.transact(release_holds_of, sale.person, debt=0, now=later)
    assert sale.lots() == [(sale.expires_at, 300, 300)]
    assert held.redemption.points == 100
    assert sale.available(later) == 0
    assert_books_balance(books)
