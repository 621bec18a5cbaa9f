"""Sign that scenes are published, that they are lifted, or where they are open: two people do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.scenes import (
    hold_admissions,
    keep_steps,
    providers_of,
    steps_of_scene,
    write_admissions,
)
from app.store.signing import sign_by
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.organisations.move_scenes import SCENE
from behaviours.region_register import known_regions
from behaviours.scene_admission import (
    BY_TWO,
    PUBLISH,
    SceneAdmission,
    SceneStep,
    UnknownAdmission,
    check_not_assessor,
)
from behaviours.viewer import Viewer
from rewards.signing import Matter


class SignedScene(NamedTuple):
    """An admission, and the roles that have yet to sign the same."""

    admission: SceneAdmission
    awaiting: list[str]


def sign_scenes(
    connection: Connection,
    ids: Sequence[UUID],
    step: str,
    *,
    since: datetime | None = None,
    regions: Sequence[str] | None = None,
    by: Viewer,
    clock: Clock,
) -> list[SignedScene]:
    """The admissions, in order; the second signature of the same opens them.

    A publication may be open ``since`` a moment that both state; None: from now on. ``regions``
    are those of a change of place. Raises UnknownAdmission, UnknownRegion, OrganisationSuspended,
    OrganisationClosed, SceneStateConflict, AssessorPublishes and SamePersonTwice.
    """
    assert step in BY_TWO, "one person takes it"
    assert by.user_id is not None, "a person signs"
    where = None if regions is None else known_regions(regions, pointer="/regions")
    stated = f":{since.isoformat()}" if since else "" if where is None else f":{','.join(where)}"
    # Whose they are never changes; those organisations are held before the rows, as everywhere.
    check_taking_part(connection, providers_of(connection, ids))
    held = hold_admissions(connection, ids)
    if len(held) < len(set(ids)):
        raise UnknownAdmission("scene_admission")
    now, done = clock.now(), []
    for each in (held[one] for one in ids):
        each.check(step)
        if step == PUBLISH:
            check_not_assessor(steps_of_scene(connection, each.admission_id), by.user_id)
        matter = Matter(SCENE, each.admission_id, f"{step}:{each.revision}{stated}")
        awaiting = sign_by(connection, matter, by, now)
        moved = each if awaiting else each.move(step, now=now, since=since, regions=where)
        done.append(SignedScene(moved, awaiting))
    opened = [each.admission for each in done if not each.awaiting]
    write_admissions(connection, opened)
    told = SceneStep(step, by.user_id, by.role, None if where is None else ", ".join(where), now)
    keep_steps(connection, [(each.admission_id, told) for each in opened])
    return done
