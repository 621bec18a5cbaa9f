"""Each kind of posting by name, on both of its sides, and what cannot be posted at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from uuid import UUID

import pytest

from rewards.ledger import carbon, money, points
from rewards.ledger.carbon import BundleBook
from rewards.ledger.chart import Chart
from rewards.ledger.points import LotUse, PersonsPoints, PointsPosting
from rewards.ledger.posting import Posting

PERSON, THING, BY, SHOP = (UUID(int=number) for number in (1, 2, 3, 4))
LOT = UUID(int=7)
THEIRS = PersonsPoints(PERSON, THING)
BUDGET = f"budget:{UUID(int=5).hex}"
SPONSORED = PersonsPoints(PERSON, THING, BUDGET)
SHOPS = f"merchant:{SHOP.hex}"
PUT, TAKEN = [LotUse(LOT, 30)], [LotUse(LOT, -30)]

# (what is posted; its kind; its sides; by how much the person's balance, hold and debt rise)
OF_POINTS: list[tuple[PointsPosting, str, str, str, tuple[int, int, int]]] = [
    (THEIRS.award(BY, PUT), "award", "participant", "issuance", (30, 0, 0)),
    (THEIRS.hold(BY, TAKEN), "hold", "held", "participant", (-30, 30, 0)),
    (THEIRS.release(BY, PUT), "release", "participant", "held", (30, -30, 0)),
    (THEIRS.spend(BY, SHOP, TAKEN), "spend", SHOPS, "participant", (-30, 0, 0)),
    (THEIRS.spend_held(BY, SHOP, 30), "spend", SHOPS, "held", (0, -30, 0)),
    (THEIRS.refund(BY, SHOP, PUT), "refund", "participant", SHOPS, (30, 0, 0)),
    (THEIRS.claw_back(BY, TAKEN), "clawback", "issuance", "participant", (-30, 0, 0)),
    (THEIRS.claw_back_expired(BY, 30), "clawback", "issuance", "expired", (0, 0, 0)),
    (THEIRS.owe(BY, 30), "owe", "issuance", "debt", (0, 0, 30)),
    (SPONSORED.award(BY, PUT), "award", "participant", BUDGET, (30, 0, 0)),
    (SPONSORED.claw_back(BY, TAKEN), "clawback", BUDGET, "participant", (-30, 0, 0)),
    (SPONSORED.claw_back_expired(BY, 30), "clawback", BUDGET, "expired", (0, 0, 0)),
    (SPONSORED.owe(BY, 30), "owe", BUDGET, "debt", (0, 0, 30)),
    (THEIRS.recover(BY, TAKEN), "recover", "debt", "participant", (-30, 0, -30)),
    (THEIRS.expire(BY, TAKEN), "expire", "expired", "participant", (-30, 0, 0)),
    (THEIRS.write_off(BY, 30), "write_off", "debt", "written_off", (0, 0, -30)),
    (THEIRS.carry_out(BY, 30), "carry", "debt", "carried", (0, 0, -30)),
    (THEIRS.adjust(BY, PUT), "adjust", "participant", "adjusted", (30, 0, 0)),
    (THEIRS.adjust(BY, TAKEN), "adjust", "adjusted", "participant", (-30, 0, 0)),
    (THEIRS.carry_in(BY, 30), "carry", "carried", "debt", (0, 0, 30)),
]


@pytest.mark.parametrize(("made", "kind", "debit", "credit", "rises"), OF_POINTS)
def test_a_posting_of_points_has_these_sides_and_changes_this(
    made: PointsPosting, kind: str, debit: str, credit: str, rises: tuple[int, int, int]
) -> None:
    assert made.posting == Posting("points", kind, debit, credit, 30, THING)
    assert (made.participant_id, made.transfer_id, made.points) == (PERSON, BY, 30)
    assert tuple(made.change_of(name) for name in ("participant", "held", "debt")) == rises
    assert sum(use.points for use in made.uses) == rises[0]


def test_the_table_of_points_is_the_whole_chart() -> None:
    def kind_of_account(account: str) -> str:
        return {SHOPS: "merchant:", BUDGET: "budget:"}.get(account, account)

    found = {
        (kind, kind_of_account(debit), kind_of_account(credit))
        for _, kind, debit, credit, _ in OF_POINTS
    }
    kinds = points.CHART.kinds
    assert found == {(kind, *pair) for kind in points.OF_PEOPLE for pair in kinds[kind]}
    assert len(found) == len(OF_POINTS)


def test_what_a_sponsor_puts_up_goes_to_its_budget_and_back() -> None:
    sponsor = f"sponsor:{SHOP.hex}"
    assert points.fund(THING, SHOP, 7) == Posting(
        "points", "fund", f"budget:{THING.hex}", sponsor, 7, THING
    )
    assert points.return_rest(THING, None, 3) == Posting(
        "points", "return", "sponsor:programme", f"budget:{THING.hex}", 3, THING
    )
    assert {*points.CHART.kinds} - {*points.OF_PEOPLE} == {"fund", "return"}


BOOK = BundleBook(THING, "voluntary", "gd.pv", 2026)
OWN, WAITING = f"bundle:{THING.hex}", "carry:voluntary"


@pytest.mark.parametrize(
    ("made", "kind", "debit", "credit"),
    [
        (BOOK.seal({"gd.pv": 5}), "seal", OWN, "pool"),
        (BOOK.carry_in(5), "carry_in", OWN, WAITING),
        (BOOK.carry_back(5), "carry_out", WAITING, OWN),
        (BOOK.make_good(5), "make_good", "reversed_after_issue", "reserve"),
        (BOOK.replace(5, family="gd.pv", vintage=2026), "replace", "reversed_after_issue", "units"),
    ],
)
def test_a_posting_of_carbon_has_these_sides(
    made: list[carbon.CarbonPosting], kind: str, debit: str, credit: str
) -> None:
    [posting] = made
    assert posting == (Posting("carbon", kind, debit, credit, 5, THING), "gd.pv", 2026)


def test_an_issue_leaves_by_four_ways_and_none_is_posted_of_nothing() -> None:
    amounts = {"deducted_mg": 1, "reserve_mg": 2, "units_mg": 3, "carried_out_mg": 4}
    made = [each.posting for each in BOOK.issue(**amounts)]
    assert [(each.kind, each.debit_account, each.credit_account, each.amount) for each in made] == [
        ("withdraw", "withdrawn", OWN, 1),
        ("keep", "reserve", OWN, 2),
        ("issue", "units", OWN, 3),
        ("carry_out", WAITING, OWN, 4),
    ]
    for name, (at, _) in zip(amounts, enumerate(made), strict=True):
        fewer = [each.posting for each in BOOK.issue(**{**amounts, name: 0})]
        assert fewer == made[:at] + made[at + 1 :]


def test_units_cancelled_for_a_bundle_leave_under_their_own_family_and_vintage() -> None:
    [posting] = BOOK.replace(5, family="bj.ride", vintage=2027)
    assert (posting.family, posting.vintage, posting.posting.reference_id) == (
        "bj.ride",
        2027,
        THING,
    )


@pytest.mark.parametrize("seller", [None, SHOP])
def test_a_payment_goes_in_and_out_of_the_trades_own_escrow(seller: UUID | None) -> None:
    paid, settled = money.settle(THING, seller_id=seller, amount_fen=5)
    escrow = f"escrow:{THING.hex}"
    proceeds = "proceeds:programme" if seller is None else f"proceeds:{SHOP.hex}"
    assert paid == Posting("money", "pay", escrow, "bank", 5, THING)
    assert settled == Posting("money", "settle", proceeds, escrow, 5, THING)


@pytest.mark.parametrize("made", [each for each, *_ in OF_POINTS if each.uses])
@pytest.mark.parametrize("off", [-61, -31, -1, 1, 31])
def test_lots_and_account_of_a_person_move_together_or_not_at_all(
    made: PointsPosting, off: int
) -> None:
    with pytest.raises(AssertionError):
        replace(made, uses=(*made.uses, LotUse(LOT, off)))
    with pytest.raises(AssertionError):
        replace(made, uses=())


@pytest.mark.parametrize("made", [each for each, *_ in OF_POINTS if not each.uses])
def test_what_moves_nothing_of_a_person_touches_no_lot(made: PointsPosting) -> None:
    with pytest.raises(AssertionError):
        replace(made, uses=tuple(PUT))


@pytest.mark.parametrize("amount", [0, -1, -30])
@pytest.mark.parametrize(
    "post",
    [
        lambda amount: THEIRS.owe(BY, amount),
        lambda amount: THEIRS.spend_held(BY, SHOP, amount),
        lambda amount: money.settle(THING, seller_id=None, amount_fen=amount),
        lambda amount: BOOK.replace(amount, family="gd.pv", vintage=2026),
    ],
)
def test_no_book_takes_nothing_or_less(post: Callable[[int], object], amount: int) -> None:
    with pytest.raises(AssertionError):
        post(amount)


@pytest.mark.parametrize("chart", [points.CHART, carbon.CHART, money.CHART], ids=lambda c: c.book)
def test_the_sides_of_a_kind_the_wrong_way_round_are_another_kind_or_a_fault(chart: Chart) -> None:
    def named(name: str) -> str:
        return f"{name}{THING.hex}" if name.endswith(":") else name

    for kind, sides in chart.kinds.items():
        for debit, credit in sides:
            if (credit, debit) in sides:
                continue
            with pytest.raises(AssertionError):
                chart.posting(kind, named(credit), named(debit), 5, THING)


def test_an_account_of_one_book_is_none_of_another() -> None:
    own = {"points": "participant", "carbon": "pool", "money": "bank"}
    for (book, account), chart in product(own.items(), (points.CHART, carbon.CHART, money.CHART)):
        assert (chart.find(account) is not None) == (chart.book == book)
