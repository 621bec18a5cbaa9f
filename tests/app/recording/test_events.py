"""Every action has its event, by whichever way it is recorded, for its provider."""

from __future__ import annotations

from sqlalchemy import text

from tests.app.recording.conftest import Scene


def types_of(scene: Scene, *action_ids: str) -> dict[str, list[str]]:
    """What is told of actions to their provider, in order."""
    with scene.wiring.database.engine.connect() as connection:
        rows = connection.execute(
            text(
                "select subject, type from event where subject = any(:ids)"
                " and tenant_id = :provider and not is_copy order by event_no"
            ),
            {"ids": list(action_ids), "provider": scene.provider},
        ).all()
    return {one: [row.type for row in rows if row.subject == one] for one in action_ids}


def recorded(scene: Scene, count: int) -> list[str]:
    results = scene.batch(*(scene.body() for _ in range(count))).json["results"]
    return [one["action"]["id"] for one in results]


def test_one_alone_a_few_and_many_have_an_event_each(scene: Scene) -> None:
    alone = scene.report().json["id"]
    few, many = recorded(scene, 3), recorded(scene, 70)
    told = types_of(scene, alone, *few, *many)
    assert list(told.values()) == [["action.quantified"]] * 74


def test_what_is_taken_back_is_told(scene: Scene) -> None:
    gone = scene.report().json["id"]
    answer = scene.http.post(
        f"/v1/actions/{gone}/reversals", {"reason": "Sent twice."}, token=scene.provider_token
    )
    assert answer.status_code == 201
    assert types_of(scene, gone)[gone] == ["action.quantified", "action.reversed"]


def test_what_is_refused_or_only_tried_is_not_told(scene: Scene) -> None:
    with scene.wiring.database.engine.connect() as connection:
        count = text("select count(*) from event where tenant_id = :provider")
        before = connection.execute(count, {"provider": scene.provider}).scalar_one()
    body = scene.body()
    assert scene.report(body, query="?dry_run=true").status_code == 200
    assert scene.report({**body, "quantities": {"trips": "0.5"}}).status_code == 422
    with scene.wiring.database.engine.connect() as connection:
        assert connection.execute(count, {"provider": scene.provider}).scalar_one() == before
