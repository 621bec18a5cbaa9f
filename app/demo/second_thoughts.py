"""Every tenth day a provider finds that one of its reports of the day was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random
from uuid import UUID

from app.demo.habits import SEED
from app.store.database import Connection
from app.usecases.recording.record import Recorded
from app.usecases.recording.reverse_actions import Reversed, Reversing, reverse_actions
from app.wiring import Wiring
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer

EVERY_DAYS = 10


def take_back(
    connection: Connection,
    wiring: Wiring,
    answers: Sequence[Recorded | Refusal],
    *,
    day_no: int,
    now: datetime,
) -> None:
    """Reverse one of the day's reports, for its provider; its points have not been spent yet."""
    if day_no % EVERY_DAYS != EVERY_DAYS - 1:
        return
    wrong = Random(f"{SEED}:wrong:{day_no}").choice(
        [answer for answer in answers if isinstance(answer, Recorded) and answer.points]
    )
    assert wrong.action_id is not None
    (answer,) = reverse_actions(
        connection,
        [Reversing(wrong.action_id, "The gate counted somebody who turned back.")],
        viewer=Viewer("provider", UUID(wrong.accepted.action.provider_id)),
        reversed_by="provider",
        rulebook=wiring.rulebook,
        policies=wiring.policies,
        now=now,
    )
    assert isinstance(answer, Reversed), answer
