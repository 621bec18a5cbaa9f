"""Sign what the programme states of an organisation's ties; two people of two roles do."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock, StandingClock
from app.ids import public
from app.store.database import Connection
from app.store.pooling.verifiers import lock_verifiers
from app.usecases.organisations.sign_proposal import sign_proposal
from app.usecases.pooling.check_parties import check_parties
from app.usecases.pooling.declare_ties import declare_ties
from behaviours.actions.normal_form import as_compared
from behaviours.logbook import LoggedSubject
from behaviours.proposals import STATE_TIES, Proposing
from behaviours.viewer import Viewer
from rewards.registry.ties import ToldTies


def sign_ties(
    connection: Connection, organisation_id: UUID, told: ToldTies, *, by: Viewer, clock: Clock
) -> list[str]:
    """The roles that have yet to sign the same ties; with none they count, beside what the
    organisation declares itself, and take the place of what was stated before.

    Raises UnknownParty, UnusableNumber and SamePersonTwice.
    """
    check_parties(connection, organisation_id, told)
    if told.group is not None:
        as_compared(told.group)
    lock_verifiers(connection)
    named = LoggedSubject("organisation", public("org", organisation_id))
    said = Proposing(named, STATE_TIES, told.as_terms())
    now = clock.now()
    awaiting = sign_proposal(connection, said, by=by, now=now)
    if not awaiting:
        # At one moment: by it the audit knows which signatures they rest on.
        declare_ties(connection, organisation_id, told, by=by, clock=StandingClock(now))
    return awaiting
