"""Leave: the account is closed and nobody can tell any more whose it was.

The identity's hash is deleted, so that the person who comes back begins anew. The ledgers keep
every entry under an id that means nothing to anybody; every sum and every sealed root stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.credentials import disable_users_of
from app.store.organisations.logins import end_subjects
from app.store.organisations.revocations import revoke
from app.store.people.accounts import close
from app.store.people.enrolment import hold_account
from app.store.people.withdrawing import CONSENTS, CONTRIBUTIONS, withdraw
from behaviours.people import check_open


def close_account(
    connection: Connection,
    people: Sequence[UUID],
    *,
    access_lifetime: timedelta,
    now: datetime,
    real_now: datetime,
) -> list[str]:
    """Close the accounts of ``people``; the names under which their tokens are now revoked.

    ``now`` is the programme's time, ``real_now`` the one that tokens live by.
    """
    names = []
    for participant_id in sorted(people):
        check_open(is_open=hold_account(connection, participant_id))
        for said in (CONSENTS, CONTRIBUTIONS):
            withdraw(connection, said, participant_id, ids=None, now=now)
        users = disable_users_of(connection, participant_id, now=now)
        subjects = [each.hex for each in (participant_id, *users)]
        end_subjects(connection, subjects, now=real_now)
        names += [f"sub:{subject}" for subject in subjects]
    close(connection, people)
    revoke(connection, [(name, real_now + access_lifetime) for name in names])
    return names
