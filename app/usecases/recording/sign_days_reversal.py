"""Sign that everything is taken back that a provider reported of some days."""

from __future__ import annotations

from datetime import tzinfo
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.ids import public
from app.outbox import names
from app.outbox.start_task import start_task
from app.store.database import Connection
from app.store.organisations.credentials import organisation_kinds
from app.store.organisations.standing import hold_standing
from app.store.recording.provider_days import tally_of_stretch
from app.usecases.organisations.sign_proposal import sign_proposal
from behaviours.actions.days_reversal import (
    AskedDays,
    NothingToTakeBack,
    ProviderStretch,
    TakenBackTally,
)
from behaviours.civil_time import day_ends_at, start_of_day
from behaviours.logbook import LoggedSubject
from behaviours.organisations import PROVIDER, UnknownOrganisation
from behaviours.proposals import REVERSE_DAYS, Proposing
from behaviours.viewer import Viewer


class SignedDays(NamedTuple):
    """What is, or would be, taken back, who has yet to sign it, and the task that does it."""

    asked: AskedDays
    tally: TakenBackTally
    awaiting: list[str]
    task_id: UUID | None = None


def sign_days_reversal(
    connection: Connection, asked: AskedDays, *, by: Viewer, zone: tzinfo, clock: Clock
) -> SignedDays:
    """The numbers that are signed with it; with nobody left to sign, a task takes it all back.

    Whoever signs second signs the same days, ground and numbers: if more was reported meanwhile,
    both sign anew. Raises UnknownOrganisation, NothingToTakeBack and SamePersonTwice.
    """
    # First, so that whoever signs of this provider at this moment waits.
    hold_standing(connection, asked.provider_id)
    if organisation_kinds(connection, [asked.provider_id]).get(asked.provider_id) != PROVIDER:
        raise UnknownOrganisation("organisation")
    now = clock.now()
    stretch = ProviderStretch(
        asked.provider_id, start_of_day(asked.first, zone), day_ends_at(asked.last, zone), now
    )
    tally = tally_of_stretch(connection, stretch)
    if not tally.actions:
        raise NothingToTakeBack(first=asked.first.isoformat(), last=asked.last.isoformat())
    terms = {
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "reason_code": asked.reason_code,
        **{name: str(figure) for name, figure in tally._asdict().items()},
    }
    named = LoggedSubject("organisation", public("org", asked.provider_id))
    awaiting = sign_proposal(
        connection, Proposing(named, REVERSE_DAYS, terms, asked.reason), by=by, now=now
    )
    if awaiting:
        return SignedDays(asked, tally, awaiting)
    assert by.user_id is not None, "a user signs"
    task_id = start_task(
        connection,
        names.REVERSE_DAYS,
        subject_id=asked.provider_id,
        arguments={
            **{name: at.isoformat() for name, at in zip(_TIMES, stretch[1:], strict=True)},
            "reason_code": asked.reason_code,
            "reason": asked.reason,
            "by": by.user_id.hex,
            "role": by.role,
        },
        now=now,
        started_by=by.user_id,
    )
    return SignedDays(asked, tally, [], task_id)


_TIMES = ProviderStretch._fields[1:]
