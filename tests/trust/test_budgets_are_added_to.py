"""What a sponsor adds to an open budget is signed by two, paid by its rule, and never overspent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

import pytest

from app.ids import public
from app.settings import Settings
from app.store.points.budgets import some_budgets
from app.usecases.points.propose_budget_addition import propose_budget_addition
from app.usecases.points.read_budget_additions import read_budget_additions
from app.usecases.points.sign_budget_addition import sign_budget_addition
from app.usecases.points.withdraw_budget_addition import withdraw_budget_addition
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer
from rewards.points.budget import (
    OPEN,
    Budget,
    BudgetStage,
    BudgetStateConflict,
    BudgetWrong,
    NewBudget,
    UnknownBudget,
    stage_sizes,
)
from rewards.points.budget_addition import (
    BudgetAddition,
    BudgetAdditionAwaited,
    BudgetAdditionMoved,
    UnknownBudgetAddition,
    growth,
)
from rewards.signing import SamePersonTwice
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.budgets import NOW, PER_BOX, Sponsored
from tests.builders.held import while_held
from tests.builders.market import rows
from tests.builders.people import a_user, an_organisation
from tests.builders.processes import own_wiring
from tests.builders.refusals import refuses

HALF = (BudgetStage(60, 100), BudgetStage(40, 50))
WIDE = 12


@pytest.fixture(scope="module")
def books(settings: Settings, two_databases: tuple[str, str]) -> Iterator[Sponsored]:
    own = own_wiring(replace(settings, web_threads=WIDE + 4), two_databases[0])
    made = Sponsored(own)
    yield made
    assert_books_balance(made.wiring)
    own.close()


@pytest.fixture
def one(books: Sponsored) -> Iterator[UUID]:
    """The one budget that is open: 1,000 points in two stages."""
    made = books.opened(1_000, stages=HALF)
    yield made
    if budget(books, made).state == "open":
        books.close(made)


def budget(books: Sponsored, budget_id: UUID) -> Budget:
    (found,) = books.wiring.database.transact(some_budgets, [budget_id])
    return found


def propose(books: Sponsored, budget_id: UUID, points: int, by: Viewer) -> Any:
    return books.wiring.database.transact(
        propose_budget_addition, budget_id, points, by=by, clock=books.clock
    )


def signing(books: Sponsored, budget_id: UUID, by: Viewer, number: int = 1) -> Any:
    return lambda connection: sign_budget_addition(
        connection, budget_id, number, by=by, clock=books.clock
    )


def sign(books: Sponsored, budget_id: UUID, by: Viewer, number: int = 1) -> Any:
    return books.wiring.database.transact(signing(books, budget_id, by, number))


def withdraw(books: Sponsored, budget_id: UUID, by: Viewer, number: int = 1) -> BudgetAddition:
    return books.wiring.database.transact(withdraw_budget_addition, budget_id, number, by=by)


def known(books: Sponsored, budget_id: UUID, by: Viewer) -> list[BudgetAddition]:
    return books.wiring.database.transact(read_budget_additions, budget_id, by=by)


def sponsor_of(books: Sponsored) -> Viewer:
    return Viewer("enterprise", books.sponsor, books.sponsor)


def another(books: Sponsored, role: str) -> Viewer:
    return Viewer(role, None, a_user(books.wiring, role))


def test_the_second_signature_puts_it_into_every_stage(books: Sponsored, one: UUID) -> None:
    addition, awaiting = propose(books, one, 500, books.operator)
    assert (addition.number, addition.state, awaiting) == (1, "proposed", ["authority"])
    # Proposed, it pays nothing.
    assert (budget(books, one).said.points, budget(books, one).left) == (1_000, (600, 400))
    added, awaiting = sign(books, one, books.authority)
    assert (added.state, added.added_at, awaiting) == ("added", NOW, [])
    now = budget(books, one)
    assert (now.said.points, now.left, now.awarded) == (1_500, (900, 600), 0)
    posted = rows(
        books.wiring,
        "select kind, points, debit_account, credit_account from budget_posting"
        " where budget_id = :id order by points desc",
        id=one,
    )
    sides = (f"budget:{one.hex}", f"sponsor:{books.sponsor.hex}")
    assert [tuple(each.values()) for each in posted] == [
        ("fund", 1_000, *sides),
        ("fund", 500, *sides),
    ]


def test_its_sponsor_proposes_it_and_both_roles_sign(books: Sponsored, one: UUID) -> None:
    _, awaiting = propose(books, one, 500, sponsor_of(books))
    assert awaiting == ["authority", "operator"]
    assert sign(books, one, books.authority)[1] == ["operator"]
    assert budget(books, one).said.points == 1_000
    assert sign(books, one, books.operator)[1] == []
    assert [each.state for each in known(books, one, sponsor_of(books))] == ["added"]
    told = rows(
        books.wiring,
        "select type, tenant_id from event where subject = :name and not is_copy order by event_no",
        name=f"{public('bgt', one)}/additions/1",
    )
    assert told == [
        {"type": f"budget_addition.{state}", "tenant_id": books.sponsor}
        for state in ("proposed", "added")
    ]


def test_one_person_or_one_role_is_not_two(books: Sponsored, one: UUID) -> None:
    propose(books, one, 500, books.operator)
    assert sign(books, one, another(books, "operator"))[1] == ["authority"]
    with refuses(SamePersonTwice):
        sign(books, one, replace_role(books.operator, "authority"))
    assert budget(books, one).said.points == 1_000
    withdraw(books, one, books.operator)


def replace_role(who: Viewer, role: str) -> Viewer:
    return Viewer(role, None, who.user_id)


def test_what_is_refused(books: Sponsored, one: UUID) -> None:
    stranger = an_organisation(books.wiring, "enterprise")
    other = Viewer("enterprise", stranger, stranger)
    for call in (propose, lambda *given: sign(*given[:2], given[3])):
        with refuses(UnknownBudget):
            call(books, one, 500, other)
    with refuses(UnknownBudget):
        known(books, one, other)
    with refuses(UnknownBudgetAddition):
        sign(books, one, books.authority)
    # The second stage would grow by less than it has parts.
    with refuses(BudgetWrong, "at least 32"):
        propose(books, one, 77, books.operator)
    propose(books, one, 80, books.operator)
    with refuses(BudgetAdditionAwaited, "Addition 1"):
        propose(books, one, 500, books.authority)
    assert withdraw(books, one, sponsor_of(books)).state == "withdrawn"
    for late in (sign, withdraw):
        with refuses(BudgetAdditionMoved):
            late(books, one, books.authority)
    second, _ = propose(books, one, 500, books.operator)
    assert second.number == 2
    books.close(one)
    with refuses(BudgetStateConflict):
        sign(books, one, books.authority, 2)
    assert withdraw(books, one, books.operator, 2).state == "withdrawn"
    with refuses(BudgetStateConflict):
        propose(books, one, 500, books.operator)
    assert budget(books, one).returned_points == 1_000
    with refuses(BudgetStateConflict):
        propose(books, books.proposed(1_000).budget_id, 500, books.operator)


def test_what_was_used_up_pays_again_and_a_reversal_fits(books: Sponsored, one: UUID) -> None:
    people = books.people(40)
    answers = books.record(*(books.boxes(each, 2) for each in people))
    assert sum(each.points for each in answers) == 1_000
    assert books.plain(books.boxes(people[0])).points == 0
    propose(books, one, 500, books.operator)
    sign(books, one, books.authority)
    assert budget(books, one).left == (300, 200)
    assert books.plain(books.boxes(people[1])).points == PER_BOX
    first = answers[0].action_id
    assert first is not None
    books.reverse(first)
    # The last stage has it first, as if that much less had been awarded.
    assert budget(books, one).left == (250, 300)
    closed = books.close(one)
    assert (closed.awarded, closed.returned_points) == (950, 550)


@pytest.mark.parametrize("seed", range(3))
def test_last_signatures_and_awards_at_once_make_and_lose_nothing(
    books: Sponsored, one: UUID, seed: int
) -> None:
    random = Random(seed)
    more = random.randrange(80, 700)
    people = books.people(WIDE)
    # Little is left, so that many of the awards want what is being added.
    books.record(*(books.boxes(each, 3) for each in people[:6]))
    propose(books, one, more, books.operator)
    signers = [books.authority, another(books, "authority"), another(books, "authority")]
    works = [partial(sign, books, one, each) for each in signers]
    works += [partial(books.plain, books.boxes(each, random.randint(1, 3))) for each in people[6:]]
    works += [partial(books.record, books.boxes(each), books.boxes(each)) for each in people[:4]]
    random.shuffle(works)
    answers = at_once(works)
    refused = [each for each in answers if isinstance(each, Refusal)]
    assert [type(each) for each in refused] == [BudgetAdditionMoved, BudgetAdditionMoved]
    now = budget(books, one)
    assert now.said.points == 1_000 + more
    assert now.awarded + sum(now.left) == 1_000 + more
    assert [each.state for each in known(books, one, books.operator)] == ["added"]
    for _ in range(9):
        books.record(*(books.boxes(each, 4) for each in people))
    assert (budget(books, one).awarded, sum(budget(books, one).left)) == (1_000 + more, 0)
    assert_books_balance(books.wiring)


def test_proposals_at_once_are_one(books: Sponsored, one: UUID) -> None:
    who = [books.operator, books.authority, sponsor_of(books)]
    answers = at_once([partial(propose, books, one, 500, each) for each in who])
    refused = [each for each in answers if isinstance(each, Refusal)]
    assert [type(each) for each in refused] == 2 * [BudgetAdditionAwaited]
    assert [each.number for each in known(books, one, books.operator)] == [1]


def test_an_award_that_waits_for_the_signature_is_paid_by_what_is_added(
    books: Sponsored, one: UUID
) -> None:
    people = books.people(30)
    books.record(*(books.boxes(each, 2) for each in people))
    assert sum(budget(books, one).left) == 0
    propose(books, one, 500, books.operator)
    answer = while_held(
        books.wiring.database,
        signing(books, one, books.authority),
        lambda: books.record(books.boxes(people[0])),
    )
    assert [each.points for each in answer] == [PER_BOX]


def test_a_closing_and_the_last_signature_at_once(books: Sponsored, one: UUID) -> None:
    propose(books, one, 500, books.operator)
    books.wiring.database.transact(books.closing(one, books.operator))
    closing = partial(books.wiring.database.transact, books.closing(one, books.authority))
    added, (closed, _) = at_once([partial(sign, books, one, books.authority), closing])
    late = isinstance(added, BudgetStateConflict)
    assert closed.returned_points == (1_000 if late else 1_500)
    assert budget(books, one).said.points == closed.returned_points


def test_stages_grow_together_by_all_of_it() -> None:
    chance = Random(3)
    stages = (BudgetStage(50, 100), BudgetStage(30, 60), BudgetStage(20, 25))
    for _ in range(500):
        points, more = chance.randrange(200, 10_000), chance.randrange(200, 10_000)
        open_one = budget_of(points, stages)
        grown = growth(open_one, more)
        assert sum(grown) == more
        assert min(grown) >= 0
        assert [
            size + each for size, each in zip(stage_sizes(points, stages), grown, strict=True)
        ] == stage_sizes(points + more, stages)


def budget_of(points: int, stages: tuple[BudgetStage, ...]) -> Budget:
    day = NOW.date()
    said = NewBudget(
        "x", "x", None, ("own_bag",), None, day, day, day + timedelta(1), points, stages
    )
    return Budget(UUID(int=1), said, OPEN, NOW)


def test_the_audit_sees_what_is_amiss(books: Sponsored, one: UUID) -> None:
    propose(books, one, 500, books.operator)
    sign(books, one, books.authority)
    of_it = f"where budget_id = '{one}'"
    assert_each_is_seen(
        books.wiring,
        {
            f"update budget_addition set points = points + 1 {of_it}": ["budget_additions"],
            f"update budget_addition set added_at = added_at + interval '1 s' {of_it}": [
                "budget_additions"
            ],
            f"delete from budget_addition {of_it}": ["budget_additions"],
            "insert into budget_addition select budget_id, 2, 7, 'added', proposed_by,"
            f" proposed_at, added_at from budget_addition {of_it}": ["budget_additions"],
        },
    )
