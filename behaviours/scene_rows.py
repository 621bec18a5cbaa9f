"""Scenes as rows of a file: what each says of a scene, and what it comes to here.

A file applies for scenes and says where they are open; nothing else of a scene is decided by a row.
What is applied for is assessed and published like any other, and where a published scene is open
changes once both roles have taken the same file in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.organisations import PROVIDER, UnknownProvider
from behaviours.people import check_scene
from behaviours.refusal import Conflict, Invalid, Refusal
from behaviours.region_register import known_regions
from behaviours.scene_admission import (
    APPLY,
    DECLINED,
    PLACE,
    STEPS,
    SceneAdmission,
    SceneAppliedAlready,
)
from behaviours.standing import OrganisationStanding

# What a row comes to: it stands so, it says that a scene was declined, or one of the two steps.
STANDS: Final = "stands"
LEFT: Final = "left"


class SceneWordsMissing(Invalid):
    """Whoever applies says what is reported, how it is known, and how the data are kept safe."""


class SceneNotAppliedFor(Conflict):
    """Nobody applied for this scene here, and who takes the file in cannot."""


class SceneSaidTwice(Invalid):
    """Two rows of the file are of the same scene of the same provider."""


class SceneRow(NamedTuple):
    """A scene of a provider (None: of the programme) as a row of a file says it.

    ``words`` say what is reported and how it is kept; None where the row does not. ``state`` is
    what the scene was where the file comes from.
    """

    provider_id: UUID | None
    scene: str
    words: str | None = None
    regions: tuple[str, ...] = ()
    state: str | None = None

    @property
    def place(self) -> tuple[UUID | None, str]:
        """Of which there is one at most."""
        return self.provider_id, self.scene


class SceneAsSeen(NamedTuple):
    """What is known of the scenes of a file when its rows are looked at."""

    can_be_admitted: Collection[str]
    kinds: Mapping[UUID, str]
    standings: Mapping[UUID, OrganisationStanding]
    known: Mapping[tuple[UUID | None, str], SceneAdmission]


def judge_rows(
    rows: Sequence[SceneRow], around: SceneAsSeen, *, role: str
) -> list[tuple[SceneRow, str]]:
    """Each row with its regions as they are kept, and what it comes to, for who has this role.

    Raises, with every other fault beside the first, UnknownScene, UnknownProvider, UnknownRegion,
    OrganisationSuspended, OrganisationClosed, SceneSaidTwice, SceneWordsMissing,
    SceneNotAppliedFor, SceneAppliedAlready and SceneStateConflict, each at its row.
    """
    found, refused = list[tuple[SceneRow, str]](), list[Refusal]()
    places = set[tuple[UUID | None, str]]()
    for at, row in enumerate(rows):
        try:
            if row.place in places:
                raise SceneSaidTwice(pointer="/scene", scene=row.scene)
            places.add(row.place)
            found.append(_judged(row, around, role))
        except Refusal as refusal:
            refusal.pointer = f"/rows/{at}{refusal.pointer}"
            refused.append(refusal)
    if refused:
        first, *beside = refused
        first.beside = tuple(beside)
        raise first
    return found


def _judged(row: SceneRow, around: SceneAsSeen, role: str) -> tuple[SceneRow, str]:
    check_scene(row.scene, around.can_be_admitted, pointer="/scene")
    where = row._replace(regions=known_regions(row.regions, pointer="/regions"))
    if row.provider_id is not None and around.kinds.get(row.provider_id) != PROVIDER:
        raise UnknownProvider(pointer="/provider_id")
    known = around.known.get(row.place)
    step = _step(where, known)
    if step in (APPLY, PLACE) and row.provider_id is not None:
        around.standings[row.provider_id].check_takes_part()
    if step == APPLY and role not in STEPS[APPLY].by:
        raise SceneNotAppliedFor(pointer="/scene", scene=row.scene)
    if step == APPLY and row.words is None:
        raise SceneWordsMissing(pointer="/description", scene=row.scene)
    return where, step


def _step(row: SceneRow, known: SceneAdmission | None) -> str:
    """What a row comes to; raises SceneAppliedAlready and SceneStateConflict."""
    if row.state == DECLINED:
        return STANDS if known is not None and known.state == DECLINED else LEFT
    if known is None or known.can_take(APPLY):
        return APPLY
    if known.regions == row.regions:
        return STANDS
    if not known.spans:
        raise SceneAppliedAlready(pointer="/regions", scene=row.scene, state=known.state)
    known.check(PLACE)
    return PLACE
