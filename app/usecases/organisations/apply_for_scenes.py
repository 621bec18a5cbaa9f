"""Apply for scenes: of the programme itself, or to be reported by a provider."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.organisations.credentials import organisation_kinds
from app.store.organisations.scenes import (
    add_admissions,
    hold_scenes,
    keep_steps,
    write_admissions,
)
from app.usecases.organisations.check_taking_part import check_taking_part
from behaviours.organisations import PROVIDER, UnknownProvider
from behaviours.people import check_scene
from behaviours.region_register import known_regions
from behaviours.scene_admission import (
    APPLY,
    SceneAdmission,
    SceneAppliedAlready,
    SceneStep,
    new_admission,
)
from behaviours.scenes import Scenes
from behaviours.viewer import Viewer


def apply_for_scenes(
    connection: Connection,
    provider_id: UUID | None,
    wanted: Sequence[str],
    words: str,
    *,
    regions: Sequence[str] = (),
    by: Viewer,
    scenes: Scenes,
    clock: Clock,
) -> list[SceneAdmission]:
    """The applications, in order; what was declined before is applied for anew.

    ``words`` say what is reported, how it is known, and how the data are kept safe; ``regions``
    where it is to be open (none: everywhere). Raises UnknownScene, UnknownRegion, UnknownProvider,
    OrganisationSuspended, OrganisationClosed and SceneAppliedAlready.
    """
    where = known_regions(regions, pointer="/regions")
    for scene in wanted:
        check_scene(scene, scenes.can_be_admitted(), pointer="/scene")
    if provider_id is not None:
        kinds = organisation_kinds(connection, [provider_id])
        if kinds.get(provider_id) != PROVIDER:
            raise UnknownProvider(pointer="/provider_id")
        check_taking_part(connection, [provider_id])
    assert by.user_id is not None, "somebody applies"
    now = clock.now()
    # Rows first, then the number of the news: whoever signs takes them in this order, too.
    before = hold_scenes(connection, provider_id, wanted)
    again = {scene: _anew(before[scene], where, now) for scene in wanted if scene in before}
    missing = [scene for scene in wanted if scene not in before]
    fresh = {
        scene: new_admission(admission_id, provider_id, scene, now=now, regions=where)
        for scene, admission_id in zip(missing, new_ids(len(missing)), strict=True)
    }
    write_admissions(connection, list(again.values()))
    added = add_admissions(connection, list(fresh.values()))
    for scene, each in fresh.items():
        if each.admission_id not in added:
            raise SceneAppliedAlready(scene=scene, state=each.state)
    made = [{**again, **fresh}[scene] for scene in wanted]
    step = SceneStep(APPLY, by.user_id, by.role, words, now)
    keep_steps(connection, [(each.admission_id, step) for each in made])
    return made


def _anew(known: SceneAdmission, where: tuple[str, ...], now: datetime) -> SceneAdmission:
    if not known.can_take(APPLY):
        raise SceneAppliedAlready(scene=known.scene, state=known.state)
    return known.move(APPLY, now=now, regions=where)
