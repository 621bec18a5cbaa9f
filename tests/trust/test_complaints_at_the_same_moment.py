"""Of two who do something with a complaint at once one is first, and who leaves takes it along."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import text

from app.usecases.complaints.pass_deadlines import pass_deadlines
from behaviours.complaint_refusals import ComplaintEnded, ComplaintStateWrong
from behaviours.complaints import ESCALATE, REPLY, ComplaintOutcome
from tests.builders.at_once import at_once
from tests.builders.complaints import REFUSED, ComplaintScene as Scene, scene
from tests.builders.empty_market import market, shut
from tests.builders.held import while_held
from tests.builders.parallel import accepted, refused

__all__ = ["market", "scene", "shut"]


# At the same moment.


def test_of_two_answers_at_once_one_counts(scene):
    number = scene.filed()
    works = [
        scene.step(
            number, REPLY, "provider", words="no", verdict=ComplaintOutcome("refuse", reason)
        )
        for reason in ("not_done", "too_late")
    ]
    answers = at_once([partial(scene.wiring.database.transact, work) for work in works])
    assert len(accepted(answers)) == len(refused(answers, ComplaintStateWrong)) == 1
    assert scene.broken() == []


@pytest.mark.parametrize("first", ["sweep", "answer"])
def test_an_answer_beside_the_sweep(scene, first):
    number = scene.filed()
    answer = scene.step(
        number, REPLY, "provider", words="no", verdict=ComplaintOutcome("refuse", "not_done")
    )
    sweep = partial(pass_deadlines, deadlines=scene.wiring.deadlines, clock=scene.wiring.clock)
    if first == "answer":
        # The sweep does not wait for who holds it, and finds it moved afterwards.
        with scene.wiring.database.engine.begin() as connection:
            answer(connection)
            scene.later()
            scene.wiring.database.transact(sweep)
        assert scene.get(f"/{number}").json["history"][-1]["step"] == "reply"
    else:
        scene.later()
        result = while_held(scene.wiring.database, sweep, partial(scene.answered, answer))
        assert isinstance(result, ComplaintStateWrong)
    scene.sweep()
    assert scene.broken() == []


def test_two_workers_sweep_each_once(scene):
    numbers = [scene.filed() for _ in range(6)]
    scene.later()
    sweep = partial(
        pass_deadlines, deadlines=scene.wiring.deadlines, clock=scene.wiring.clock, complaints=2
    )
    at_once([partial(scene.wiring.database.transact, sweep) for _ in range(6)])
    scene.sweep()
    for number in numbers:
        steps = [each["step"] for each in scene.get(f"/{number}").json["history"]]
        assert steps == ["file", "overrun"]
    assert scene.broken() == []


def test_escalating_beside_accepting_is_one_of_the_two(scene):
    number = scene.replied()
    works = [
        scene.step(number, ESCALATE, "person", words="no"),
        scene.step(number, "close", "person"),
    ]
    answers = at_once([partial(scene.wiring.database.transact, work) for work in works])
    # Who withdraws what was taken further at the same moment has ended it, too.
    assert accepted(answers)
    assert len(answers) - len(accepted(answers)) == len(refused(answers, ComplaintEnded))
    assert scene.broken() == []


# Leaving.


@pytest.mark.parametrize("first", ["leaving", "answer"])
def test_leaving_beside_an_answer(scene, first):
    number = scene.filed()
    answer = scene.step(
        number, REPLY, "provider", words="no", verdict=ComplaintOutcome("refuse", "not_done")
    )
    works = [scene.leave, answer]
    if first == "answer":
        works.reverse()
    held, waiting = works
    result = while_held(scene.wiring.database, held, partial(scene.answered, waiting))
    if first == "leaving":
        assert isinstance(result, ComplaintEnded)
    assert scene.get(f"/{number}", who="operator").json["state"] == "person_left"
    assert scene.broken() == []


def test_who_leaves_takes_the_words_along_and_no_count_changes(scene):
    number, open_one = scene.replied(), scene.filed()
    exported = scene.http.get("/v1/me/export", token=scene.token("person")).json
    words = [each["words"] for each in exported["rows"]["complaint_entry"]]
    assert scene.missing["text"] in words
    assert REFUSED["text"] in words
    scene.post(f"/{number}/close")
    before = rows_of_year(scene)
    scene.wiring.database.transact(scene.leave)
    for each in (number, open_one):
        told = scene.get(f"/{each}", who="provider").json
        assert {entry["text"] for entry in told["history"]} == {None}
        assert {tuple(entry["files"]) for entry in told["history"]} == {()}
    assert scene.get(f"/{number}", who="provider").json["verdict"]["outcome"] == "refuse"
    assert rows_of_year(scene) == before
    assert scene.broken() == []


def rows_of_year(scene: Scene) -> int:
    with scene.wiring.database.engine.connect() as connection:
        return int(
            connection.execute(
                text("select count(*) from complaint where participant_id = :person"),
                {"person": scene.person},
            ).scalar_one()
        )
