"""A fire or a storm took back what was issued: the reserve pays, and the rest stands still.

The audit derives it apart, in its line ``project_losses``, and with all that is covered.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from app.usecases.projects.lose_unverified import lose_unverified
from app.usecases.projects.read_late_projects import read_late_projects
from app.usecases.projects.settle_loss import settle_loss
from app.wiring import Wiring
from behaviours.projects.loss import LossOpen, LossUncovered
from behaviours.refusal import Refusal
from rewards.trading.refusals import ProjectUncovered
from tests.builders import negotiations as agreed
from tests.builders.answers import key, refusal
from tests.builders.at_once import at_once
from tests.builders.auctions import an_auction, auction_row, bid, settle
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.empty_market import market, shut
from tests.builders.market import rows
from tests.builders.marsh import Marsh
from tests.builders.people import an_organisation
from tests.builders.project_chain import at
from tests.builders.viewers import enterprise

__all__ = ["market", "shut"]

BOTH = ("operator", "authority")
UNITS = """
    select state, sum(upper(numbers) - lower(numbers)) as t from unit_block
     where state not in ('split', 'merged') group by 1 order by 1
"""


@pytest.fixture
def marsh(market: Wiring) -> Marsh:
    project = Marsh(market)
    project.registered()
    return project


@pytest.fixture
def issued(marsh: Marsh) -> Marsh:
    """A thousand tonnes of 2025: 850 the owner's, 150 in the reserve."""
    marsh.issue(marsh.grown("2025-01-01", "2026-01-01", "1000"))
    assert units(marsh) == {"active": 850, "buffer": 150}
    return marsh


def units(marsh: Marsh) -> dict[str, int]:
    return {each["state"]: each["t"] for each in rows(marsh.wiring, UNITS)}


def offered(block: Mapping[str, Any], quantity_t: str) -> dict[str, Any]:
    """Some tonnes of a holding, for sale."""
    price = {"amount": "65.00", "currency": "CNY"}
    return {"block_id": block["id"], "quantity_t": quantity_t, "price": price}


def test_e10_a_storm_is_reported_stops_the_issue_and_is_paid_by_the_reserve(
    issued: Marsh,
) -> None:
    following = issued.grown("2026-01-01", "2027-01-01", "200")
    token = issued.applicant.token
    reported = issued.reporting(token, issued.lost("880"), key())
    assert reported.status_code == 201, reported.text
    told = reported.json
    assert (told["lost_kg"], told["state"], told["due_on"]) == (
        *("120000.000000", "reported"), "2026-03-03",
    )  # fmt: skip
    issued.ask(following)
    with pytest.raises(LossOpen):
        issued.sign(following, issued.by("operator"))
    first = issued.settling(["operator"], key())
    assert (first.status_code, first.json["awaiting"]) == (202, ["authority"])
    assert units(issued) == {"active": 850, "buffer": 150}
    done = issued.settling(["authority"], key())
    assert (done.status_code, done.json["state"]) == (200, "settled")
    assert units(issued) == {"active": 850, "buffer": 30, "cancelled": 120}
    (line,) = rows(issued.wiring, "select mg, cancelled_t from cover")
    assert tuple(line.values()) == (120_000_000_000, 120)
    (posting,) = rows(
        issued.wiring,
        "select mg, credit_account from carbon_posting"
        " where debit_account = 'reversed_after_issue'",
    )
    assert tuple(posting.values()) == (120_000_000_000, "reserve")
    assert refusal(issued.settling(["operator"], key())) == (409, "LOSS_STATE_CONFLICT")
    # The next verification measured the storm once more: what was settled of it is given back.
    issued.sign(following, issued.by("operator"))
    assert issued.sign(following, issued.by("authority")).period.state == "issued"
    (_, whole) = rows(
        issued.wiring,
        "select reported_mg, remeasured_mg, credited_mg from project_issuance"
        " order by issued_at, reported_mg desc",
    )
    assert tuple(whole.values()) == (200_000_000_000, 120_000_000_000, 320_000_000_000)
    (loss,) = issued.applicant.get(f"{issued.path}/losses").json["losses"]
    assert loss["counted_in"] == f"mpd_{following.hex}"
    assert_books_balance(issued.wiring)


def test_e10_a_loss_that_was_measured_and_settled_is_lost_once(issued: Marsh) -> None:
    issued.reporting(issued.applicant.token, issued.lost("900"), key())
    issued.settling(BOTH, key())
    following = issued.grown("2026-01-01", "2027-01-01", "-130")
    issued.issue(following)
    (_, whole) = rows(
        issued.wiring,
        "select reported_mg, remeasured_mg, deficit_mg, credited_mg from project_issuance"
        " order by issued_at, reported_mg desc",
    )
    # Of 130 t that were measured, 100 were replaced before: 30 t are owed.
    assert tuple(whole.values()) == (-130_000_000_000, 100_000_000_000, 30_000_000_000, 0)
    assert_books_balance(issued.wiring)


def test_e11_what_its_owner_did_not_report_the_programme_does(issued: Marsh) -> None:
    operator, stranger = (issued.tokens(each) for each in ("operator", "enterprise"))
    assert refusal(issued.reporting(stranger, issued.lost("0"), key())) == (404, "NOT_FOUND")
    reported = issued.reporting(operator, issued.lost("940", kind="felling"), key())
    assert reported.status_code == 201, reported.text
    # A year after the day: it was due within thirty.
    assert reported.json["due_on"] < reported.json["reported_at"][:10]
    issued.settling(BOTH, key())
    assert units(issued) == {"active": 850, "buffer": 90, "cancelled": 60}
    assert_books_balance(issued.wiring)


def test_e12_what_the_reserve_lacks_is_stated_and_as_many_units_stand_still(
    issued: Marsh,
) -> None:
    following = issued.grown("2026-01-01", "2027-01-01", "200")
    issued.reporting(issued.applicant.token, issued.lost("600", kind="fire"), key())
    issued.settling(BOTH, key())
    # 400 t are lost, the reserve had 150.
    assert units(issued) == {"active": 600, "cancelled": 150, "suspended": 250}
    (bundle,) = rows(issued.wiring, "select shortfall_mg, state from bundle")
    assert tuple(bundle.values()) == (250_000_000_000, "suspended")
    held = issued.http.get("/v1/holdings", token=issued.applicant.token).json["data"]
    assert sum(int(each["quantity_t"]) for each in held if each["state"] == "active") == 600
    # What of its owner's goes on is not sold either, before the loss is covered.
    (block,) = [each for each in held if each["state"] == "active"]
    offer = offered(block, "1")
    listed = issued.http.post("/v1/listings", offer, token=issued.applicant.token, key=key())
    assert refusal(listed) == (409, "PROJECT_UNCOVERED")
    issued.ask(following)
    with pytest.raises(LossUncovered) as refused:
        issued.sign(following, issued.by("operator"))
    assert refused.value.facts["uncovered_mg"] == "250000000000"
    assert_books_balance(issued.wiring)


def test_e12_what_is_for_sale_already_is_not_ordered_either(issued: Marsh) -> None:
    holding = issued.http.get("/v1/holdings", token=issued.applicant.token).json["data"]
    offer = offered(holding[0], "10")
    listed = issued.http.post("/v1/listings", offer, token=issued.applicant.token, key=key())
    assert listed.status_code == 201, listed.text
    issued.reporting(issued.applicant.token, issued.lost("600", kind="fire"), key())
    issued.settling(BOTH, key())
    buyer = issued.tokens("enterprise", tenant=an_organisation(issued.wiring, "enterprise"))
    path = f"/v1/listings/{listed.json['id']}/orders"
    order = {"quantity_t": "5", "client_reference": "o-1"}
    ordered = issued.http.post(path, order, token=buyer, key=key())
    assert refusal(ordered) == (409, "PROJECT_UNCOVERED")
    assert_books_balance(issued.wiring)


def test_e12_nor_by_an_auction_or_at_a_price_that_two_agree_on(issued: Marsh) -> None:
    market = issued.wiring
    (held,) = rows(market, "select block_id, owner_id from unit_block where state = 'active'")
    block_id, owner = held.values()
    now = market.clock.now()
    until = now + timedelta(hours=2)
    lot = an_auction(
        market, tonnes=10, block_id=block_id, seller=owner, opens_at=now, closes_at=until, at=now
    )
    buyer = an_organisation(market, "enterprise")
    bid(market, lot, buyer, 5_000, at=now)
    issued.reporting(issued.applicant.token, issued.lost("600", kind="fire"), key())
    issued.settling(BOTH, key())
    (free,) = rows(market, "select block_id from unit_block where state = 'active'")
    with pytest.raises(ProjectUncovered):
        an_auction(
            market, tonnes=1, block_id=free["block_id"], seller=owner,
            opens_at=now, closes_at=until, at=now,
        )  # fmt: skip
    # An offer keeps nothing; what comes of it does.
    one = agreed.offered(
        market, free["block_id"], owner, buyer, agreed.proposed(5, until=until), at=now
    )
    with pytest.raises(ProjectUncovered):
        agreed.accepted(market, one, enterprise(buyer), at=now)
    assert settle(market, until) == 1
    kept = auction_row(market, lot)
    assert (kept["reason"], kept["listing_state"]) == ("not_covered", "closed")
    assert_books_balance(market)


def after(issued: Marsh, day: date) -> None:
    issued.wiring = at(issued.wiring, day)


def unverified(issued: Marsh) -> int:
    return int(issued.run(lose_unverified, **issued.counted))


def test_e11_five_years_without_a_verification_are_treated_as_a_loss(issued: Marsh) -> None:
    operator = issued.by("operator")
    named = {"by": operator, "most": 9}
    late = issued.run(read_late_projects, **named, **issued.counted)
    assert late.reports == []
    # The last day that was verified is that before 2026.
    after(issued, date(2028, 1, 1))
    (found,) = issued.run(read_late_projects, **named, **issued.counted).reports
    assert found == (issued.project_id, date(2026, 1, 1), 150)
    after(issued, date(2030, 12, 31))
    assert unverified(issued) == 0
    after(issued, date(2031, 1, 1))
    doing = [partial(unverified, issued) for _ in range(3)]
    assert sum(at_once(doing)) == 1
    assert unverified(issued) == 0
    (loss,) = rows(issued.wiring, "select kind, lost_mg, state, reported_by from project_loss")
    assert tuple(loss.values()) == ("unverified", 1_000_000_000_000, "reported", None)
    for role in BOTH:
        issued.run(settle_loss, issued.project_id, 1, by=issued.by(role), **issued.counted)
    assert units(issued) == {"cancelled": 150, "suspended": 850}
    assert unverified(issued) == 0
    assert_books_balance(issued.wiring)


@pytest.mark.parametrize(
    ("on", "paid_t"), [(date(2027, 12, 31), 300), (date(2028, 1, 1), 150)], ids=["due", "overdue"]
)
def test_e11_what_overdue_land_gave_to_the_reserve_pays_for_its_own_losses_only(
    issued: Marsh, on: date, paid_t: int
) -> None:
    other = Marsh(issued.wiring)
    other.registered()
    other.issue(other.grown("2025-01-01", "2026-01-01", "1000"))
    # The one's land is verified once more; nobody looked at the other's since.
    issued.grown("2026-01-01", "2027-01-01", "200")
    issued.reporting(issued.applicant.token, issued.lost("600", kind="fire"), key())
    other.reporting(other.applicant.token, other.lost("900"), key())
    for each in (issued, other):
        after(each, on)
    for role in BOTH:
        issued.run(settle_loss, issued.project_id, 1, by=issued.by(role), **issued.counted)
    of_one = "select shortfall_mg from bundle b join monitoring_period m using (period_id)"
    (bundle,) = rows(issued.wiring, f"{of_one} where m.project_id = '{issued.project_id}'")
    assert bundle["shortfall_mg"] == (400 - paid_t) * 10**9
    for role in BOTH:
        other.run(settle_loss, other.project_id, 1, by=other.by(role), **other.counted)
    (bundle,) = rows(issued.wiring, f"{of_one} where m.project_id = '{other.project_id}'")
    assert bundle["shortfall_mg"] == max(100 - (300 - paid_t), 0) * 10**9
    assert_books_balance(issued.wiring)


def test_e11_a_loss_that_was_reported_late_stands_on_the_list(issued: Marsh) -> None:
    issued.reporting(issued.tokens("operator"), issued.lost("940", kind="felling"), key())
    told = issued.http.get("/v1/projects/late", token=issued.tokens("operator")).json["losses"]
    assert told == [
        {"project_id": issued.path[1:], "number": 1, "due_on": "2026-03-03"},
    ]


def test_nobody_loses_more_than_was_credited(issued: Marsh) -> None:
    token = issued.applicant.token
    issued.reporting(token, issued.lost("-500"), key())
    issued.settling(BOTH, key())
    # 1,500 t of stock are gone; a thousand were credited.
    (part,) = rows(issued.wiring, "select mg from loss_part")
    assert part["mg"] == 1_000_000_000_000
    assert units(issued) == {"cancelled": 150, "suspended": 850}
    assert_books_balance(issued.wiring)


def test_a_report_is_of_strata_values_and_days_that_can_be_meant(
    marsh: Marsh,
) -> None:
    token = marsh.applicant.token
    early = marsh.reporting(token, marsh.lost("0"), key())
    assert refusal(early) == (409, "NOTHING_TO_LOSE")
    marsh.issue(marsh.grown("2025-01-01", "2026-01-01", "1000"))
    wrong = [
        {"occurred_on": "2025-12-31"},
        {"occurred_on": "2027-03-02"},
        {"strata": ["S9"]},
        {"area_m2": 10**9},
        {"after": {"tree_stated": {"S1.2024": "1"}}},
        {"after": {"burning": {"2025": "1"}}},
        {"after": {"confidence": {"": "90"}}},
        {"after": {"tree_stated": {"S1.2025": "1001"}}},
    ]
    for each in wrong:
        answer = marsh.reporting(token, marsh.lost("0", **each), key())
        assert refusal(answer) == (422, "LOSS_UNFIT"), each


def test_two_settle_at_once_and_the_reserve_pays_once(issued: Marsh) -> None:
    issued.reporting(issued.applicant.token, issued.lost("900"), key())
    issued.settling(["operator"], key())
    signing = [
        partial(issued.run, settle_loss, issued.project_id, 1, by=issued.by("authority"),
                **issued.counted)
        for _ in range(3)
    ]  # fmt: skip
    answers = at_once(signing)
    refused = [each.code for each in answers if isinstance(each, Refusal)]
    assert refused == ["LOSS_STATE_CONFLICT"] * 2
    assert units(issued) == {"active": 850, "buffer": 50, "cancelled": 100}
    assert_books_balance(issued.wiring)


def test_the_audit_sees_a_loss_that_nobody_had(issued: Marsh) -> None:
    issued.reporting(issued.applicant.token, issued.lost("900"), key())
    issued.settling(BOTH, key())
    issued.issue(issued.grown("2026-01-01", "2027-01-01", "200"))
    mine = f"project_id = '{issued.project_id}'"
    assert_each_is_seen(
        issued.wiring,
        {
            "select 1": [],
            f"update project_loss set lost_mg = lost_mg + 1 where {mine}": [
                "project_losses",
                "project_runs",
            ],
            f"update project_loss set kind = 'fire' where {mine}": ["project_losses"],
            f"update project_loss set counted_in = null where {mine}": ["project_losses"],
            f"update project_loss set state = 'reported', counted_in = null where {mine}": [
                "project_losses",
                "events_tell_states",
            ],
            f"update loss_part set mg = mg - 1 where {mine}": [
                "reversals_covered",
                "project_losses",
            ],
            f"delete from signature where subject_id = '{issued.project_id}'"
            " and role = 'authority' and verb like 'settle%'": ["project_losses", "log_signatures"],
        },
    )
