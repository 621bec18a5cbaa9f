"""Whether people agreed, separately, that a provider says where they were.

The same as ``behaviours.actions.consent`` has it, row by row: after the people's accounts are
locked, so that nobody agrees or withdraws meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.store.recording.candidate import Candidate
from app.store.recording.rows import Row, Target
from behaviours.actions.consent import Reach
from behaviours.actions.obstacles import Obstacles
from behaviours.civil_time import instant_text
from behaviours.scenes import PLACES

PLACED = Target(
    "asked",
    (("participant_id", "uuid"), ("provider_id", "uuid"), ("day_ends_at", "timestamptz")),
)
ASK_PLACED = PLACED.fill(f"""
    SELECT coalesce((
        SELECT max(CASE WHEN c.granted_at >= d.day_ends_at THEN {Reach.GRANTED_LATER:d}
                        WHEN c.withdrawn_at IS NOT NULL THEN {Reach.WITHDRAWN:d}
                        ELSE {Reach.COVERED:d} END)
        FROM consent c
        WHERE c.participant_id = d.participant_id AND c.organisation_id = d.provider_id
          AND c.scene = '{PLACES}'
    ), {Reach.OTHER_SCENE:d})
    FROM {{unnest}}
    ORDER BY d.position
""")  # noqa: S608 - only words of this code


def placed_rows(candidates: Iterable[Candidate]) -> list[Row]:
    """One of each action in which a provider says where the person was."""
    return [
        (
            one.accepted.action.participant_id,
            one.accepted.action.provider_id,
            instant_text(one.day_ends_at),
        )
        for one in candidates
        if one.accepted.action.place_pointer is not None
    ]


def add_places(
    obstacles: list[Obstacles], candidates: Sequence[Candidate], reached: Iterable[tuple[int]]
) -> None:
    """Tell the obstacles of those actions how far the consents reach, in their order."""
    answers = iter(reached)
    for at, one in enumerate(candidates):
        if one.accepted.action.place_pointer is not None:
            (reach,) = next(answers)
            obstacles[at] = obstacles[at]._replace(places=Reach(reach))
