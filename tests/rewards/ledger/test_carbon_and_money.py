"""The carbon book moves a bundle's mass whole; the money book moves a payment whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from hypothesis import given, strategies as st

from rewards.ledger import carbon, money
from rewards.ledger.carbon import BundleBook, CarbonPosting, bundle_account, carry_account
from rewards.ledger.posting import Posting

BUNDLE, TRADE, SELLER = UUID(int=1), UUID(int=2), UUID(int=3)
BOOK = BundleBook(BUNDLE, "voluntary", "cycling", 2026)
MASS = st.integers(0, 10**15)


def balances(postings: Iterable[Posting]) -> dict[str, int]:
    """Debits less credits by account; empty accounts are left out."""
    found: Counter[str] = Counter()
    for posting in postings:
        found[posting.debit_account] += posting.amount
        found[posting.credit_account] -= posting.amount
    assert sum(found.values()) == 0
    return {account: amount for account, amount in found.items() if amount}


def plain(postings: Iterable[CarbonPosting]) -> list[Posting]:
    return [each.posting for each in postings]


def test_sealing_takes_each_methodology_out_of_the_pool_under_its_own_family() -> None:
    postings = BOOK.seal({"cycling": 300, "metro": 200, "walking": 0})
    assert {(each.family, each.vintage, each.posting.amount) for each in postings} == {
        ("cycling", 2026, 300),
        ("metro", 2026, 200),
    }
    assert balances(plain(postings)) == {bundle_account(BUNDLE): 500, carbon.POOL: -500}


def test_every_posting_of_a_bundle_names_the_bundle() -> None:
    postings = [*BOOK.seal({"cycling": 5}), *BOOK.carry_in(3), *BOOK.carry_back(3)]
    assert {each.posting.reference_id for each in postings} == {BUNDLE}


def test_nothing_makes_no_posting() -> None:
    assert BOOK.carry_in(0) == []
    assert BOOK.carry_back(0) == []
    assert BOOK.seal({}) == []
    assert BOOK.issue(deducted_mg=0, reserve_mg=0, units_mg=0, carried_out_mg=0) == []


@given(MASS, MASS, MASS, MASS)
def test_an_issue_empties_the_bundle_and_loses_nothing(
    deducted_mg: int, reserve_mg: int, units_mg: int, carried_out_mg: int
) -> None:
    total = deducted_mg + reserve_mg + units_mg + carried_out_mg
    issued = BOOK.issue(
        deducted_mg=deducted_mg,
        reserve_mg=reserve_mg,
        units_mg=units_mg,
        carried_out_mg=carried_out_mg,
    )
    found = balances(plain([*BOOK.seal({"cycling": total}), *issued]))
    assert bundle_account(BUNDLE) not in found
    assert found.get(carbon.WITHDRAWN, 0) == deducted_mg
    assert found.get(carbon.RESERVE, 0) == reserve_mg
    assert found.get(carbon.UNITS, 0) == units_mg
    assert found.get(carry_account("voluntary"), 0) == carried_out_mg
    assert -found.get(carbon.POOL, 0) == total


@given(st.integers(1, 10**9))
def test_a_remainder_that_is_carried_in_and_back_is_where_it_was(mg: int) -> None:
    assert balances(plain([*BOOK.carry_in(mg), *BOOK.carry_back(mg)])) == {}


def test_a_remainder_keeps_its_class() -> None:
    (voluntary,) = BOOK.carry_in(4)
    (compliance,) = BundleBook(BUNDLE, "compliance", "cycling", 2026).carry_in(4)
    assert voluntary.posting.credit_account == "carry:voluntary"
    assert compliance.posting.credit_account == "carry:compliance"


@given(st.integers(1, 10**12), st.sampled_from([None, SELLER]))
def test_a_payment_passes_through_escrow_to_its_seller(fen: int, seller_id: UUID | None) -> None:
    postings = money.settle(TRADE, seller_id=seller_id, amount_fen=fen)
    assert [each.kind for each in postings] == [money.PAY, money.SETTLE]
    assert {each.reference_id for each in postings} == {TRADE}
    assert balances(postings) == {money.BANK: -fen, money.proceeds_account(seller_id): fen}


def test_the_accounts_are_spelled_as_they_always_were() -> None:
    assert money.proceeds_account(None) == "proceeds:programme"
    assert money.proceeds_account(SELLER) == f"proceeds:{SELLER.hex}"
    assert money.escrow_account(TRADE) == f"escrow:{TRADE.hex}"
    assert bundle_account(BUNDLE) == f"bundle:{BUNDLE.hex}"
