"""The statement for a plain action is an optimisation: it says and writes what the long way does.

Two people live the same random life, one recorded by the one statement where it can be, the other
by locks, reads and writes; their answers and their rows are the same. And the consent that SQL
sees is the consent that the domain decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

import pytest

from app.ids import new_id
from app.store.recording.candidate import candidate_of, spell
from app.store.recording.obstacles import find_obstacles
from app.store.recording.plain_action import write_plain_action
from app.usecases.recording import record as recording_verb
from app.usecases.recording.record import Recorded
from app.wiring import Wiring
from behaviours.actions.action import Action
from behaviours.actions.consent import GivenConsent, Reach, reach_of
from behaviours.actions.judging import judge
from behaviours.refusal import Refusal
from tests.builders.actions import a_ride, recording
from tests.builders.people import a_participant, an_organisation
from tests.builders.sealed import in_the_clear

WORLDS = 40
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
SCENES = ("metro_ride", "travel", "own_bag", "goods", "food")
AGREED = GivenConsent("travel", NOW - timedelta(days=99), None)
# Every table that recording writes, with what two people's rows have in common.
ROWS = {
    "action": "behaviour, occurred_at, ended_at, recorded_at, region, quantities,"
    " methodology, version, digest, saved_mg, calculation - 'inputs', points, limited_by,"
    " points_available_at, points_expires_at, provider_id",
    "claim_key": "1",
    "person_interval": "starts_at, ends_at",
    "exclusion_claim": "exclusion_group, period_start, side, actions",
    "points_transfer": "kind, debit_account, credit_account, points, posted_at,"
    " transfer_id = reference_id",
    "points_lot": "available_at, expires_at, granted, remaining",
    "points_lot_use": "points",
    "points_cap": "cap_code, period_start, granted",
    "points_account": "balance, held, debt, version",
    "reduction_account": "saved_mg, actions, version",
}


def consents(random: Random) -> list[GivenConsent]:
    given = []
    for _ in range(random.randrange(4)):
        granted_at = NOW - timedelta(hours=random.choice([-1, 1, 20, 40, 90, 900]))
        withdrawn_at = None
        if random.random() < 0.3:
            withdrawn_at = granted_at + timedelta(hours=random.choice([1, 10, 30, 80]))
        given.append(GivenConsent(random.choice(SCENES), granted_at, withdrawn_at))
    return given


def agree(wiring: Wiring, person: UUID, provider: UUID, given: list[GivenConsent]) -> None:
    with wiring.database.engine.begin() as connection:
        for one in given:
            connection.exec_driver_sql(
                "insert into consent (participant_id, consent_id, organisation_id, scene,"
                " text_version, granted_at, recorded_at, withdrawn_at)"
                " values (%s, %s, %s, %s, 'v1', %s, %s, %s)",
                (person, new_id(), provider, one.scene, one.granted_at, NOW, one.withdrawn_at),
            )


def life(random: Random, person: UUID, provider: UUID) -> list[Action]:
    """Actions that now and then repeat, overlap, exceed the day's cap, or come from nobody."""
    actions: list[Action] = []
    for number in range(random.randint(2, 7)):
        mark = f"{number if random.random() < 0.85 else 0}"
        bag = random.random() < 0.4
        began = NOW - timedelta(hours=random.choice([2, 3, 30]), minutes=random.randrange(30))
        actions.append(
            a_ride(
                person,
                provider if random.random() < 0.8 else None,
                behaviour="own_bag" if bag else "metro_ride",
                external_id=f"ext-{number if random.random() < 0.85 else 0}",
                occurred_at=began,
                ended_at=began + timedelta(minutes=20) if random.random() < 0.5 else None,
                quantities={"times": "9"} if bag else {"trips": "1"},
                evidence={"receipt_no" if bag else "ride_id": f"{person.hex}-{mark}"},
            )
        )
    return actions


def rows_of(wiring: Wiring, person: UUID, provider: UUID) -> dict[str, list[str]]:
    """The person's rows, in any one order; of two people with the same life they are the same."""
    external_ids = [
        str(each.external_id) for each in in_the_clear(wiring, "participant_id = %s", (person,))
    ]
    with wiring.database.engine.connect() as connection:
        return {"external_ids": sorted(external_ids)} | {
            table: sorted(
                str(tuple(row)).replace(repr(provider), "provider")
                for row in connection.exec_driver_sql(
                    f"select {columns} from {table} where participant_id = %s", (person,)
                )
            )
            for table, columns in ROWS.items()
        }


def content(answer: Recorded | Refusal) -> tuple[Any, ...]:
    """What an answer says, without ids."""
    if isinstance(answer, Refusal):
        facts = {name: value for name, value in answer.facts.items() if name != "action_id"}
        return answer.key, answer.pointer, facts, "action_id" in answer.facts
    return (
        answer.reduction.saved_mg, answer.points, answer.limited_by, answer.available_at,
        answer.expires_at, answer.recorded_at, answer.action_id is not None,
    )  # fmt: skip


def test_one_statement_says_and_writes_what_the_long_way_does(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain_way, written = recording_verb._write_if_plain, Counter[bool]()

    def counted(*given: Any) -> bool:
        done = plain_way(*given)
        written[done] += 1
        return done

    codes = Counter[str]()
    for seed in range(WORLDS):
        lives = []
        for way in (counted, lambda *_: False):
            random = Random(seed)
            provider = an_organisation(wiring)
            enroller = provider if random.random() < 0.8 else None
            person = a_participant(wiring, provider_id=enroller, scenes=())
            agree(wiring, person, provider, consents(random))
            state, debt = random.choice(["active"] * 9 + ["closed"]), random.choice([0, 0, 60])
            with wiring.database.engine.begin() as connection:
                connection.exec_driver_sql(
                    "update participant set state = %s where participant_id = %s", (state, person)
                )
                connection.exec_driver_sql(
                    "update points_account set debt = %s where participant_id = %s", (debt, person)
                )
            monkeypatch.setattr(recording_verb, "_write_if_plain", way)
            answers = [
                content(recording(wiring, [action], now=NOW)[0])
                for action in life(random, person, provider)
            ]
            lives.append((answers, rows_of(wiring, person, provider)))
        (one_answers, one_rows), (other_answers, other_rows) = lives
        assert one_answers == other_answers, seed
        assert one_rows == other_rows, seed
        codes += Counter(str(each[0]) for each in one_answers if isinstance(each[0], str))
    assert min(written[True], written[False]) > WORLDS / 4, written
    assert len(codes) >= 5, codes


def test_a_list_is_recorded_as_if_each_action_had_come_alone(wiring: Wiring) -> None:
    for seed in range(WORLDS // 4):
        lives = []
        for together in (True, False):
            random = Random(1000 + seed)
            provider = an_organisation(wiring)
            person = a_participant(wiring, provider_id=provider, scenes=())
            agree(wiring, person, provider, [AGREED, AGREED._replace(scene="goods")])
            actions = life(random, person, provider)
            if together:
                answers = recording(wiring, actions, now=NOW)
            else:
                answers = [recording(wiring, [action], now=NOW)[0] for action in actions]
            taken = [isinstance(answer, Recorded) and answer.points for answer in answers]
            rows = rows_of(wiring, person, provider)
            # A list touches each account once; alone, each action raises the version.
            for table in ("points_account", "reduction_account"):
                rows.pop(table)
            lives.append((taken, rows))
        assert lives[0] == lives[1], seed


@pytest.fixture
def candidate(wiring: Wiring) -> Callable[[Action], Any]:
    """Makes the candidate that the recorder makes of an action, weighed and granted."""

    def make(action: Action) -> Any:
        rulebook = wiring.rulebook
        (accepted,) = judge(
            rulebook, [action], now=NOW, zone=rulebook.zone, register=rulebook.claiming.register
        )
        assert not isinstance(accepted, Refusal), accepted
        made = candidate_of(0, new_id(), accepted, rulebook, NOW)
        recording_verb._weigh([made], wiring.policies, NOW)
        recording_verb._grant([made], {})
        return made

    return make


def test_sql_sees_the_consent_that_the_domain_decides(
    wiring: Wiring, candidate: Callable[[Action], Any]
) -> None:
    random, seen = Random(7), Counter[Reach]()
    provider = an_organisation(wiring)
    for _ in range(120):
        is_enrolled = random.random() < 0.7
        person = a_participant(wiring, provider_id=provider if is_enrolled else None, scenes=())
        given = consents(random)
        agree(wiring, person, provider, given)
        action = a_ride(person, provider, occurred_at=NOW - timedelta(hours=random.randrange(99)))
        made = candidate(action)
        decided = reach_of(
            given,
            behaviour="metro_ride",
            category=made.accepted.version.category_code,
            occurred_at=action.occurred_at,
            day_ends_at=made.day_ends_at,
            is_enrolled=is_enrolled,
        )
        seen[decided] += 1
        key = wiring.rulebook.claiming.key
        known = wiring.database.transact(
            find_obstacles, [made], lock=False, meanwhile=[partial(spell, [made], key)]
        )
        assert known.obstacles[0].reach == decided, (given, action.occurred_at)
        covered = wiring.database.transact(write_plain_action, replace(made), recorded_at=NOW)
        assert covered == (decided is Reach.COVERED), (given, action.occurred_at)
    assert set(seen) == set(Reach), seen
