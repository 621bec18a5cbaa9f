"""What may be reported in the demo, and by whom: applied for, assessed and published by people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from app.clock import StandingClock
from app.demo.paper import IN_FORCE_FROM
from app.store.database import Connection
from app.usecases.organisations.apply_for_scenes import apply_for_scenes
from app.usecases.organisations.move_scenes import move_scenes
from app.usecases.organisations.read_admissions import read_admissions
from app.usecases.organisations.read_open_scenes import read_open_scenes
from app.usecases.organisations.sign_scenes import sign_scenes
from app.wiring import Wiring
from behaviours.civil_time import civil_day, start_of_day
from behaviours.scene_admission import ASSESS, PUBLISH, SceneApplication
from behaviours.scenes import Scenes
from behaviours.viewer import Viewer
from behaviours.vocabulary import SCENE_CATEGORIES

EVERYTHING: Final = SCENE_CATEGORIES
_AT_ONCE: Final = 100
_WHAT = "What the demonstration reports. Numbers of events only; nothing of a person is kept."
_FOUND = "The numbers are those of the demonstration's own diary."


def open_demo_scenes(
    connection: Connection,
    wiring: Wiring,
    wanted: Mapping[UUID | None, Sequence[str]],
    users: Mapping[str, UUID],
    *,
    now: datetime,
) -> Scenes:
    """Scenes by provider (None: of the programme), published from the demo's first day on.

    What somebody applied for before is left as it is.
    """
    clock = StandingClock(now)
    operator, second, authority = (
        Viewer(role, None, users[name])
        for role, name in (
            ("operator", "operator"), ("operator", "operator2"), ("authority", "authority"),
        )
    )  # fmt: skip
    ids: list[UUID] = []
    for provider_id, scenes in wanted.items():
        known = _applied_for(connection, provider_id)
        fresh = [SceneApplication(provider_id, each, _WHAT) for each in scenes if each not in known]
        made = apply_for_scenes(connection, fresh, by=operator, scenes=wiring.scenes, clock=clock)
        ids += [each.admission_id for each in made]
    move_scenes(connection, ids, ASSESS, _FOUND, by=operator, clock=clock)
    # As early as what people agreed to.
    since = start_of_day(min(IN_FORCE_FROM, civil_day(now, wiring.zone)), wiring.zone)
    for signer in (second, authority):
        sign_scenes(connection, ids, PUBLISH, since=since, by=signer, clock=clock)
    return read_open_scenes(connection, wiring.scenes)


def _applied_for(connection: Connection, provider_id: UUID | None) -> set[str]:
    """Every scene that was ever applied for, however many there are."""
    known: set[str] = set()
    before: UUID | None = None
    while found := read_admissions(
        connection,
        provider_id=provider_id,
        everything=False,
        state=None,
        before=before,
        most=_AT_ONCE,
    ):
        known |= {each.admission.scene for each in found}
        before = found[-1].admission.admission_id
    return known
