"""What the release before recorded in the clear is sealed by this one, wherever it is stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import orjson
import pytest
from click import ClickException

from app.commands.checks import refuse_unsafe
from app.factory import create_app
from app.settings import Settings
from app.usecases.recording.seal_recorded import seal_recorded
from app.wiring import Wiring, wire
from tests.app.recording.conftest import a_scene
from tests.builders.audit import audited
from tests.builders.dump import found_in_dump
from tests.builders.killed_child import killed_sealing
from tests.builders.people import Http
from tests.builders.sealed import in_the_clear

# As the release before had them: no keys, and everything where it was sent to.
UNSEAL = """
    update {table} t set seal = null, {first} = d.first, evidence = d.evidence::{kind}
      from unnest(%s::uuid[], %s::text[], %s::text[]) as d (action_id, first, evidence)
     where t.action_id = d.action_id
"""
FORGET = (
    "delete from person_key",
    "delete from kept_claim",
    "update data_step set done = false, last_id = null where name <> 'claims_by_normal_form'",
)
STEPS = ("data_keys", "sealed_actions", "sealed_waiting", "sealed_contests")


@pytest.fixture
def old(settings: Settings, fresh_database: str) -> Iterator[Wiring]:
    with closing(wire(replace(settings, database_url=fresh_database))) as made:
        yield made


class Before:
    """Books of the release before: two people who are there, and one who had left."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self.scenes = [a_scene(wiring) for _ in range(3)]
        self.leaver = self.scenes[2]
        waiting, contests, self.named = [], [], []
        for scene in self.scenes:
            bodies = [scene.body() for _ in range(4)]
            answers = [scene.report(each) for each in bodies]
            mark = scene.person.hex[-12:]
            held = scene.body(
                behaviour="clothing_recycling",
                quantities={"mass_kg": "80"},
                evidence={"weigh_ticket_no": f"ticket-{mark}"},
            )
            answers.append(scene.report(held))
            assert {one.status_code for one in answers} == {201}, [one.json for one in answers]
            action = answers[-1].json["id"]
            contest = {"text": f"words-{mark}", "evidence": f"photo-{mark}"}
            path = f"/v1/me/actions/{action}/contest"
            said = scene.http.post(path, contest, token=scene.person_token)
            assert said.status_code in (200, 201), said.json
            waiting.append((action[4:], held["external_id"], orjson.dumps(held["evidence"])))
            contests.append((action[4:], contest["text"], contest["evidence"]))
            self.named.append([f"{mark}-", *contest.values(), f"ticket-{mark}"])
        self.recorded = in_the_clear(wiring, "true")
        # Everybody can still be read: the leaver goes as the release before let people go.
        actions = [
            (one.action_id.hex, one.external_id, orjson.dumps(one.evidence))
            for one in self.recorded
        ]
        gone = self.leaver.http.delete("/v1/me", token=self.leaver.person_token)
        assert gone.status_code == 200
        with wiring.database.engine.begin() as connection:
            connection.exec_driver_sql("set local session_replication_role = replica")
            for table, first, kind, rows in (
                ("action", "external_id", "jsonb", actions),
                ("waiting_action", "external_id", "jsonb", waiting),
                ("hold_contest", "words", "text", contests),
            ):
                connection.exec_driver_sql(
                    UNSEAL.format(table=table, first=first, kind=kind),
                    tuple(
                        [each.decode() if isinstance(each, bytes) else each for each in column]
                        for column in zip(*rows, strict=True)
                    ),
                )
            for statement in FORGET:
                connection.exec_driver_sql(statement)


def seal(wiring: Wiring, part: int, most: int = 1_000) -> int:
    """Seal at most so many parts; how many there were."""
    for number in range(most):
        done = wiring.database.transact(seal_recorded, rulebook=wiring.rulebook, part=part)
        if done is None:
            return number
    return most


def clear(wiring: Wiring) -> dict[str, int]:
    """How many rows of each table lie in the clear."""
    with wiring.database.engine.connect() as connection:
        return {
            table: connection.exec_driver_sql(
                f"select count(*) from {table} where seal is null or evidence is not null"
            ).scalar_one()
            for table in ("action", "waiting_action", "hold_contest")
        }


def check(before: Before) -> None:
    """What is sealed is what was recorded; of who had left nobody can read anything."""
    wiring = before.wiring
    assert clear(wiring) == {"action": 0, "waiting_action": 0, "hold_contest": 0}
    now = in_the_clear(wiring, "true")
    for one, was in zip(now, before.recorded, strict=True):
        left = was.participant_id == before.leaver.person
        expected = (None, {}) if left else (was.external_id, was.evidence)
        assert (one.external_id, one.evidence) == expected
    assert found_in_dump(wiring, [name for each in before.named for name in each]) == {}
    for scene in before.scenes[:2]:
        export = scene.http.get("/v1/me/export", token=scene.person_token).get_data(as_text=True)
        names = before.named[before.scenes.index(scene)]
        assert [name for name in names if name not in export] == []
    assert [one.line() for one in audited(wiring) if not one.ok] == []


@pytest.mark.parametrize("committed", [True, False])
def test_it_is_sealed_whole_however_often_the_process_is_killed(
    old: Wiring, *, committed: bool
) -> None:
    before = Before(old)
    assert clear(old) == {"action": 12, "waiting_action": 3, "hold_contest": 3}
    kills = 0
    while killed_sealing(old.settings, part=2, nth=3, committed=committed):
        kills += 1
        assert kills < 20
        with old.database.engine.connect() as connection:
            turned_off = connection.exec_driver_sql(
                "select count(*) from pg_trigger where tgname = 'rows_are_final'"
                " and tgenabled = 'D'"
            ).scalar_one()
        assert turned_off == 0, "what is final is final again after every part"
    assert kills >= 3
    check(before)
    assert seal(old, 2) == 0


def test_nobody_is_served_before_all_is_sealed(old: Wiring) -> None:
    before = Before(old)
    asked = Http(create_app(old))
    for left in (STEPS, STEPS[1:], STEPS[2:], STEPS[3:]):
        answer: Any = asked.get("/readyz", headers={"Accept-Language": "en"})
        assert (answer.status_code, answer.json["details"]["missing"]) == (503, ["database"])
        assert all(name in answer.json["detail"] for name in left)
        with pytest.raises(ClickException, match="carry-over: unfinished"):
            refuse_unsafe(old.settings)
        assert seal(old, 1_000, most=1) == 1
    assert asked.get("/readyz").status_code == 200
    refuse_unsafe(old.settings)
    check(before)
