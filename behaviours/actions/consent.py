"""Consent: how far a person's agreement lets a provider report an action of theirs.

Where the person was is reported under a consent of its own. It has to stand when a place comes in,
and covers actions from the civil day on which it was granted; a withdrawal ends it for all of them,
also for what was done before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple

from behaviours.actions.refusals import (
    ConsentMissing,
    ConsentWithdrawn,
    PlacesNotAgreed,
    UnknownParticipant,
)
from behaviours.refusal import Refusal
from behaviours.scenes import PLACES


class Reach(IntEnum):
    """How far the consents reach; the furthest of several counts."""

    # The provider neither enrolled the person nor was ever given a consent.
    STRANGER = -1
    OTHER_SCENE = 0
    GRANTED_LATER = 1
    WITHDRAWN = 2
    COVERED = 3


class GivenConsent(NamedTuple):
    """A consent of one person to one provider, for a scene: a behaviour, or a whole category."""

    scene: str
    granted_at: datetime
    withdrawn_at: datetime | None


def reach_of(
    consents: Iterable[GivenConsent],
    *,
    behaviour: str,
    category: str,
    occurred_at: datetime,
    day_ends_at: datetime,
    is_enrolled: bool,
) -> Reach:
    """How far the provider's consents from the person reach an action.

    A consent covers actions from the civil day on which it was granted, up to the moment of its
    withdrawal. ``is_enrolled`` says whether the provider enrolled the person.
    """
    reached = [
        _one(given, (behaviour, category), occurred_at, day_ends_at) for given in consents
    ] or [Reach.OTHER_SCENE if is_enrolled else Reach.STRANGER]
    return max(reached)


def _one(
    given: GivenConsent, scenes: tuple[str, str], occurred_at: datetime, day_ends_at: datetime
) -> Reach:
    if given.scene not in scenes:
        return Reach.OTHER_SCENE
    if given.granted_at >= day_ends_at:
        return Reach.GRANTED_LATER
    if given.withdrawn_at is not None and given.withdrawn_at <= occurred_at:
        return Reach.WITHDRAWN
    return Reach.COVERED


def consent_refusal(reach: Reach, behaviour: str) -> Refusal | None:
    """Why a provider whose consents reach so far may not report; None when it may."""
    pointer = "/participant_id"
    match reach:
        case Reach.COVERED:
            return None
        case Reach.STRANGER:
            # As if the person did not exist: who takes part elsewhere is kept from strangers.
            return UnknownParticipant(pointer=pointer)
        case Reach.WITHDRAWN:
            return ConsentWithdrawn(pointer=pointer, behaviour=behaviour)
        case Reach.GRANTED_LATER:
            return ConsentMissing("given_later", pointer=pointer, behaviour=behaviour)
        case Reach.OTHER_SCENE:
            return ConsentMissing("never_given", pointer=pointer, behaviour=behaviour)


def places_refusal(reach: Reach, pointer: str) -> Refusal | None:
    """Why a provider whose separate consents reach so far may not say where the person was."""
    match reach:
        case Reach.COVERED:
            return None
        case Reach.WITHDRAWN:
            return PlacesNotAgreed("withdrawn", pointer=pointer, scene=PLACES)
        case Reach.GRANTED_LATER:
            return PlacesNotAgreed("given_later", pointer=pointer, scene=PLACES)
        case _:
            return PlacesNotAgreed("never_given", pointer=pointer, scene=PLACES)
