"""Keep what limits a person who leaves, and what they owe, for whoever comes back as the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from app.ids import new_id
from app.store.database import Connection
from app.store.people.tombstones import limits_of, raise_tombstone
from app.store.points.accounts import lock_person
from app.store.points.posting import post
from app.store.recording.actions import each_action_of
from behaviours.actions.inherited import Fact, facts_of
from behaviours.civil_time import civil_day, start_of_day
from behaviours.rules.in_force import ProgrammeRulebook
from rewards.ledger.points import PersonsPoints


def keep_limits(
    connection: Connection,
    participant_id: UUID,
    *,
    rulebook: ProgrammeRulebook,
    months: int,
    now: datetime,
) -> None:
    """The caller holds the account and closes it; the evidence of its actions is still there."""
    on = civil_day(now, rulebook.zone)
    limits = limits_of(
        connection,
        participant_id,
        day_starts_at=start_of_day(on, rulebook.zone),
        on=on,
        behaviours=[v.behaviour for v in rulebook.versions() if v.trust.reads_day],
    )
    limits += _counted_once(connection, participant_id, rulebook, on)
    debt = lock_person(connection, participant_id).debt
    raise_tombstone(connection, participant_id, debt=debt, limits=limits, months=months, now=now)
    if debt:
        whose = PersonsPoints(participant_id, participant_id)
        post(connection, [whose.carry_out(new_id(), debt)], posted_at=now)


def _counted_once(
    connection: Connection, participant_id: UUID, rulebook: ProgrammeRulebook, left_on: date
) -> Iterator[Fact]:
    """Of what counts once for a person what may count anew in another account."""
    behaviours = {
        version.behaviour
        for version in rulebook.versions()
        if any(rule.person for rule in version.trust.claims)
    }
    for one in each_action_of(connection, participant_id, behaviours=behaviours):
        version = rulebook.version_by_digest(one.content_digest)
        yield from facts_of(
            version.trust,
            one.claims_by(rulebook).keys,
            participant_id.hex,
            rulebook.claiming.key,
            on=one.occurred_on,
            left_on=left_on,
        )
