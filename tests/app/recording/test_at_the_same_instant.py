"""Parallel connections: whatever meets whatever, an action counts once and the books add up."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest

from app.settings import Settings
from app.usecases.recording.record import Recorded
from app.usecases.recording.reverse_actions import Reversing, reverse_actions
from app.wiring import Wiring, wire
from behaviours.actions.action import Action
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer
from tests.app.recording.conftest import Scene
from tests.builders.actions import a_ride, recording

WIDE = 16


@pytest.fixture(scope="module")
def wide(settings: Settings) -> Iterator[Wiring]:
    """A wiring with a connection for each of many threads."""
    made = wire(replace(settings, web_threads=WIDE))
    yield made
    made.close()


def at_once(wiring: Wiring, lists: Sequence[list[Action]]) -> list[list[Recorded | Refusal]]:
    """Record every list in a thread of its own, all let go at one moment."""
    start = Barrier(len(lists))
    # Of the issuers that the test has just registered elsewhere.
    wiring.rules.expect_news(wiring.database)

    def one(actions: list[Action]) -> list[Recorded | Refusal]:
        start.wait()
        return recording(wiring, actions)

    with ThreadPoolExecutor(len(lists)) as threads:
        return list(threads.map(one, lists))


def tally(answers: Sequence[list[Recorded | Refusal]]) -> Counter[str]:
    return Counter(
        "recorded" if isinstance(one, Recorded) else one.code for each in answers for one in each
    )


def test_the_same_ride_from_two_providers_counts_once(
    wide: Wiring, make_scene: Callable[..., Scene]
) -> None:
    for number in range(10):
        left, right = make_scene(), make_scene()
        evidence = {"ride_id": f"same-{left.person.hex}-{number}"}
        answers = at_once(
            wide,
            [[a_ride(one.person, one.provider, evidence=evidence)] for one in (left, right)],
        )
        assert tally(answers) == {"recorded": 1, "DUPLICATE_CLAIM": 1}
        assert left.rows()["action"] + right.rows()["action"] == 1


def test_twenty_deliveries_of_one_event_count_once(wide: Wiring, scene: Scene) -> None:
    ride = a_ride(scene.person, scene.provider)
    answers = at_once(wide, [[ride]] * 20)
    assert tally(answers) == {"recorded": 1, "DUPLICATE_ACTION": 19}
    ids = {one.facts["action_id"] for (one,) in answers if isinstance(one, Refusal)}
    assert len(ids) == 1
    assert scene.rows()["action"] == 1


def test_overlapping_rides_of_one_person_count_once(wide: Wiring, scene: Scene) -> None:
    began = datetime.now(UTC) - timedelta(hours=2)
    rides = [
        [
            a_ride(
                scene.person,
                scene.provider,
                occurred_at=began + timedelta(minutes=number),
                ended_at=began + timedelta(minutes=number + 30),
            )
        ]
        for number in range(12)
    ]
    assert tally(at_once(wide, rides)) == {"recorded": 1, "OVERLAPPING_RIDE": 11}


def generation(scene: Scene, meter: str, start_h: int, hours: int) -> Action:
    began = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=start_h)
    return a_ride(
        scene.person,
        scene.provider,
        behaviour="distributed_pv",
        occurred_at=began,
        ended_at=began + timedelta(hours=hours),
        quantities={"generation_kwh": "2"},
        evidence={"meter_id": meter},
    )


def test_overlapping_intervals_of_a_meter_count_once_across_people(
    wide: Wiring, make_scene: Callable[..., Scene]
) -> None:
    scenes = [make_scene() for _ in range(8)]
    for one in scenes:
        agreed_in_january(one)
    meter = f"M-{scenes[0].person.hex}"
    lists = [[generation(one, meter, number, 8)] for number, one in enumerate(scenes)]
    assert tally(at_once(wide, lists)) == {"recorded": 1, "OVERLAPPING_METER_INTERVAL": 7}


def agreed_in_january(scene: Scene) -> None:
    with scene.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update consent set granted_at = '2026-01-01' where participant_id = %s",
            (scene.person,),
        )


def test_opposite_sides_of_an_exclusion_meet_and_one_stays(wide: Wiring, scene: Scene) -> None:
    agreed_in_january(scene)
    home = a_ride(
        scene.person,
        scene.provider,
        behaviour="household_electricity",
        occurred_at=datetime(2026, 5, 1, 4, tzinfo=UTC),
        quantities={"consumption_kwh": "3"},
        evidence={"account_no": f"A-{scene.person.hex}"},
    )
    answers = at_once(wide, [[generation(scene, f"M-{scene.person.hex}", 0, 8)], [home]])
    assert tally(answers) == {"recorded": 1, "EXCLUDED_BY_OTHER_BEHAVIOUR": 1}


def test_shuffled_batches_that_share_actions_count_each_once(
    wide: Wiring, make_scene: Callable[..., Scene]
) -> None:
    provider = make_scene().provider
    people = [make_scene(provider) for _ in range(20)]
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    rides = [
        a_ride(
            people[number % 20].person,
            provider,
            occurred_at=began + timedelta(minutes=number // 20),
        )
        for number in range(400)
    ]
    shuffled = []
    for seed in range(4):
        mine = list(rides)
        random.Random(seed).shuffle(mine)
        shuffled.append(mine)
    answers = at_once(wide, shuffled)
    assert tally(answers) == {"recorded": 400, "DUPLICATE_ACTION": 1200}
    for one in people:
        assert one.rows()["action"] == 20
        assert one.rows()["claim_key"] == 40
        books_agree(wide, one.person)


def test_actions_and_reversals_in_any_order_leave_books_that_add_up(
    wide: Wiring, make_scene: Callable[..., Scene]
) -> None:
    scene = make_scene()
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
    lists = [
        [
            a_ride(
                scene.person,
                scene.provider,
                occurred_at=began + timedelta(minutes=10 * number + each),
            )
            for each in range(5)
        ]
        for number in range(8)
    ]
    recorded = [one for each in at_once(wide, lists) for one in each]
    assert all(isinstance(one, Recorded) for one in recorded)
    start = Barrier(16)

    def take_back(number: int) -> str:
        start.wait()
        (answer,) = wide.database.transact(
            reverse_actions,
            [Reversing(recorded[number // 2].action_id, "test")],
            viewer=Viewer("provider", scene.provider),
            reversed_by="test",
            rulebook=wide.rulebook,
            policies=wide.policies,
            now=wide.clock.now(),
        )
        return "refused" if isinstance(answer, Refusal) else "reversed"

    with ThreadPoolExecutor(16) as threads:
        answers = Counter(threads.map(take_back, range(16)))
    assert answers == {"reversed": 8, "refused": 8}
    books_agree(wide, scene.person)


def books_agree(wiring: Wiring, person: UUID) -> None:
    """The person's sums, each derived from the rows that it stands for."""
    with wiring.database.engine.connect() as connection:
        row = connection.exec_driver_sql(
            """
            select a.balance, a.debt, a.version, r.saved_mg, r.actions,
                (select coalesce(sum(remaining), 0) from points_lot l
                  where l.participant_id = a.participant_id) as lots,
                (select coalesce(sum(points), 0) from points_lot_use u
                  where u.participant_id = a.participant_id) as uses,
                (select count(*) from points_transfer t
                  where t.participant_id = a.participant_id) as transfers,
                (select coalesce(sum(case when debit_account = 'participant' then points
                    when credit_account = 'participant' then -points else 0 end), 0)
                   from points_transfer t where t.participant_id = a.participant_id) as moved,
                (select coalesce(sum(x.saved_mg), 0) from action x
                  left join reversal v using (participant_id, action_id)
                  where x.participant_id = a.participant_id and v.action_id is null) as live_mg,
                (select count(*) from action x
                  left join reversal v using (participant_id, action_id)
                  where x.participant_id = a.participant_id and v.action_id is null) as live,
                (select coalesce(sum(granted), 0) from points_cap k
                  where k.participant_id = a.participant_id) as capped,
                (select coalesce(sum(x.points), 0) from action x
                  left join reversal v using (participant_id, action_id)
                  where x.participant_id = a.participant_id and v.action_id is null) as awarded
            from points_account a join reduction_account r using (participant_id)
            where a.participant_id = %s
            """,
            (person,),
        ).one()
    assert row.balance == row.lots == row.uses == row.moved
    # An action without points raises it, too.
    assert row.version >= row.transfers
    assert row.saved_mg == row.live_mg
    assert row.actions == row.live
    assert row.capped == row.awarded
