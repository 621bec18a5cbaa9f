"""Take back some of what a provider reported of days that two people signed."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.recording.provider_days import some_of_stretch
from app.usecases.recording.reverse_actions import Reversing, reverse_actions
from behaviours.actions.days_reversal import ProviderStretch
from behaviours.actions.refusals import AlreadyReversed
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer
from rewards.points.earning import Policies

MOST = 500


class SomeOfDays(NamedTuple):
    """How many were taken back, how many could not be, and the last that was looked at."""

    taken: int
    refused: int
    last: UUID


def reverse_some_of_days(
    connection: Connection,
    stretch: ProviderStretch,
    after: UUID | None,
    *,
    reason_code: str,
    reason: str,
    by: Viewer,
    rulebook: ProgrammeRulebook,
    policies: Policies,
    clock: Clock,
    takes_points_for_months: int,
) -> SomeOfDays | None:
    """What became of the next ones after an action; None: there are none left.

    Each is taken back as ``reverse_actions`` does it, wherever its reduction is: both roles signed.
    """
    ids = some_of_stretch(connection, stretch, after=after, most=MOST)
    if not ids:
        return None
    done = reverse_actions(
        connection,
        [Reversing(each, reason, reason_code) for each in ids],
        viewer=by,
        reversed_by=f"{by.role}:{by.user_id.hex if by.user_id else None}",
        rulebook=rulebook,
        policies=policies,
        now=clock.now(),
        takes_points_for_months=takes_points_for_months,
    )
    # What a household shares is taken back with the first of its parts.
    refused = sum(
        isinstance(each, Refusal) and not isinstance(each, AlreadyReversed) for each in done
    )
    return SomeOfDays(len(done) - refused, refused, ids[-1])
