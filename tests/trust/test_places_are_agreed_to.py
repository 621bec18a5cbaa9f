"""Where somebody was is taken from a provider only with a consent to that, given and taken back by
itself; who agreed to be reported has not agreed to it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from app.ids import public
from app.store.audit.streams import PLACES_AGREED
from app.wiring import Wiring
from behaviours.scenes import PLACES
from tests.app.recording.conftest import Scene, a_scene
from tests.builders.at_once import at_once
from tests.builders.audit import audited, broken_of
from tests.builders.earlier import back_and_up
from tests.builders.empty_market import market, shut
from tests.builders.issuers import an_issuer
from tests.builders.people import EVERY_SCENE, Tokens, an_organisation
from tests.builders.places import BEGAN, CANTON_STATION, CANTON_TOWER, SPEED, WITH_PLACES
from tests.builders.programmes import under

__all__ = ["market", "shut"]
BEFORE = "0102"
HERE = {"latitude": CANTON_STATION[0], "longitude": CANTON_STATION[1]}
THERE = {"latitude": CANTON_TOWER[0], "longitude": CANTON_TOWER[1]}


def a_ride(scene: Scene, minute: int = 0, **changes: Any) -> dict[str, Any]:
    began = BEGAN + timedelta(minutes=minute)
    times = {"occurred_at": began.isoformat()}
    return scene.body(**times, ended_at=(began + timedelta(minutes=20)).isoformat(), **changes)


def refused(scene: Scene, body: dict[str, Any]) -> tuple[str, str]:
    """Case and pointer of the refusal."""
    answer = scene.report(body)
    assert (answer.status_code, answer.json["code"]) == (403, "PLACES_NOT_AGREED"), answer.text
    (error,) = answer.json["errors"]
    return answer.json["detail"], error["pointer"]


def kept(scene: Scene) -> int:
    with scene.wiring.database.engine.connect() as connection:
        return connection.exec_driver_sql(
            "select count(*) from person_place where participant_id = %s", (scene.person,)
        ).scalar_one()


def agree(scene: Scene, *, version: str = "2026-01", scene_of: str = PLACES) -> Any:
    body = {
        "provider_id": public("org", scene.provider),
        "scene": scene_of,
        "text_version": version,
    }
    return scene.http.post("/v1/me/consents", body, token=scene.person_token)


def withdraw(scene: Scene, consent_id: str) -> int:
    path = f"/v1/me/consents/{consent_id}"
    return scene.http.delete(path, token=scene.person_token).status_code


def consents(scene: Scene) -> dict[str, str]:
    """The ids of the person's consents that stand, by scene."""
    told = scene.http.get("/v1/me/consents?limit=100", token=scene.person_token).json["data"]
    return {each["scene"]: each["id"] for each in told if each["withdrawn_at"] is None}


@pytest.fixture(name="scene", params=[SPEED, None], ids=["speed is checked", "nothing is checked"])
def _scene(make_scene: Callable[..., Scene], request: pytest.FixtureRequest) -> Scene:
    made = make_scene()
    return under(made, checks=request.param) if request.param else made


def test_who_agreed_to_be_reported_has_not_agreed_to_say_where_they_were(scene: Scene) -> None:
    for name in ("start_place", "end_place"):
        said, pointer = refused(scene, a_ride(scene, **{name: HERE}))
        assert "separately" in said
        assert pointer == f"/{name}"
    # Without a place it is an action like any other.
    assert scene.report(a_ride(scene, start_place=None)).status_code == 201
    assert kept(scene) == 0


def test_in_a_list_and_in_a_dry_run_the_same_is_refused(scene: Scene) -> None:
    bodies = [a_ride(scene), a_ride(scene, 30, start_place=HERE), a_ride(scene, 60)]
    for query in ("?dry_run=true", ""):
        results = scene.batch(*bodies, query=query).json["results"]
        codes = [(each.get("problem") or {}).get("code") for each in results]
        assert codes == [None, "PLACES_NOT_AGREED", None], results


def test_it_is_given_by_itself_and_holds_from_that_day_on(scene: Scene) -> None:
    given = agree(scene)
    assert (given.status_code, given.json["scene"]) == (201, PLACES)
    said, _ = refused(scene, a_ride(scene, start_place=HERE, end_place=THERE))
    assert "after the day" in said
    now = scene.wiring.clock.now() - timedelta(seconds=2)
    today = scene.body(occurred_at=now.isoformat(), start_place=HERE)
    assert scene.report(today).status_code == 201


def test_the_provider_reads_it_among_what_people_agreed_to_with_it(
    make_scene: Callable[..., Scene],
) -> None:
    scene = make_scene(scenes=WITH_PLACES)
    path = f"/v1/provider/consents?scene={PLACES}"
    (told,) = scene.http.get(path, token=scene.provider_token).json["data"]
    assert told["participant_id"] == public("par", scene.person)
    assert told["open"] is True


def test_another_providers_consent_is_none(scene: Scene, token_for: Tokens) -> None:
    other = an_organisation(scene.wiring)
    body = {"provider_id": public("org", other), "scene": PLACES, "text_version": "2026-01"}
    given = scene.http.post("/v1/me/consents", body, token=scene.person_token)
    assert given.status_code == 201
    now = scene.wiring.clock.now() - timedelta(seconds=2)
    refused(scene, scene.body(occurred_at=now.isoformat(), start_place=HERE))


def test_a_consent_to_places_lets_nobody_report_anything(make_scene: Callable[..., Scene]) -> None:
    scene = make_scene(scenes=(PLACES,))
    answer = scene.report(a_ride(scene, start_place=HERE))
    assert (answer.status_code, answer.json["code"]) == (403, "CONSENT_MISSING")


def test_a_text_about_every_scene_asks_for_nothing_separately(scene: Scene) -> None:
    answer = agree(scene, version="no-such")
    assert (answer.status_code, answer.json["code"]) == (422, "TEXT_NOT_IN_FORCE"), answer.text
    with scene.wiring.database.engine.connect() as connection:
        kinds = connection.exec_driver_sql(
            "select kind from published_text where version = '2026-01' and kind like 'consent%%'"
        ).scalars()
        assert set(kinds) >= {"consent", "consent.places"}


def test_a_withdrawal_ends_it_for_whatever_comes_in_and_forgets_what_was_kept(
    make_scene: Callable[..., Scene],
) -> None:
    scene = under(make_scene(scenes=WITH_PLACES), checks=SPEED)
    done = scene.report(a_ride(scene, start_place=HERE, end_place=THERE))
    assert done.status_code == 201, done.text
    assert kept(scene) == 1
    stands = consents(scene)
    # To be reported no more in another scene takes nothing away here.
    assert withdraw(scene, stands["food"]) == 204
    assert kept(scene) == 1
    assert broken_of(scene.wiring, PLACES_AGREED, [scene.person], {"zone": "Asia/Shanghai"}) == []
    assert withdraw(scene, stands[PLACES]) == 204
    assert kept(scene) == 0
    # Also what was done while it stood is not taken with a place; without one everything is.
    said, pointer = refused(scene, a_ride(scene, 60, start_place=HERE))
    assert ("taken back" in said, pointer) == (True, "/start_place")
    assert scene.report(a_ride(scene, 60)).status_code == 201
    shown = scene.http.get(f"/v1/actions/{done.json['id']}", token=scene.provider_token)
    assert shown.json["reduction"] == done.json["reduction"]


def test_what_the_person_told_herself_stays_with_her(make_scene: Callable[..., Scene]) -> None:
    scene = under(make_scene(scenes=WITH_PLACES), checks=SPEED)
    began = scene.wiring.clock.now() - timedelta(minutes=50)
    own = scene.proven_ride(
        began, ride_id=secrets.token_hex(8), issuer="rides", start_place=HERE, end_place=THERE
    )
    assert scene.report(own, token=scene.person_token).status_code == 201
    assert scene.report(a_ride(scene, start_place=HERE)).status_code == 201
    assert kept(scene) == 2
    assert withdraw(scene, consents(scene)[PLACES]) == 204
    assert kept(scene) == 1


def test_a_report_and_a_withdrawal_at_once_leave_no_place(
    make_scene: Callable[..., Scene],
) -> None:
    for _ in range(5):
        scene = under(make_scene(scenes=WITH_PLACES), checks=SPEED)
        stands = consents(scene)[PLACES]
        body = a_ride(scene, start_place=HERE, end_place=THERE)
        reported, withdrawn = at_once(
            [partial(scene.report, body), partial(withdraw, scene, stands)]
        )
        assert withdrawn == 204
        assert reported.status_code in (201, 403), reported.text
        assert kept(scene) == 0


def test_a_provider_s_word_gives_it_once_and_not_again_after_a_withdrawal(
    make_scene: Callable[..., Scene],
) -> None:
    scene = make_scene(scenes=EVERY_SCENE)
    identity = secrets.token_hex(8)
    since = (BEGAN - timedelta(days=20)).isoformat()
    said = [
        {"scene": each, "text_version": "2026-01", "granted_at": since}
        for each in ("travel", PLACES)
    ]
    body = {"identity": identity, "region": "CN-44", "consents": said}

    def enrol() -> dict[str, Any]:
        answer = scene.http.post(
            "/v1/participants", body, token=scene.provider_token, key=secrets.token_hex(8)
        )
        assert answer.status_code in (200, 201), answer.text
        return answer.json

    person = enrol()["id"]
    ride = a_ride(scene, participant_id=person, start_place=HERE)
    assert scene.report(ride).status_code == 201
    with scene.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update consent set withdrawn_at = now() where participant_id = %s and scene = %s",
            (UUID(hex=person.removeprefix("par_")), PLACES),
        )
    enrol()
    said_of, _ = refused(scene, a_ride(scene, 90, participant_id=person, start_place=HERE))
    assert "taken back" in said_of


def test_nobody_who_agreed_before_is_taken_to_have_agreed_to_that(market: Wiring) -> None:
    told = [a_scene(market) for _ in range(3)]
    asked, unasked, alone = told
    an_issuer(market, "rides", kinds=("ride",), providers=[each.provider for each in told])
    for each in (asked, unasked):
        assert each.report(a_ride(each)).status_code == 201
    began = market.clock.now() - timedelta(minutes=50)
    own = alone.proven_ride(began, ride_id=secrets.token_hex(8), issuer="rides")
    assert alone.report(own, token=alone.person_token).status_code == 201
    with market.database.engine.begin() as connection:
        for each in told:
            connection.exec_driver_sql(
                "insert into person_place"
                " select participant_id, action_id, now(), now(), now() + interval '1 day', 'seal'"
                "   from (select participant_id, action_id from action union all"
                "         select participant_id, action_id from waiting_action) done"
                "  where participant_id = %s",
                (each.person,),
            )
        # Who was asked separately before, as a provider may have said by the day it comes.
        connection.exec_driver_sql(
            "insert into consent (participant_id, consent_id, organisation_id, scene,"
            " text_version, granted_at, recorded_at, channel)"
            " select participant_id, gen_random_uuid(), organisation_id, 'places', text_version,"
            "        granted_at, recorded_at, channel"
            "   from consent where participant_id = %s and scene = 'travel'",
            (asked.person,),
        )
    assert [kept(each) for each in told] == [1, 1, 1]
    broken = {each.name for each in audited(market) if not each.ok}
    assert "places_agreed" in broken
    back_and_up(market, BEFORE)
    assert [kept(each) for each in told] == [1, 0, 1]
    assert [each.line() for each in audited(market) if not each.ok] == []
