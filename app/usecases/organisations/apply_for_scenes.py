"""Apply for scenes: of the programme itself, or to be reported by a provider."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.organisations.credentials import organisation_kinds
from app.store.organisations.scenes import add_admissions, hold_scenes, keep_steps, write_admissions
from app.usecases.organisations.check_taking_part import check_taking_part
from behaviours.organisations import PROVIDER, UnknownProvider
from behaviours.people import check_scene
from behaviours.region_register import known_regions
from behaviours.scene_admission import (
    APPLY,
    SceneAdmission,
    SceneApplication,
    SceneAppliedAlready,
    SceneStep,
    new_admission,
)
from behaviours.scenes import Scenes
from behaviours.viewer import Viewer


def apply_for_scenes(
    connection: Connection,
    wanted: Sequence[SceneApplication],
    *,
    by: Viewer,
    scenes: Scenes,
    clock: Clock,
) -> list[SceneAdmission]:
    """The applications, in order; what was declined before is applied for anew.

    Each place is named once. Raises UnknownScene, UnknownRegion, UnknownProvider,
    OrganisationSuspended, OrganisationClosed and SceneAppliedAlready.
    """
    wanted = [
        each._replace(regions=known_regions(each.regions, pointer="/regions")) for each in wanted
    ]
    for each in wanted:
        check_scene(each.scene, scenes.can_be_admitted(), pointer="/scene")
    providers = [*{each.provider_id for each in wanted if each.provider_id is not None}]
    kinds = organisation_kinds(connection, providers)
    if any(kinds.get(each) != PROVIDER for each in providers):
        raise UnknownProvider(pointer="/provider_id")
    check_taking_part(connection, providers)
    assert by.user_id is not None, "somebody applies"
    now = clock.now()
    # Rows first, then the number of the news: whoever signs takes them in this order, too.
    before = hold_scenes(connection, [each.place for each in wanted])
    again = [_anew(before[each.place], each, now) for each in wanted if each.place in before]
    missing = [each for each in wanted if each.place not in before]
    fresh = [
        new_admission(
            admission_id, each.provider_id, each.scene, now=now, regions=tuple(each.regions)
        )
        for each, admission_id in zip(missing, new_ids(len(missing)), strict=True)
    ]
    write_admissions(connection, again)
    added = add_admissions(connection, fresh)
    for one in fresh:
        if one.admission_id not in added:
            raise SceneAppliedAlready(scene=one.scene, state=one.state)
    made = {one.place: one for one in (*again, *fresh)}
    steps = [
        (made[each.place].admission_id, SceneStep(APPLY, by.user_id, by.role, each.words, now))
        for each in wanted
    ]
    keep_steps(connection, steps)
    return [made[each.place] for each in wanted]


def _anew(known: SceneAdmission, wanted: SceneApplication, now: datetime) -> SceneAdmission:
    if not known.can_take(APPLY):
        raise SceneAppliedAlready(scene=known.scene, state=known.state)
    return known.move(APPLY, now=now, regions=tuple(wanted.regions))
