"""Who leaves takes along what named them and their things; what was counted goes on unchanged."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.factory import create_app
from app.ids import parse, public
from app.secrecy.sealing import MasterKeyMissing, MasterKeys, SealBroken, seal, unseal
from app.settings import Settings
from app.usecases.people.rewrap_keys import rewrap_keys
from app.usecases.recording.reverse_actions import Reversing, reverse_actions
from app.wiring import Wiring, wire
from tests.app.recording.conftest import Scene, a_scene
from tests.builders.anchors import anchored, close_and_anchor
from tests.builders.audit import audited
from tests.builders.civil import yesterday_morning
from tests.builders.dump import found_in_dump
from tests.builders.jobs import until
from tests.builders.people import Http, a_participant, leaving
from tests.builders.sealed import in_the_clear
from tests.builders.viewers import OPERATOR


@pytest.fixture
def scene(make_scene: Callable[..., Scene]) -> Scene:
    return make_scene()


def leave(scene: Scene) -> None:
    assert scene.http.delete("/v1/me", token=scene.person_token).status_code == 200


def a_life(scene: Scene) -> list[str]:
    """Record every kind of thing that names the person or a thing of theirs; what names them."""
    mark = scene.person.hex[-12:]
    imei, meter = f"35{scene.person.int % 10**12:012d}", f"9{scene.person.int % 10**15:015d}"
    phone = scene.body(
        behaviour="second_hand_phone",
        quantities={"items": "1"},
        evidence={"order_id": f"order-{mark}", "imei": imei},
    )
    plant = {
        "kind": "pv_plant",
        "number": meter,
        "issuer": "grid",
        "capacity": "5.5",
        "capacity_unit": "kW",
        "commissioned_on": "2026-01-01",
        "region": "CN-44",
        "evidence": f"Contract {mark}-c",
        "participant_id": public("par", scene.person),
    }
    made = scene.http.post("/v1/installations", plant, token=scene.provider_token)
    assert made.status_code == 201, made.json
    sun = scene.body(
        **{
            **scene.generation(yesterday_morning()),
            "evidence": {"meter_id": meter},
            "external_id": f"sun-{mark}",
        }
    )
    own = scene.body(
        behaviour="clothing_recycling",
        # More than somebody brings on a day: it is held.
        quantities={"mass_kg": "80"},
        evidence={"weigh_ticket_no": f"ticket-{mark}"},
        external_id=f"own-{mark}",
    )
    said = [scene.report(one) for one in (phone, sun, scene.body(), own)]
    assert {one.status_code for one in said} == {201}, [one.json for one in said]
    contest = {"text": f"I did it, {mark}-w", "evidence": f"photo-{mark}"}
    contested = scene.http.post(
        f"/v1/me/actions/{said[3].json['id']}/contest", contest, token=scene.person_token
    )
    assert contested.status_code in (200, 201), contested.json
    better = scene.body(supersedes=said[2].json["id"], external_id=f"better-{mark}")
    assert scene.report(better).status_code == 201
    many = scene.batch(*[scene.body() for _ in range(70)])
    assert {one["status"] for one in many.json["results"]} == {201}
    # The ride ids and external ids of the scene all have the mark and a number.
    return [imei, meter, f"{mark}-", f"order-{mark}", f"own-{mark}", f"better-{mark}",
            f"ticket-{mark}", f"photo-{mark}", f"sun-{mark}"]  # fmt: skip


def test_nothing_that_named_somebody_is_found_in_the_whole_database(scene: Scene) -> None:
    named = a_life(scene)
    there = found_in_dump(scene.wiring, [*named, str(scene.person)])
    assert there.pop(str(scene.person)) > {"action", "points_transfer"}, "the search finds"
    assert set().union(*there.values()) <= {"installation"}, there
    export = scene.http.get("/v1/me/export", token=scene.person_token).get_data(as_text=True)
    assert [value for value in named if value not in export] == [], "to whom it belongs it is shown"
    leave(scene)
    assert found_in_dump(scene.wiring, named) == {}


def test_a_provider_reads_nothing_more_of_who_left(scene: Scene, token_for: Any) -> None:
    action = scene.report().json
    path = f"/v1/actions/{action['id']}"
    operator = token_for("operator")
    before = scene.http.get(f"{path}/calculation", token=operator).json
    leave(scene)
    for each in (path, f"{path}/calculation"):
        answer = scene.http.get(each, token=scene.provider_token)
        assert (answer.status_code, answer.json["code"]) == (410, "PERSON_LEFT"), answer.json
        assert public("par", scene.person) not in answer.get_data(as_text=True)
    reason = {"reason": "weighed twice"}
    gone = scene.http.post(f"{path}/reversals", reason, token=scene.provider_token)
    assert (gone.status_code, gone.json["code"]) == (410, "PERSON_LEFT"), gone.json
    seen = scene.http.get(path, token=operator).json
    assert seen.pop("external_id") is None
    assert seen == {name: value for name, value in action.items() if name != "external_id"}
    assert scene.http.get(f"{path}/calculation", token=operator).json == before


def test_a_stranger_learns_nothing_by_who_left(scene: Scene, make_scene: Any) -> None:
    action = scene.report().json
    leave(scene)
    other = make_scene()
    answer = other.http.get(f"/v1/actions/{action['id']}", token=other.provider_token)
    assert answer.status_code == 404


def test_what_was_claimed_stays_claimed_until_it_is_taken_back(
    scene: Scene, make_scene: Callable[..., Scene]
) -> None:
    sent, meter = scene.body(), scene.generation(yesterday_morning())
    plant = register(scene, meter["evidence"]["meter_id"])
    first, second = scene.report(sent), scene.report(meter)
    assert (first.status_code, second.status_code) == (201, 201), (plant, second.json)
    leave(scene)
    other = make_scene(provider=scene.provider)
    again = {"participant_id": public("par", other.person), "external_id": secrets.token_hex(8)}
    later = {**sent, **again}
    answer = other.report(later)
    assert answer.json["code"] == "DUPLICATE_CLAIM", answer.json
    # The same external id is a repeat whose rest can still be compared.
    conflict = other.report({**sent, "participant_id": again["participant_id"]})
    assert (conflict.json["code"], conflict.json["details"]["members"]) == (
        "CONFLICTING_REPEAT",
        ["participant_id"],
    )
    spelled = {**sent, "evidence": {"ride_id": secrets.token_hex(8)}}
    conflict = other.report({**spelled, "participant_id": sent["participant_id"]})
    assert conflict.json["code"] == "CONFLICTING_REPEAT"
    assert conflict.json["details"]["members"] == ["evidence"]
    taken_back(scene, first, second)
    assert other.report(later).status_code == 201
    left = {"participant_id": public("par", other.person), "external_id": secrets.token_hex(8)}
    register(other, meter["evidence"]["meter_id"])
    assert other.report({**meter, **left}).status_code == 201


def register(scene: Scene, number: str) -> Any:
    body = {
        "kind": "pv_plant", "number": number, "issuer": "grid", "capacity": "5.5",
        "capacity_unit": "kW", "commissioned_on": "2026-01-01", "region": "CN-44",
        "evidence": "Contract", "participant_id": public("par", scene.person),
    }  # fmt: skip
    return scene.http.post("/v1/installations", body, token=scene.provider_token).json


def taken_back(scene: Scene, *answers: Any, after: timedelta = timedelta()) -> None:
    scene.wiring.database.transact(
        reverse_actions,
        [Reversing(parse("act", one.json["id"]), "somebody else's") for one in answers],
        viewer=OPERATOR,
        reversed_by="operator",
        rulebook=scene.wiring.rulebook,
        policies=scene.wiring.policies,
        now=datetime.now(UTC) + after,
    )


def test_who_comes_back_does_not_open_what_they_left(
    wiring: Wiring, make_scene: Callable[..., Scene]
) -> None:
    identity = f"person-{secrets.token_hex(9)}"
    scene = make_scene(identity=identity)
    sent = scene.body()
    assert scene.report(sent).status_code == 201
    leave(scene)
    again = a_participant(
        wiring, provider_id=scene.provider, identity=identity, agreed_at=wiring.clock.now()
    )
    back = make_scene(provider=scene.provider)
    back.person = again
    with wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update consent set granted_at = granted_at - interval '60 days'"
            " where participant_id = %s", (again,),
        )  # fmt: skip
    ride = back.body(occurred_at=datetime.now(UTC).isoformat())
    assert back.report(ride).status_code == 201
    (old,) = in_the_clear(wiring, "participant_id = %s", (scene.person,))
    (new,) = in_the_clear(wiring, "participant_id = %s", (again,))
    assert (old.is_shredded, new.is_shredded) == (True, False)
    assert found_in_dump(wiring, [sent["external_id"], sent["evidence"]["ride_id"]]) == {}


def test_who_reports_while_they_leave_leaves_nothing_behind(app: Flask, scene: Scene) -> None:
    """Whatever is recorded before the leaving is shredded by it, and nothing is after it."""
    bodies = [scene.body() for _ in range(60)]
    start, answers = threading.Barrier(4), list[Any]()

    def report(some: list[dict[str, Any]]) -> None:
        client = Http(app)
        start.wait(timeout=30)
        for body in some:
            answers.extend([client.post("/v1/actions", body, token=scene.provider_token)])

    threads = [threading.Thread(target=report, args=(bodies[at::3],)) for at in range(3)]
    for each in threads:
        each.start()
    start.wait(timeout=30)
    until(lambda: len(answers) > 5, within_s=30)
    scene.wiring.database.transact(leaving(scene.wiring, scene.person))
    for each in threads:
        each.join(60)
    codes = {one.status_code: one.json.get("code") for one in answers}
    assert codes == {201: None, 409: "PARTICIPANT_CLOSED"}
    left = in_the_clear(scene.wiring, "participant_id = %s", (scene.person,))
    assert len(left) == sum(one.status_code == 201 for one in answers)
    assert all(one.is_shredded for one in left)
    kept = kept_of(scene.wiring, scene)
    assert kept == {one.action_id for one in left}


def kept_of(wiring: Wiring, scene: Scene) -> set[Any]:
    with wiring.database.engine.connect() as connection:
        return set(
            connection.exec_driver_sql(
                "select action_id from kept_claim where participant_id = %s", (scene.person,)
            ).scalars()
        )


def test_the_master_key_changes_while_actions_are_recorded(
    settings: Settings, fresh_database: str
) -> None:
    old = replace(settings, database_url=fresh_database, rate_limit_per_minute=1_000_000)
    new = replace(old, master_key=secrets.token_bytes(32), other_master_keys=(old.master_key,))
    alone = replace(new, other_master_keys=())
    told = replace(old, other_master_keys=(new.master_key,))
    with closing(wire(told)) as before, closing(wire(new)) as after, closing(wire(alone)) as only:
        scenes = [a_scene(before) for _ in range(12)]
        stop, answers = threading.Event(), list[Any]()

        def report(client: Http, turn: int) -> None:
            while not stop.is_set():
                for scene in scenes[turn::2]:
                    body = scene.body()
                    answers.append(client.post("/v1/actions", body, token=scene.provider_token))
                    pair = {"actions": [scene.body(), scene.body()]}
                    both = client.post("/v1/actions/batch", pair, token=scene.provider_token)
                    answers.append(both)

        threads = [
            threading.Thread(target=report, args=(Http(create_app(wiring)), turn))
            for turn, wiring in enumerate((before, after))
        ]
        for each in threads:
            each.start()
        last, wrapped, parts = None, 0, 0
        while True:
            met = len(answers)
            until(lambda met=met: len(answers) > met + 3, within_s=60)
            done = after.database.transact(rewrap_keys, after=last, part=2)
            wrapped, last, parts = wrapped + done.wrapped, done.last_id, parts + 1
            if done.is_last:
                break
        stop.set()
        for each in threads:
            each.join(60)
        assert (wrapped, parts >= 6) == (12, True)
        assert {one.status_code for one in answers} <= {201, 207}
        assert after.database.transact(rewrap_keys, after=None).wrapped == 0
        # What was sealed before, while and after opens with the new key alone.
        recorded = in_the_clear(only, "true")
        assert len(recorded) == sum(1 if one.status_code == 201 else 2 for one in answers)
        assert all(one.evidence["ride_id"].startswith("ride-") for one in recorded)
        with closing(wire(old)) as behind, pytest.raises(MasterKeyMissing):
            in_the_clear(behind, "true")


def test_audit_recompute_and_anchors_go_on_after_people_left(
    settings: Settings, fresh_database: str
) -> None:
    with closing(wire(replace(settings, database_url=fresh_database))) as own:
        scenes = [a_scene(own) for _ in range(3)]
        actions = [scene.report() for scene in scenes for _ in range(3)]
        assert {one.status_code for one in actions} == {201}
        close_and_anchor(own.database, datetime.now(UTC) + timedelta(days=2))
        anchors = anchored(own.database)
        assert [one.line() for one in audited(own) if not one.ok] == []
        for scene in scenes[:2]:
            leave(scene)
        taken_back(scenes[0], actions[0], after=timedelta(days=3))
        assert anchored(own.database) == anchors != []
        findings = audited(own)
        assert [one.line() for one in findings if not one.ok] == []
        looked_at = {one.name: one.count for one in findings}
        assert looked_at["recomputed"] == 9
        assert looked_at["claims_once"] == 8, "of who left too"
        # Nobody kept what an action of theirs holds: the audit names it.
        with own.database.engine.begin() as connection:
            connection.exec_driver_sql("set local session_replication_role = replica")
            connection.exec_driver_sql(
                "delete from kept_claim where action_id ="
                " (select max(action_id::text)::uuid from kept_claim)"
            )
        assert {one.name for one in audited(own) if not one.ok} == {"claims_once"}


def test_two_ways_of_sealing_are_one(scene: Scene) -> None:
    """One action is sealed by PostgreSQL, a list by us; both open by the same key alone."""
    alone = scene.report(scene.body(external_id='alone-é\\"中'))
    listed = scene.batch(scene.body(external_id='listed-é\\"中'), scene.body())
    assert (alone.status_code, listed.json["results"][0]["status"]) == (201, 201)
    found = in_the_clear(scene.wiring, "participant_id = %s", (scene.person,))
    assert [one.external_id for one in found][:2] == ['alone-é\\"中', 'listed-é\\"中']
    with scene.wiring.database.engine.connect() as connection:
        sealed = (
            connection.exec_driver_sql(
                "select seal from action where participant_id = %s", (scene.person,)
            )
            .scalars()
            .all()
        )
    # No two of them share what they were encrypted by.
    assert len({each[:32] for each in sealed}) == len(sealed) == 3


def test_what_is_sealed_opens_as_nothing_else() -> None:
    key, other = secrets.token_bytes(32), secrets.token_bytes(32)
    sealed = seal(key, b"one", ["content"])
    assert unseal(key, b"one", sealed) == ["content"]
    for wrong in (
        (other, b"one", sealed),
        (key, b"two", sealed),
        (key, b"one", sealed[:-1]),
        (key, b"one", b""),
        (key, b"one", bytes([sealed[0] ^ 1]) + sealed[1:]),
    ):
        with pytest.raises(SealBroken):
            unseal(*wrong)


def test_a_wrapped_key_is_one_persons_under_one_master_key() -> None:
    old, new = secrets.token_bytes(32), secrets.token_bytes(32)
    key, who, other = secrets.token_bytes(32), secrets.token_bytes(16), secrets.token_bytes(16)
    kept = MasterKeys(old).wrap(who, key)
    assert MasterKeys(new, [old]).unwrap(who, kept) == key
    assert MasterKeys(old).unwrap(other, kept) != key
    assert MasterKeys(new, [old]).wrap(who, key) != kept
    with pytest.raises(MasterKeyMissing):
        MasterKeys(new).unwrap(who, kept)
