"""Take the scenes of a file in: apply for those that are new, and sign where others are open."""

from __future__ import annotations

from collections.abc import Sequence

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.credentials import organisation_kinds
from app.store.organisations.scenes import hold_scenes
from app.store.organisations.standing import share_standings
from app.usecases.organisations.apply_for_scenes import apply_for_scenes
from app.usecases.organisations.sign_scenes import sign_scenes
from behaviours.scene_admission import APPLY, PLACE, SceneApplication
from behaviours.scene_rows import LEFT, SceneAsSeen, SceneRow, judge_rows
from behaviours.scenes import Scenes
from behaviours.viewer import Viewer


def take_scenes(
    connection: Connection,
    rows: Sequence[SceneRow],
    *,
    by: Viewer,
    scenes: Scenes,
    clock: Clock,
) -> list[SceneRow]:
    """The rows that stand now; all or none is taken.

    What stands is left as it is, nothing is closed by not standing in the file, and of a row that
    says ``declined`` nothing is applied for. A change of where a published scene is open stands
    once somebody of the other role takes the same in. Refuses as ``judge_rows`` does, every row at
    its place, and raises SamePersonTwice.
    """
    providers = {row.provider_id for row in rows if row.provider_id is not None}
    kinds = organisation_kinds(connection, list(providers))
    # Organisations are held before what is of them, as everywhere.
    standings = {each.organisation_id: each for each in share_standings(connection, providers)}
    known = hold_scenes(connection, [row.place for row in rows])
    around = SceneAsSeen(scenes.can_be_admitted(), kinds, standings, known)
    judged = judge_rows(rows, around, role=by.role)
    wanted = [
        SceneApplication(row.provider_id, row.scene, row.words or "", row.regions)
        for row, step in judged
        if step == APPLY
    ]
    if wanted:
        apply_for_scenes(connection, wanted, by=by, scenes=scenes, clock=clock)
    placed = [row for row, step in judged if step == PLACE]
    waiting = set[tuple[object, str]]()
    for regions in sorted({row.regions for row in placed}):
        ids = [known[row.place].admission_id for row in placed if row.regions == regions]
        signed = sign_scenes(connection, ids, PLACE, regions=regions, by=by, clock=clock)
        waiting |= {each.admission.place for each in signed if each.awaiting}
    return [row for row, step in judged if step != LEFT and row.place not in waiting]
