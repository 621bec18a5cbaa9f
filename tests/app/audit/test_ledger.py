"""The three books at any moment: they balance, and histories sum to what accounts hold."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.ids import public
from app.usecases.audit.read_account_history import read_account_history
from app.usecases.audit.read_trial_balance import read_trial_balance
from app.wiring import Wiring
from rewards.ledger.statement import CHARTS, AccountEntry, AccountHistory, UnknownAccount
from tests.builders.commands import typed

BOOKS = {
    "points": ("points_transfer", "points"),
    "carbon": ("carbon_posting", "mg"),
    "money": ("money_posting", "fen"),
}


def asked(wiring: Wiring, statement: str, **given: Any) -> list[Any]:
    """What a plain SQL question answers."""
    return wiring.database.transact(
        lambda connection: connection.execute(text(statement), given).all()
    )


def moments(wiring: Wiring, book: str) -> list[datetime]:
    """Before the first posting, at some of them and just before, and after the last."""
    table, _ = BOOKS[book]
    posted = [row[0] for row in asked(wiring, f"select distinct posted_at from {table} order by 1")]
    some = posted[:: max(1, len(posted) // 4)]
    tick = timedelta(microseconds=1)
    return [posted[0] - tick, *some, *(each - tick for each in some), posted[-1]]


def held_at(wiring: Wiring, book: str, account: str, at: datetime) -> int:
    """Debits less credits of one account, by plain SQL."""
    table, amount = BOOKS[book]
    (row,) = asked(
        wiring,
        f"select coalesce(sum({amount} * ((debit_account = :account)::int"
        f" - (credit_account = :account)::int)), 0)::bigint from {table} where posted_at <= :at",
        account=account,
        at=at,
    )
    return row[0]


def whole_history(
    wiring: Wiring, book: str, account: str, at: datetime, **person: Any
) -> tuple[AccountHistory, list[AccountEntry]]:
    """The first page and every entry of all pages."""
    entries: list[AccountEntry] = []
    before: UUID | None = None
    while True:
        page = wiring.database.transact(
            read_account_history, book, account, at=at, before=before, most=500, **person
        )
        entries += page.entries
        if len(page.entries) < 500:
            return page, entries
        before = page.entries[-1].posting_id


@pytest.mark.parametrize("book", BOOKS)
def test_every_book_balances_at_every_moment(seeded: Wiring, book: str) -> None:
    for at in moments(seeded, book):
        found = seeded.database.transact(read_trial_balance, book, at=at)
        assert found.difference == 0
        for line in found.lines:
            if not line.account.endswith(":"):
                balance = abs(held_at(seeded, book, line.account, at))
                assert abs(found.balance(line)) == balance
                assert found.balance(line) >= 0, line


@pytest.mark.parametrize("book", BOOKS)
def test_before_the_first_posting_a_book_is_empty(seeded: Wiring, book: str) -> None:
    found = seeded.database.transact(read_trial_balance, book, at=moments(seeded, book)[0])
    assert found.lines == ()


def test_the_trial_balance_of_points_is_what_all_people_have(seeded: Wiring) -> None:
    at = moments(seeded, "points")[-1]
    found = seeded.database.transact(read_trial_balance, "points", at=at)
    held = {line.account: found.balance(line) for line in found.lines}
    ((balance, set_aside, debt),) = asked(
        seeded,
        "select sum(balance)::bigint, sum(held)::bigint, sum(debt)::bigint from points_account",
    )
    assert held["participant"] == balance
    assert (held.get("held", 0), held.get("debt", 0)) == (set_aside, debt)


@pytest.mark.parametrize("book", ["carbon", "money"])
def test_the_history_of_every_account_sums_to_what_it_held(seeded: Wiring, book: str) -> None:
    table, _ = BOOKS[book]
    accounts = asked(
        seeded,
        f"select debit_account from {table} union select credit_account from {table}",
    )
    for (account,) in accounts:
        for at in moments(seeded, book):
            first, entries = whole_history(seeded, book, account, at)
            assert sum(each.change for each in entries) == first.balance
            assert abs(first.balance) == abs(held_at(seeded, book, account, at))
            assert all(each.posted_at <= at for each in entries)
            assert {each.kind for each in entries} <= set(CHARTS[book].kinds)


def test_a_persons_history_sums_to_their_balance_page_by_page(seeded: Wiring) -> None:
    at = moments(seeded, "points")[-1]
    people = asked(
        seeded, "select participant_id, balance from points_account order by balance desc limit 3"
    )
    for person, balance in people:
        first, entries = whole_history(seeded, "points", "participant", at, participant_id=person)
        assert first.balance == sum(each.change for each in entries) == balance
        page = seeded.database.transact(
            read_account_history, "points", "participant", at=at, participant_id=person, most=2
        )
        assert list(page.entries) == entries[:2]
        rest = seeded.database.transact(
            read_account_history,
            "points",
            "participant",
            at=at,
            participant_id=person,
            before=entries[1].posting_id,
        )
        assert list(rest.entries) == entries[2:102]


@pytest.mark.parametrize("account", ["petty cash", "bundle:", "bank"])
def test_an_account_that_the_book_does_not_have_is_refused(seeded: Wiring, account: str) -> None:
    with pytest.raises(UnknownAccount) as refused:
        seeded.database.transact(
            read_account_history, "carbon", account, at=moments(seeded, "carbon")[-1]
        )
    assert "reserve" in refused.value.facts["accounts"]


def test_the_command_prints_all_three_books_and_their_units(seeded: Wiring) -> None:
    result = typed(seeded, "audit", "trial-balance")
    assert result.exit_code == 0, result.output
    headings = [line for line in result.output.splitlines() if not line.startswith(" ")]
    assert [line.partition(" at ")[0] for line in headings] == [
        "points (points)",
        "carbon (mg CO2e)",
        "money (fen)",
    ]
    together = [line.split() for line in result.output.splitlines() if "together" in line]
    assert [(debits == credits_, left) for _, debits, credits_, left in together] == [
        (True, "0")
    ] * 3


def test_the_command_takes_a_book_and_a_moment(seeded: Wiring) -> None:
    early = moments(seeded, "carbon")[0].isoformat()
    result = typed(seeded, "audit", "trial-balance", "--book", "carbon", "--at", early)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1].split() == ["together", "0", "0", "0"]
    assert typed(seeded, "audit", "trial-balance", "--at", "yesterday").exit_code == 2
    assert typed(seeded, "audit", "trial-balance", "--at", "2026-07-01T04:00:00").exit_code == 2


def test_the_command_prints_an_accounts_postings(seeded: Wiring) -> None:
    ((person, balance),) = asked(
        seeded, "select participant_id, balance from points_account order by balance desc limit 1"
    )
    of = ("account", "participant", "--book", "points", "--of", public("par", person))
    result = typed(seeded, "audit", *of, "--limit", "1")
    assert result.exit_code == 0, result.output
    first, entry = result.output.splitlines()
    assert first.startswith(f"participant held {balance} points at ")
    after = typed(seeded, "audit", *of, "--limit", "1", "--before", entry.split()[0])
    assert after.output.splitlines()[1] != entry
    assert typed(seeded, "audit", "account", "petty cash", "--book", "money").exit_code != 0
    assert (
        typed(seeded, "audit", "account", "bank", "--book", "money", "--of", "par_1").exit_code == 2
    )
