"""Take a step with scenes that one person takes: assess, decline, suspend."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.scenes import hold_admissions, keep_steps, write_admissions
from app.store.signing import sign
from behaviours.scene_admission import BY_TWO, SceneAdmission, SceneStep, UnknownAdmission
from behaviours.viewer import Viewer
from rewards.signing import Matter, signature_of

# What is signed.
SCENE = "scene"


def move_scenes(
    connection: Connection,
    ids: Sequence[UUID],
    step: str,
    words: str,
    *,
    by: Viewer,
    clock: Clock,
) -> list[SceneAdmission]:
    """The admissions after the step, in order; what was recorded before stays.

    Raises UnknownAdmission and SceneStateConflict.
    """
    assert step not in BY_TWO, "two people take it"
    held = hold_admissions(connection, ids)
    if len(held) < len(set(ids)):
        raise UnknownAdmission("scene_admission")
    now = clock.now()
    moved = [held[each].move(step, now=now) for each in ids]
    write_admissions(connection, moved)
    assert by.user_id is not None, "somebody takes it"
    told = SceneStep(step, by.user_id, by.role, words, now)
    keep_steps(connection, [(each.admission_id, told) for each in moved])
    for each in moved:
        matter = Matter(SCENE, each.admission_id, f"{step}:{each.revision}")
        sign(connection, matter, signature_of(by, now))
    return moved
