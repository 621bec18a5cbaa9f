"""GET /v1/tasks/{id}: who started long work can see how far it is, and nobody else."""

from __future__ import annotations

from typing import Any

from app.ids import public
from app.tokens import Caller
from app.wiring import Wiring
from tests.builders.jobs import drain, start
from tests.builders.people import Http


def test_the_starter_follows_a_task_from_waiting_to_done(
    http: Http, token_for: Any, wiring: Wiring
) -> None:
    starter: Caller = token_for.caller("provider")
    token = token_for.of(starter)
    task_id = start(wiring, "test_note", started_by=starter.tenant_id)
    path = f"/v1/tasks/{public('tsk', task_id)}"

    waiting = http.get(path, token=token).get_json()
    assert waiting["id"] == public("tsk", task_id)
    assert waiting["name"] == "test_note"
    assert waiting["state"] == "waiting"
    assert waiting["progress"] == {"done": 0, "total": None}
    assert waiting["finished_at"] is None

    drain(wiring)
    done = http.get(path, token=token).get_json()
    assert (done["state"], done["attempts"]) == ("done", 1)
    assert done["progress"] == {"done": 1, "total": 1}
    assert done["result"] == {"attempt": 1}
    assert done["finished_at"].endswith("Z")


def test_a_user_who_started_a_task_may_read_it(http: Http, token_for: Any, wiring: Wiring) -> None:
    starter: Caller = token_for.caller("participant")
    path = f"/v1/tasks/{public('tsk', start(wiring, 'test_note', started_by=starter.user_id))}"
    assert http.get(path, token=token_for.of(starter)).status_code == 200


def test_operators_and_the_authority_see_all_work_and_strangers_none(
    http: Http, token_for: Any, wiring: Wiring
) -> None:
    starter: Caller = token_for.caller("provider")
    path = f"/v1/tasks/{public('tsk', start(wiring, 'test_note', started_by=starter.tenant_id))}"
    for role, status in (
        ("operator", 200),
        ("authority", 200),
        ("provider", 404),
        ("merchant", 404),
        ("participant", 404),
    ):
        answer = http.get(path, token=token_for(role))
        assert answer.status_code == status, role
    assert http.get(path).status_code == 401


def test_the_platforms_own_work_is_nobodys(http: Http, token_for: Any, wiring: Wiring) -> None:
    path = f"/v1/tasks/{public('tsk', start(wiring, 'retention'))}"
    assert http.get(path, token=token_for("participant")).status_code == 404


def test_an_id_that_is_none_is_not_found(http: Http, token_for: Any) -> None:
    for text in ("tsk_1", "par_" + 32 * "0", "tsk_" + 32 * "0"):
        problem = http.get(f"/v1/tasks/{text}", token=token_for("operator"))
        assert problem.status_code == 404
        assert problem.get_json()["code"] == "NOT_FOUND"
