"""Leave: the account is closed and nobody can tell any more whose it was.

The key is destroyed under which external ids, evidence and the person's words are sealed
(``shred_evidence``): what was claimed with them stays claimed, and they can be read by nobody.
The identity's hash is deleted, so that the person who comes back begins anew; a tombstone keeps
what was used of caps and limits and is owed, for whoever comes back as the same. The ledgers
keep every entry under an id that means nothing to anybody; every sum and every sealed root stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.logins import end_subjects
from app.store.organisations.revocations import revoke
from app.store.organisations.users import end_users_of
from app.store.people.accounts import close
from app.store.people.departing import departures_of
from app.store.people.enrolment import hold_account, lock_people
from app.store.people.guardians import children_of, end_guardianship
from app.store.people.homes import forget_homes
from app.store.people.links import end_links
from app.store.people.withdrawing import CONSENTS, CONTRIBUTIONS, withdraw
from app.store.pooling.leaving import hold_open_bundles_of
from app.store.recording.ending import open_holds_of
from app.store.recording.household_shares import wholes_of
from app.store.recording.installations import end_installations_of
from app.usecases.people.ask_again import ask_again
from app.usecases.people.decide_for import decide_for
from app.usecases.people.end_engagement import end_engagement
from app.usecases.people.end_households import end_households
from app.usecases.people.keep_limits import keep_limits
from app.usecases.people.leave_complaints import leave_complaints
from app.usecases.people.leave_holds import leave_holds
from app.usecases.people.shred_evidence import shred_evidence
from behaviours.departure import Departure
from behaviours.guardians import CHILD_LEFT, GUARDIAN_LEFT
from behaviours.links import LEFT
from behaviours.people import UnknownOfPerson, check_open
from behaviours.peoples_terms import TOMBSTONE_MONTHS
from behaviours.rules.in_force import ProgrammeRulebook


class ClosedAccounts(NamedTuple):
    """What each person left with, in order of their ids, and what tells their tokens."""

    left: list[Departure]
    revoked: list[str]


def close_account(
    connection: Connection,
    people: Sequence[UUID],
    *,
    access_lifetime: timedelta,
    clock: Clock,
    rulebook: ProgrammeRulebook,
    tombstone_months: int = TOMBSTONE_MONTHS,
    guardian: UUID | None = None,
) -> ClosedAccounts:
    """Close the accounts of ``people``: what each of them had, and the names under which their
    tokens are now revoked.

    A child leaves by the ``guardian``; of who is a guardian the children's accounts are paused.

    The moment of leaving is read once all accounts are held: whatever is dated later by who waits
    for them finds them closed.
    """
    ordered = sorted(people)
    children = _hold(connection, ordered, of_guardian=guardian is not None)
    for participant_id in ordered:
        hold_open_bundles_of(connection, participant_id)
    now, real_now, names = clock.now(), clock.real_now(), list[str]()
    told = departures_of(connection, ordered, months=tombstone_months, now=now)
    for participant_id in ordered:
        decide_for(connection, participant_id, guardian=guardian, now=now)
        end_guardianship(connection, participant_id, because=CHILD_LEFT, now=now)
        for said in (CONSENTS, CONTRIBUTIONS):
            withdraw(connection, said, participant_id, ids=None, now=now)
        leave_holds(connection, [participant_id], now=now)
        keep_limits(connection, participant_id, rulebook=rulebook, months=tombstone_months, now=now)
        end_links(connection, participant_id, ids=None, because=LEFT, now=now)
        users = end_users_of(connection, participant_id, now=now)
        subjects = [each.hex for each in (participant_id, *users)]
        end_subjects(connection, subjects, now=real_now)
        names += [f"sub:{subject}" for subject in subjects]
    for child in children:
        end_guardianship(connection, child, because=GUARDIAN_LEFT, now=now)
    end_engagement(connection, ordered, now=now)
    ask_again(connection, children, now=now)
    leave_complaints(connection, ordered, now=now)
    shred_evidence(connection, ordered, rulebook=rulebook)
    end_installations_of(connection, people, now=now)
    forget_homes(connection, people)
    end_households(connection, ordered, zone=rulebook.zone, now=now)
    close(connection, people, now=now)
    revoke(connection, [(name, real_now + access_lifetime) for name in names])
    return ClosedAccounts(told, names)


def _hold(connection: Connection, people: Sequence[UUID], *, of_guardian: bool) -> list[UUID]:
    """Hold the accounts of who leaves and of the children whose guardian leaves, who are answered:
    nothing of theirs is recorded meanwhile. All in order of their ids, so whoever became somebody's
    child before the accounts were held lets this begin anew.
    """
    while True:
        attempt = connection.begin_nested()
        children = sorted(set(children_of(connection, people)) - set(people))
        # What waits of a household ends for everybody who shares it.
        sharers = wholes_of(connection, open_holds_of(connection, people)).people
        lock_people(connection, sorted({*people, *children, *sharers}))
        for each in sorted({*people, *children}):
            is_open = hold_account(connection, each)
            if each not in children and of_guardian and not is_open:
                # Whether somebody has an account is told to nobody else.
                raise UnknownOfPerson("ward")
            if each not in children:
                check_open(is_open=is_open)
        again = wholes_of(connection, open_holds_of(connection, people)).people
        is_all = set(again) <= set(sharers)
        if is_all and sorted(set(children_of(connection, people)) - set(people)) == children:
            attempt.commit()
            return children
        attempt.rollback()
