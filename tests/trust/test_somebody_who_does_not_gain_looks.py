"""Somebody who does not gain looks at what waits: once, in time, with a reason that is read."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from app.clock import Clock
from app.ids import parse
from app.store.audit.points import AWARDS
from app.store.audit.recording import CLAIMS, TOTALS, WAITS
from app.store.database import Connection
from app.usecases.recording.confirm_actions import Confirming, confirm_actions
from app.usecases.recording.lapse_holds import lapse_holds
from app.usecases.recording.reverse_actions import Reversing, reverse_actions
from behaviours.actions.waiting import (
    CONFIRM,
    OPERATOR,
    PROVIDER,
    REFUSE,
    STEPS,
    ActionNotWaiting,
)
from behaviours.viewer import Viewer
from tests.app.recording.conftest import Scene
from tests.builders.audit import broken_of
from tests.builders.held import while_held
from tests.builders.issuers import an_issuer
from tests.builders.people import Http, Tokens, an_organisation, leaving
from tests.trust.test_what_waits_is_not_credited import account, screenshot, ticket, transit


@pytest.fixture(name="scene")
def _scene(make_scene: Callable[..., Scene]) -> Scene:
    return make_scene()


@pytest.fixture(name="operator")
def _operator(token_for: Tokens) -> str:
    return token_for("operator")


def decide(scene: Scene, action: Any, token: str, outcome: str = "confirm", **said: Any) -> Any:
    body = {"outcome": outcome, "reason": "The ticket was seen.", **said}
    return scene.http.post(f"/v1/actions/{action['id']}/confirm", body, token=token)


def assert_books_hold(scene: Scene) -> None:
    for line in (WAITS, CLAIMS, TOTALS, AWARDS):
        assert broken_of(scene.wiring, line, [scene.person]) == [], line.name


def test_what_an_operator_confirms_is_credited_as_of_that_moment(
    scene: Scene, operator: str
) -> None:
    held = scene.report(ticket(scene)).json
    done = decide(scene, held, operator)
    assert done.status_code == 200, done.text
    assert done.json["state"] == "quantified"
    assert done.json["points"]["awarded"] == held["points"]["if_confirmed"] > 0
    assert done.json["reduction"]["state"] == "pending"
    now = account(scene)
    assert now["actions"] == 1
    assert now["reduction_kg"] == held["reduction"]["reduction_kg"]
    read = scene.http.get(f"/v1/actions/{held['id']}", token=scene.person_token).json
    outcome = read["waiting"]["outcome"]
    assert (outcome["outcome"], outcome["by"]) == ("confirm", "operator")
    assert outcome["reason"] == "The ticket was seen."
    assert set(outcome["text"]) == {"zh-CN", "en"}
    path = f"/v1/actions/{held['id']}/calculation"
    shown = scene.http.get(path, token=scene.person_token).json["confirmation"]
    assert (shown["outcome"], shown["by"]) == ("confirm", "operator")
    assert decide(scene, held, operator).json["code"] == "ACTION_NOT_WAITING"
    assert_books_hold(scene)
    # And is taken back like any other.
    reversal = scene.http.post(
        f"/v1/actions/{held['id']}/reversals", {"reason": "x"}, token=scene.provider_token
    )
    assert reversal.json["points"]["taken"] == done.json["points"]["awarded"]
    assert_books_hold(scene)


def test_what_is_refused_frees_its_claims_and_says_why(scene: Scene, operator: str) -> None:
    held = scene.report(ticket(scene)).json
    lacking = decide(scene, held, operator, "refuse")
    assert (lacking.status_code, lacking.json["code"]) == (422, "REFUSAL_REASON_MISSING")
    done = decide(scene, held, operator, "refuse", reason_code="figures_wrong")
    assert done.json["state"] == "refused_after_hold"
    assert done.json["points"] == {**done.json["points"], "awarded": 0, "if_confirmed": 0}
    assert account(scene)["actions"] == 0
    read = scene.http.get(f"/v1/actions/{held['id']}", token=scene.person_token).json
    assert read["waiting"]["outcome"]["reason_code"] == "figures_wrong"
    again = {**ticket(scene), "external_id": "rightly", "quantities": {"mass_kg": "8"}}
    assert scene.report(again).json["state"] == "quantified"
    assert_books_hold(scene)


def test_nobody_who_reported_or_gains_confirms(
    scene: Scene, make_scene: Callable[..., Scene], token_for: Tokens
) -> None:
    held = scene.report(ticket(scene)).json
    shown = scene.report(screenshot(scene), token=scene.person_token).json
    own = decide(scene, held, scene.provider_token)
    assert (own.status_code, own.json["code"]) == (403, "CONFIRMATION_NOT_YOURS")
    for action in (held, shown):
        person = decide(scene, action, scene.person_token)
        assert (person.status_code, person.json["code"]) == (403, "ROLE_NOT_ALLOWED")
        assert decide(scene, action, make_scene().provider_token).status_code == 404
    # The provider that the person lets report such rides, once it can look such numbers up.
    admitted(scene, scene.provider)
    assert decide(scene, shown, scene.provider_token).json["state"] == "quantified"
    assert_books_hold(scene)


def admitted(scene: Scene, provider: UUID) -> None:
    """The provider may report the numbers of whoever runs those rides."""
    an_issuer(scene.wiring, transit(scene), providers=[provider])


def also_lets(scene: Scene, provider: UUID) -> None:
    """The person of the scene lets another provider report the same scenes."""
    with scene.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into consent (participant_id, consent_id, organisation_id, scene, text_version,"
            " granted_at, recorded_at) select participant_id, gen_random_uuid(), %s, scene,"
            " text_version, granted_at, recorded_at from consent where participant_id = %s",
            (provider, scene.person),
        )


def test_who_confirms_is_admitted_for_the_issuer_of_the_number_too(
    scene: Scene, token_for: Tokens
) -> None:
    shown = scene.report(screenshot(scene), token=scene.person_token).json
    other = an_organisation(scene.wiring)
    also_lets(scene, other)
    token = token_for("provider", tenant=other)
    for outcome in ({}, {"outcome": "refuse", "reason_code": "evidence_false"}):
        refused = decide(scene, shown, token, **outcome)
        assert (refused.status_code, refused.json["code"]) == (403, "CONFIRMER_NOT_ADMITTED")
        assert refused.json["details"]["issuer"] == transit(scene)
        assert f"admit you for {transit(scene)}" in refused.json["detail"]
    read = scene.http.get(f"/v1/actions/{shown['id']}", token=scene.person_token).json
    assert read["state"] == "pending_confirmation"
    admitted(scene, other)
    assert decide(scene, shown, token).json["state"] == "quantified"
    assert_books_hold(scene)


def test_a_dry_run_of_a_confirmation_changes_nothing(scene: Scene, operator: str) -> None:
    held = scene.report(ticket(scene)).json
    path = f"/v1/actions/{held['id']}/confirm?dry_run=true"
    body = {"outcome": "confirm", "reason": "As if."}
    answer = scene.http.post(path, body, token=operator)
    assert (answer.status_code, answer.json["state"]) == (200, "quantified")
    read = scene.http.get(f"/v1/actions/{held['id']}", token=operator).json
    assert read["state"] == "held"


def test_the_queue_shows_age_owner_and_what_the_person_says(
    scene: Scene, make_scene: Callable[..., Scene], operator: str
) -> None:
    held = scene.report(ticket(scene)).json
    shown = scene.report(screenshot(scene), token=scene.person_token).json
    said = {"text": "A whole household moved.", "evidence": "A photo of the van."}
    path = f"/v1/me/actions/{held['id']}/contest"
    assert scene.http.post(path, said, token=scene.person_token).status_code == 201
    again = scene.http.post(path, said, token=scene.person_token)
    assert again.json["code"] == "ALREADY_CONTESTED"
    taken = scene.http.post(f"/v1/holds/{held['id']}/take", {}, token=operator)
    assert taken.status_code == 200, taken.text

    def listed(token: str, query: str = "") -> dict[str, Any]:
        data = scene.http.get(f"/v1/holds?limit=100{query}", token=token).json["data"]
        return {each["id"]: each for each in data}

    queue = listed(scene.provider_token)
    assert list(queue) == [held["id"], shown["id"]]
    first = queue[held["id"]]
    assert first["owner"] == taken.json["owner"]
    assert first["waits_days"] == 0
    assert first["waiting"]["contest"]["text"] == said["text"]
    assert first["why"] == held["why"]
    assert first["evidence"]["weigh_ticket_no"]
    assert held["id"] in listed(operator, "&contested=true&owned=true&state=held")
    assert held["id"] not in listed(operator, "&contested=false")
    assert listed(make_scene().provider_token) == {}
    wrong = scene.http.get("/v1/holds?colour=red", token=operator)
    assert wrong.status_code == 422
    decide(scene, held, operator)
    assert list(listed(scene.provider_token)) == [shown["id"]]
    assert scene.http.post(path, said, token=scene.person_token).json["code"] in (
        "ACTION_NOT_WAITING",
        "ALREADY_CONTESTED",
    )


def test_somebody_elses_work_is_taken_only_on_purpose(scene: Scene, token_for: Tokens) -> None:
    held = scene.report(ticket(scene)).json
    first, second = token_for("operator"), token_for("operator")
    path = f"/v1/holds/{held['id']}/take"
    assert scene.http.post(path, {}, token=first).status_code == 200
    assert scene.http.post(path, {}, token=first).status_code == 200
    assert scene.http.post(path, {}, token=second).json["code"] == "HOLD_TAKEN"
    assert scene.http.post(path, {"instead": True}, token=second).status_code == 200


def test_the_steps_of_an_action_lead_from_open_states_only() -> None:
    for name, step in STEPS.items():
        assert set(step.by) <= {"provider", "operator", "authority", "platform"}, name
        assert "participant" not in step.by


# What holds the account while the other one waits for it.


def confirming(scene: Scene, action_id: UUID, step: str = CONFIRM) -> Callable[[Connection], Any]:
    return lambda connection: confirm_actions(
        connection,
        [Confirming(action_id, step, "Seen.", "not_done" if step == REFUSE else None)],
        viewer=Viewer(OPERATOR, None),
        decided_by="operator:test",
        rulebook=scene.wiring.rulebook,
        policy=scene.wiring.policies,
        clock=scene.wiring.clock,
    )


def lapsing(clock: Clock) -> Callable[[Connection], Any]:
    return partial(lapse_holds, clock=clock, actions=10_000)


def reversing(scene: Scene, action_id: UUID) -> Callable[[Connection], Any]:
    return lambda connection: reverse_actions(
        connection,
        [Reversing(action_id, "Reported twice.")],
        viewer=Viewer(PROVIDER, scene.provider),
        reversed_by="provider:test",
        rulebook=scene.wiring.rulebook,
        policies=scene.wiring.policies,
        now=scene.wiring.clock.now(),
    )


@pytest.mark.parametrize("first", ["confirm", "refuse", "lapse", "leave", "reverse"])
def test_whoever_is_first_decides_and_a_confirmation_that_waited_sees_it(
    scene: Scene, tmp_path: Any, first: str
) -> None:
    action_id = parse("act", scene.report(ticket(scene)).json["id"])
    late = Clock(tmp_path / "clock")
    late.advance(31 * 86_400)
    holds = {
        "confirm": confirming(scene, action_id),
        "refuse": confirming(scene, action_id, REFUSE),
        "lapse": lapsing(late),
        "leave": leaving(scene.wiring, scene.person),
        "reverse": reversing(scene, action_id),
    }
    database = scene.wiring.database
    (answer,) = while_held(
        database, holds[first], lambda: database.transact(confirming(scene, action_id))
    )
    assert isinstance(answer, ActionNotWaiting)
    assert_books_hold(scene)


@pytest.mark.parametrize("second", ["lapse", "leave", "reverse"])
def test_what_waited_for_a_confirmation_leaves_it_credited_or_takes_it_back(
    scene: Scene, token_for: Tokens, tmp_path: Any, second: str
) -> None:
    action_id = parse("act", scene.report(ticket(scene)).json["id"])
    late = Clock(tmp_path / "clock")
    late.advance(31 * 86_400)
    waits = {
        "lapse": lapsing(late),
        "leave": leaving(scene.wiring, scene.person),
        "reverse": reversing(scene, action_id),
    }
    database = scene.wiring.database
    answer = while_held(
        database, confirming(scene, action_id), lambda: database.transact(waits[second])
    )
    if second == "reverse":
        assert answer[0].points_taken > 0
    path = f"/v1/actions/act_{action_id.hex}"
    state = scene.http.get(path, token=token_for("operator")).json["state"]
    assert state == ("reversed" if second == "reverse" else "quantified")
    assert_books_hold(scene)


# The promise.

PATHS = (
    *(["/v1/actions"] * 5),
    "/v1/actions/batch",
    "/v1/actions/{id}/confirm",
    "/v1/actions/{id}/reversals",
    "/v1/me/actions/{id}/contest",
    "/v1/holds/{id}/take",
    "/v1/holds",
)


@pytest.mark.parametrize("seed", range(4))
def test_no_sequence_of_a_persons_own_calls_moves_points_or_the_pool(
    app: Any, make_scene: Callable[..., Scene], seed: int
) -> None:
    """No shipped rule takes a person's word without a confirmation: so nothing at all may move."""
    dice = random.Random(seed)
    scenes = [make_scene(), make_scene()]
    before = [account(scene) for scene in scenes]
    known = [
        scene.report(screenshot(scene), token=scene.person_token).json["id"] for scene in scenes
    ]
    for number in range(60):
        scene, other = dice.sample(scenes, 2)
        token, http = scene.person_token, Http(app)
        path = dice.choice(PATHS)
        if "{id}" in path and known:
            path = path.format(id=dice.choice(known))
        body: Any = {
            "outcome": dice.choice(["confirm", "refuse"]),
            "reason": "x",
            "reason_code": "other",
        }
        if path in ("/v1/actions", "/v1/actions/batch"):
            made = dice.choice([screenshot, screenshot, ticket, lambda of, _: of.body()])(
                scene, number % 18 + 2
            )
            if dice.random() < 0.3:
                made["participant_id"] = f"par_{other.person.hex}"
            elif dice.random() < 0.9:
                made.pop("participant_id", None)
            body = made if path == "/v1/actions" else {"actions": [made]}
        elif path.endswith("contest"):
            body = {"text": "It is right."}
        elif path.endswith("take"):
            body = {}
        answer = (
            http.get(path, token=token)
            if path == "/v1/holds"
            else http.post(path, body, token=token)
        )
        assert answer.status_code < 500, answer.text
        if path == "/v1/actions" and answer.status_code == 201:
            known.append(answer.json["id"])
    assert [account(scene) for scene in scenes] == before
    for scene in scenes:
        rows = scene.rows()
        assert rows["action"] == rows["points_transfer"] == rows["points_lot"] == 0
        assert_books_hold(scene)
