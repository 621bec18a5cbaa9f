"""Find who shares what is reported of a household: everybody with a part of it on that day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from app.store.database import Connection
from app.store.people.guardians import guardianships_of
from app.store.people.households import hold_households, versions_of
from app.store.points.accounts import lock_accounts
from app.store.recording.asking import probe_only
from app.store.recording.candidate import Candidate, Sharing, passed_on
from app.store.recording.household_shares import living_together
from behaviours.guardians import AccountPaused
from behaviours.households import HouseholdVersion
from behaviours.rules.members import HOUSEHOLD


def find_sharers(
    connection: Connection,
    candidates: Sequence[Candidate],
    *,
    secret: bytes,
    now: datetime,
    lock: bool,
) -> list[Candidate]:
    """The actions of the others, each ready to be asked for; the wholes know which are theirs.

    Nothing is asked where no rule is a household's. With ``lock`` everybody's account is held from
    here on, those of the whole list together in the order of their ids, and then the households:
    nobody agrees, leaves or goes meanwhile, and the parts are read after that.
    """
    shared = [one for one in candidates if not one.refusal and _is_shared(one)]
    if not shared:
        return []
    probe_only(connection)
    homes = living_together(connection, [_person(one) for one in shared])
    if not homes:
        return []
    everybody = {_person(one) for one in candidates}.union(*homes.values())
    if lock:
        lock_accounts(connection, list(everybody))
        hold_households(connection, list(homes))
    versions = _by_person(versions_of(connection, list(homes)))
    for one in shared:
        version = _holding(versions[_person(one)], one.accepted.occurred_on)
        if version is not None:
            with_part = [each.participant_id for each in version.members if each.parts]
            others = {who: passed_on(one, who, secret) for who in with_part if who != _person(one)}
            one.sharing = Sharing(version, others)
    members = [each for one in shared if one.sharing for each in one.sharing.members.values()]
    _pause(connection, [one for one in members if one.accepted.is_self_reported], now)
    return members


def _is_shared(candidate: Candidate) -> bool:
    return candidate.accepted.version.stated.subject == HOUSEHOLD


def _person(candidate: Candidate) -> UUID:
    return UUID(hex=candidate.accepted.action.participant_id)


def _by_person(
    versions: Iterable[HouseholdVersion],
) -> defaultdict[UUID, list[HouseholdVersion]]:
    """Those in which somebody has a part: a list may be of thousands of households."""
    found: defaultdict[UUID, list[HouseholdVersion]] = defaultdict(list)
    for each in versions:
        for member in each.members:
            if member.parts:
                found[member.participant_id].append(each)
    return found


def _holding(versions: Iterable[HouseholdVersion], day: date) -> HouseholdVersion | None:
    """The one that holds on that day; nobody has a part in two."""
    return next((each for each in versions if each.holds_on(day)), None)


def _pause(connection: Connection, members: Sequence[Candidate], now: datetime) -> None:
    """Of a child whose guardian has left nothing is credited; a provider has no consent then."""
    if not members:
        return
    found = guardianships_of(connection, [_person(one) for one in members])
    for one in members:
        guardianship = found.get(_person(one))
        if guardianship is not None and guardianship.is_paused(now):
            one.refusal = AccountPaused()
