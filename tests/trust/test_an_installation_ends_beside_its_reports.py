"""While an installation ends or passes on, what is recorded for it waits, and is judged by that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from app.factory import create_app
from app.store.audit.installed import INSTALLATIONS
from app.store.database import Connection
from app.usecases.recording.change_holders import ChangingHolder, change_holders
from app.usecases.recording.end_installations import EndingInstallation, end_installations
from app.usecases.recording.record import Recorded, RecordingRules, record
from behaviours.actions.action import Action
from behaviours.actions.installation import Holder, InstallationUsedLater
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer
from tests.app.recording.conftest import Scene
from tests.builders.actions import a_ride
from tests.builders.at_once import at_once
from tests.builders.audit import broken_of
from tests.builders.held import while_held
from tests.builders.people import Http, a_participant
from tests.trust.test_what_an_installation_did import MORNING, a_plant, generation

SOLD = MORNING + timedelta(hours=2)
LATER = MORNING + timedelta(hours=3)


@pytest.fixture
def scene(make_scene, movable):
    movable.clock.advance(16 * 86_400)
    made = make_scene()
    made.http, made.wiring = Http(create_app(movable)), movable
    return made


def ending(scene: Scene, plant: UUID, at: datetime = SOLD) -> Callable[[Connection], Any]:
    return partial(
        end_installations,
        asked=[EndingInstallation(plant, "Taken down", at)],
        viewer=Viewer("provider", scene.provider),
        ended_by="provider:test",
        zone=scene.wiring.zone,
        clock=scene.wiring.clock,
    )


def passing_on(scene: Scene, plant: UUID, at: datetime = SOLD) -> Callable[[Connection], Any]:
    buyer = a_participant(scene.wiring, provider_id=scene.provider)
    return partial(
        change_holders,
        asked=[
            ChangingHolder(EndingInstallation(plant, "Sold", at), Holder(buyer, None), "Deed 5")
        ],
        viewer=Viewer("provider", scene.provider),
        changed_by="provider:test",
        zone=scene.wiring.zone,
        clock=scene.wiring.clock,
    )


def an_hour_of(scene: Scene, began: datetime) -> Action:
    return a_ride(
        scene.person,
        scene.provider,
        behaviour="distributed_pv",
        occurred_at=began,
        ended_at=began + timedelta(hours=1),
        quantities={"generation_kwh": "2.5"},
        evidence={"meter_id": f"M-{scene.person.hex}"},
    )


OF_ZONE = {"zone": "Asia/Shanghai"}
STEPS = pytest.mark.parametrize("step", [ending, passing_on])


@STEPS
def test_what_waits_for_the_end_is_judged_by_it(scene, step):
    plant = a_plant(scene)
    waits = partial(scene.report, generation(scene, at=LATER))
    late = while_held(scene.wiring.database, step(scene, plant), waits)
    assert late.status_code in (409, 422), late.json
    assert scene.report(generation(scene)).status_code == 201
    assert broken_of(scene.wiring, INSTALLATIONS, [scene.person], OF_ZONE) == []


@STEPS
def test_an_end_waits_for_what_is_being_recorded_and_is_not_before_it(scene, step):
    plant = a_plant(scene)
    told = step(scene, plant)

    def hold(connection: Connection) -> None:
        (answer,) = record(
            connection,
            [an_hour_of(scene, LATER)],
            RecordingRules(scene.wiring.rulebook, scene.wiring.policies),
            now=scene.wiring.clock.now(),
        )
        assert isinstance(answer, Recorded)

    def waits() -> Any:
        try:
            return scene.wiring.database.transact(told)
        except Refusal as refusal:
            return refusal

    assert isinstance(while_held(scene.wiring.database, hold, waits), InstallationUsedLater)
    assert broken_of(scene.wiring, INSTALLATIONS, [scene.person], OF_ZONE) == []


@STEPS
def test_whoever_comes_first_nothing_is_credited_after_the_end(scene, step):
    """Without a stated order: either it ended and nothing later counts, or it could not end."""
    plant = a_plant(scene)
    hours = [MORNING + timedelta(hours=each) for each in range(6)]
    calls = [partial(scene.report, generation(scene, at=hour)) for hour in hours]
    told = step(scene, plant)
    calls.insert(3, partial(scene.wiring.database.transact, told))
    answers = at_once(calls)
    end = answers.pop(3)
    credited = [hour for hour, each in zip(hours, answers, strict=True) if each.status_code == 201]
    if isinstance(end, Refusal):
        assert isinstance(end, InstallationUsedLater)
        assert credited == hours
    else:
        assert credited == hours[:2]
    assert broken_of(scene.wiring, INSTALLATIONS, [scene.person], OF_ZONE) == []
