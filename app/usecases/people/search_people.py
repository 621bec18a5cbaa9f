"""Search for a person by an identity, an account, an action or the numbers of a claim."""

from __future__ import annotations

from uuid import UUID

from app.ids import public
from app.store.database import Connection
from app.store.log.acting import tell
from app.store.people.identities import people_of
from app.store.people.searched import accounts_of, holders_of
from app.store.recording.holds import find_any_actions
from behaviours.actions.blocking import blocked_claims
from behaviours.actions.claims import event_of
from behaviours.person_search import FoundPeople, SoughtPerson
from behaviours.rules.in_force import ProgrammeRulebook

MOST_ACTIONS = 100


def search_people(
    connection: Connection, sought: SoughtPerson, *, rulebook: ProgrammeRulebook
) -> FoundPeople:
    """Whom it leads to; nobody where it leads nowhere. The log keeps who was found, and by what.

    Raises SearchWrong, and of a claim what its numbers and its issuer are refused with.
    """
    way = sought.way
    holding = _holding(connection, sought, rulebook)
    people = {whose for whose, _ in holding}
    people |= set(people_of(connection, sought.digests).values())
    if sought.participant_id is not None:
        people.add(sought.participant_id)
    found = accounts_of(connection, sorted(people))
    for each in found:
        tell("participant", public("par", each.participant_id), {"found_by": way})
    return FoundPeople(found, [action for _, action in holding])


def _holding(
    connection: Connection, sought: SoughtPerson, rulebook: ProgrammeRulebook
) -> list[tuple[UUID, UUID]]:
    """(participant, action) of the actions that it leads to."""
    if sought.action_id is not None:
        found = find_any_actions(connection, [sought.action_id])
        return [(each.participant_id, each.action_id) for each in found.values()]
    digests: list[bytes] = []
    if sought.external is not None:
        provider_id, number = sought.external
        digests = [event_of(provider_id.hex, number).digest(rulebook.claiming.key)]
    if sought.claim is not None:
        digests = blocked_claims(sought.claim, rulebook)
    return holders_of(connection, digests, most=MOST_ACTIONS) if digests else []
