"""What a complaint names: what its kind needs, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from behaviours.actions.stored_action import StoredAction
from behaviours.actions.waiting import OPEN as WAITING
from behaviours.complaint_refusals import ActionStillWaits, ComplaintIncomplete
from behaviours.complaints import (
    MISSING_CREDIT,
    OBJECTION,
    POINTS,
    REDEMPTION,
    WRONG_CREDIT,
    About,
)

# What each kind needs, and what it may name besides.
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    MISSING_CREDIT: ("behaviour", "occurred_on", "provider_id"),
    WRONG_CREDIT: ("action_id",),
    REDEMPTION: (),
    OBJECTION: ("project_id",),
}
_MAY_NAME: Final[Mapping[str, tuple[str, ...]]] = {
    POINTS: ("action_id",),
    REDEMPTION: ("redemption_id", "offer_id"),
}


def check_about(about: About, *, today: date) -> None:
    """Whether it names what its kind needs and nothing else. Raises ComplaintIncomplete."""
    needs = _NEEDS.get(about.kind, ())
    known = {*needs, *_MAY_NAME.get(about.kind, ())}
    for name in About._fields[1:]:
        stated = getattr(about, name) is not None
        if name in needs and not stated:
            raise ComplaintIncomplete("missing", pointer=f"/{name}", member=name)
        if stated and name not in known:
            raise ComplaintIncomplete("not_of_kind", pointer=f"/{name}", member=name)
    if about.kind == REDEMPTION and (about.redemption_id is None) == (about.offer_id is None):
        raise ComplaintIncomplete("one_of_two", pointer="/redemption_id")
    if about.occurred_on is not None and about.occurred_on > today:
        raise ComplaintIncomplete("future", pointer="/occurred_on", today=today.isoformat())


def check_not_waiting(action: StoredAction) -> None:
    """What waits for a look is contested there, and not complained about here as well.

    Raises ActionStillWaits.
    """
    if action.state in WAITING:
        raise ActionStillWaits(pointer="/action_id", action_state=action.state)
