"""What a sponsor put up is awarded, returned or left: to the point, under any interleaving."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import Random
from uuid import UUID

import pytest

from app.settings import Settings
from app.store.points.budgets import list_budgets, some_budgets
from app.usecases.points.close_due_budgets import close_due_budgets
from app.usecases.recording import record as recording_verb
from app.usecases.recording.record import Recorded
from behaviours.closing import OrganisationHasMatters
from behaviours.refusal import Refusal
from rewards.points.budget import Budget, BudgetFunds, BudgetStage, Pot, put_back, stage_sizes
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.budgets import BOXES, NOW, PER_BOX, Sponsored, days
from tests.builders.civil import CHINA
from tests.builders.held import while_held
from tests.builders.people import an_organisation
from tests.builders.processes import own_wiring
from tests.builders.standing import closed

HALF = (BudgetStage(60, 100), BudgetStage(40, 50))
WIDE = 12


@pytest.fixture(scope="module")
def programme(settings: Settings, two_databases: tuple[str, str]) -> Iterator[Sponsored]:
    own = own_wiring(replace(settings, web_threads=WIDE), two_databases[0])
    made = Sponsored(own)
    yield made
    assert_books_balance(made.wiring)
    own.close()


@pytest.fixture
def books(programme: Sponsored) -> Iterator[Sponsored]:
    """Books in which no budget is open."""
    yield programme
    for each in programme.wiring.database.transact(list_budgets, state="open", before=None, most=9):
        programme.close(each.budget_id)


def budget(books: Sponsored, budget_id: UUID) -> Budget:
    (found,) = books.wiring.database.transact(some_budgets, [budget_id])
    return found


def sources(books: Sponsored, person: UUID) -> dict[str, int]:
    """What the person's awards were taken from, by account."""
    with books.wiring.database.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "select credit_account, sum(points)::bigint from points_transfer"
            " where kind = 'award' and participant_id = %s group by 1",
            (person,),
        ).all()
    return {row[0]: row[1] for row in rows}


def awarded(answers: list[Recorded]) -> list[tuple[int, str | None]]:
    return [(each.points, each.limited_by) for each in answers]


@pytest.mark.parametrize("alone", [True, False])
def test_an_award_comes_from_the_budget_that_covers_it(books: Sponsored, alone: bool) -> None:
    one = books.opened(1_000_000)
    person = books.people(1)[0]
    covered, other = (
        books.boxes(person, 2),
        books.boxes(person, occurred_at=NOW - timedelta(days=3)),
    )
    for each in (covered, other):
        books.plain(each) if alone else books.record(each)
    assert sources(books, person) == {f"budget:{one.hex}": 2 * PER_BOX, "issuance": PER_BOX}
    now = budget(books, one)
    assert (now.awarded, sum(now.left), now.returned_points) == (100, 999_900, 0)


def test_a_ride_of_a_budget_takes_one_statement(
    books: Sponsored, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.opened(1_000_000)
    (person,) = books.people(1)
    monkeypatch.setattr(recording_verb, "_decide", None)
    assert books.plain(books.boxes(person)).points == PER_BOX


def test_it_stops_with_its_last_point_and_says_so(books: Sponsored) -> None:
    one = books.opened(130)
    people = books.people(4)
    answers = [books.plain(books.boxes(each)) for each in people]
    limit = f"budget:{one.hex}"
    assert awarded(answers) == [(50, None), (50, None), (30, limit), (0, limit)]
    assert budget(books, one).left == (0,)
    # What is given back can be awarded again.
    taken = answers[0].action_id
    assert taken is not None
    books.reverse(taken)
    assert awarded([books.plain(books.boxes(people[3]))]) == [(50, None)]


def test_a_dry_run_says_what_it_would_be_and_takes_nothing(books: Sponsored) -> None:
    one = books.opened(80)
    (person,) = books.people(1)
    rules = recording_verb.RecordingRules(books.wiring.rulebook, books.wiring.policies)
    (answer,) = books.wiring.database.transact(
        recording_verb.record, [books.boxes(person, 2)], rules, now=NOW, dry_run=True
    )
    assert isinstance(answer, Recorded)
    assert (answer.points, answer.limited_by) == (80, f"budget:{one.hex}")
    assert budget(books, one).left == (80,)


def test_its_stages_pay_as_published_and_a_reversal_puts_back_the_last(books: Sponsored) -> None:
    one = books.opened(200, stages=HALF)
    people = books.people(6)
    limit = f"budget:{one.hex}"
    # 120 points in full, then 80 at half; the third is of both: 20, and half of the other 30.
    answers = books.record(*(books.boxes(each) for each in people[:5]))
    assert awarded(answers) == [(50, None), (50, None), (35, limit), (25, limit), (25, limit)]
    assert budget(books, one).left == (0, 15)
    first = answers[0].action_id
    assert first is not None
    books.reverse(first)
    # As if that much less had been awarded.
    assert budget(books, one).left == (0, 65)
    second = answers[1].action_id
    assert second is not None
    books.reverse(second)
    assert budget(books, one).left == (35, 80)


def test_a_city_pays_for_its_city_and_the_province_for_the_rest(books: Sponsored) -> None:
    city, all_of_it = books.opened(1_000, region="CN-330100"), books.opened(1_000)
    people = books.people(2)
    answers = books.record(
        books.boxes(people[0]), books.boxes(people[1], region="CN-330200", boxes=2)
    )
    assert awarded(answers) == [(50, None), (100, None)]
    assert (budget(books, city).awarded, budget(books, all_of_it).awarded) == (50, 100)


def test_the_budget_that_pays_most_pays(books: Sponsored) -> None:
    city, all_of_it = books.opened(40, region="CN-330100"), books.opened(1_000)
    people = books.people(2)
    answers = books.record(*(books.boxes(each) for each in people))
    assert awarded(answers) == [(50, None), (50, None)]
    assert (budget(books, city).awarded, budget(books, all_of_it).awarded) == (0, 100)


def test_closed_it_returns_the_rest_and_what_comes_back_later(books: Sponsored) -> None:
    one = books.opened(1_000)
    people = books.people(2)
    (answer,) = books.record(books.boxes(people[0]))
    closed = books.close(one)
    assert (closed.state, closed.returned_points, closed.awarded) == ("closed", 950, 50)
    # What is done now is covered by nothing.
    books.record(books.boxes(people[1]))
    assert sources(books, people[1]) == {"issuance": PER_BOX}
    assert answer.action_id is not None
    books.reverse(answer.action_id)
    after = budget(books, one)
    assert (after.returned_points, after.awarded) == (1_000, 0)


def test_its_day_closes_it(books: Sponsored) -> None:
    ends, stays = books.opened(100), books.opened(100, closes_on=days(21)[0])
    due = {"zone": CHINA, "clock": books.clock}
    books.clock.moment = NOW + timedelta(days=19)
    assert books.wiring.database.transact(close_due_budgets, **due) == 0
    books.clock.moment = NOW + timedelta(days=20)
    assert books.wiring.database.transact(close_due_budgets, **due) == 1
    assert budget(books, ends).returned_points == 100
    assert budget(books, stays).state == "open"
    books.clock.moment = NOW


def test_its_sponsor_does_not_close_before_it(books: Sponsored) -> None:
    sponsor = an_organisation(books.wiring, "enterprise")
    one = books.opened(100, sponsor_id=sponsor)
    for _ in range(2):
        with pytest.raises(OrganisationHasMatters) as refused:
            closed(books.wiring, sponsor)
        assert (refused.value.case, refused.value.facts["count"]) == ("open_budgets", 1)
    books.close(one)
    assert closed(books.wiring, sponsor).awaiting == []


@pytest.mark.parametrize("seed", range(3))
def test_many_who_take_the_last_points_get_exactly_those(books: Sponsored, seed: int) -> None:
    random = Random(seed)
    points = random.randrange(700, 1_500)
    one = books.opened(points, stages=random.choice([HALF, (BudgetStage(100, 100),)]))
    people = books.people(WIDE)
    works = []
    for each in people:
        lists = random.choice([1, 1, 3])
        works.append(
            books.recording([books.boxes(each, random.randint(1, BOXES)) for _ in range(lists)])
        )
    first = at_once([partial(books.wiring.database.transact, each) for each in works])
    rest = at_once([partial(books.record, books.boxes(each, 10)) for each in people])
    answers = [one for each in (*first, *rest) for one in each]
    assert not [each for each in answers if isinstance(each, Refusal)]
    assert sum(each.points for each in answers) == points
    assert sum(budget(books, one).left) == 0
    assert {each.limited_by for each in answers if not each.points} == {f"budget:{one.hex}"}


@pytest.mark.parametrize("seed", range(2))
def test_any_order_of_awards_and_reversals_is_what_the_rule_says(
    books: Sponsored, seed: int
) -> None:
    """Beside the books stands a list of what is left of each stage, and of what stands."""
    random = Random(seed)
    stages = (BudgetStage(50, 100), BudgetStage(30, 60), BudgetStage(20, 25))
    one = books.opened(2_000, stages=stages)
    people, sizes = books.people(8), stage_sizes(2_000, stages)
    left, standing = list(sizes), dict[UUID, int]()
    for _ in range(60):
        if standing and random.random() < 0.3:
            action_id = random.choice(sorted(standing))
            books.reverse(action_id)
            into = put_back(standing.pop(action_id), left, sizes)
            left = [was + back for was, back in zip(left, into, strict=True)]
        else:
            action = books.boxes(random.choice(people), random.randint(1, 3))
            boxes = int(action.quantities["boxes"])
            funds = BudgetFunds(
                {Pot(one, at, each.pays_percent): left[at] for at, each in enumerate(stages)}
            )
            expected = funds.pay(boxes * PER_BOX, [one])
            (answer,) = [books.plain(action)] if random.random() < 0.5 else books.record(action)
            assert expected is not None
            assert (answer.points, answer.limited_by) == (expected.points, expected.limited_by)
            for pot, part in funds.taken.items():
                left[pot.stage] -= part
            assert answer.action_id is not None
            if answer.points:
                standing[answer.action_id] = answer.points
        assert budget(books, one).left == tuple(left)
    assert books.close(one).returned_points == 2_000 - sum(standing.values())
    for action_id in standing:
        books.reverse(action_id)
    assert budget(books, one).returned_points == 2_000


def test_reversals_beside_awards_lose_and_make_nothing(books: Sponsored) -> None:
    one = books.opened(600)
    people = books.people(WIDE)
    early = books.record(*(books.boxes(each, 2) for each in people[:6]))
    assert sum(budget(books, one).left) == 0
    ids = [each.action_id for each in early if each.action_id]
    works = [partial(books.reverse, each) for each in ids]
    works += [partial(books.plain, books.boxes(each, 2)) for each in people[6:]]
    answers = at_once(works)
    paid = sum(each.points for each in answers[6:])
    now = budget(books, one)
    assert (now.awarded, sum(now.left)) == (paid, 600 - paid)
    books.record(*(books.boxes(each, 10) for each in people[6:]))
    assert budget(books, one).awarded == 600


def test_an_award_that_waits_for_a_closing_is_no_award_of_the_budget(books: Sponsored) -> None:
    one = books.opened(1_000)
    (person,) = books.people(1)
    books.wiring.database.transact(books.closing(one, books.operator))
    answer = while_held(
        books.wiring.database,
        books.closing(one, books.authority),
        lambda: books.plain(books.boxes(person)),
    )
    assert (answer.points, answer.limited_by) == (PER_BOX, None)
    assert sources(books, person) == {"issuance": PER_BOX}
    assert budget(books, one).returned_points == 1_000


def test_a_closing_waits_for_the_award_that_is_on_its_way(books: Sponsored) -> None:
    one = books.opened(1_000)
    (person,) = books.people(1)
    books.wiring.database.transact(books.closing(one, books.operator))
    closed, awaiting = while_held(
        books.wiring.database,
        books.recording([books.boxes(person)]),
        lambda: books.wiring.database.transact(books.closing(one, books.authority)),
    )
    assert (awaiting, closed.returned_points) == ([], 950)


def test_the_audit_sees_what_is_amiss(books: Sponsored) -> None:
    one = books.opened(1_000, stages=HALF)
    person = books.people(1)[0]
    books.record(books.boxes(person))
    # A part from which nothing was taken yet: any of them may have paid.
    full = (
        f"budget_id = '{one}' and slot = (select slot from budget_slot where stage = 0"
        f" and budget_id = '{one}' order by points_left desc, slot limit 1)"
    )
    assert_each_is_seen(
        books.wiring,
        {
            f"update budget_slot set points_left = points_left - 1 where stage = 0 and {full}": [
                "budgets"
            ],
            "update budget_slot set points_left = points_left + (case stage when 0 then -2 else 2"
            f" end) where {full}": ["budget_stages"],
            f"update budget set scenes = '{{own_bag}}' where budget_id = '{one}'": [
                "budget_stages",
                "budget_awards",
            ],
            f"update budget set ends_on = starts_on where budget_id = '{one}'": [
                "budget_stages",
                "budget_awards",
            ],
            "update budget set published_at = published_at + interval '5 days'"
            f" where budget_id = '{one}'": ["budget_awards"],
        },
    )
