"""An action that waits, recorded without a route."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.ids import new_id
from app.usecases.recording.record import Recorded, record
from app.wiring import Wiring
from behaviours.actions.action import Action
from behaviours.actions.waiting import HELD
from tests.builders.people import a_participant, an_organisation


def a_held_action(wiring: Wiring) -> UUID:
    """More clothes on one day than a person brings, by their rule; its id."""
    provider = an_organisation(wiring)
    person, now = a_participant(wiring, provider_id=provider), wiring.clock.now()
    mark = new_id().hex
    action = Action(
        participant_id=person.hex,
        provider_id=provider.hex,
        behaviour="clothing_recycling",
        external_id=mark,
        occurred_at=now - timedelta(minutes=2),
        ended_at=None,
        region="CN-44",
        quantities={"mass_kg": "80"},
        evidence={"weigh_ticket_no": mark},
    )
    (held,) = wiring.database.transact(
        record, [action], rulebook=wiring.rulebook, policy=wiring.policies, now=now
    )
    assert isinstance(held, Recorded), held
    assert held.standing.state == HELD
    assert held.action_id is not None
    return held.action_id
