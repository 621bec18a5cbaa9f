"""Take entrustments back: what is not sealed yet leaves its bundle, what is sealed stays."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.people.enrolment import hold_account
from app.store.people.withdrawing import CONTRIBUTIONS, known, withdraw
from app.store.pooling.leaving import hold_open_bundles_of
from behaviours.people import UnknownOfPerson, check_open


def withdraw_entrustment(
    connection: Connection, participant_id: UUID, contributions: Sequence[UUID], *, clock: Clock
) -> None:
    """End ``contributions`` of this person; the seal of a bundle looks at them once more.

    A selection under way is waited for, so that it either sees this or is seen; a bundle that is
    about to freeze waits for this, or this for it."""
    check_open(is_open=hold_account(connection, participant_id))
    hold_open_bundles_of(connection, participant_id)
    now = clock.now()
    if known(connection, CONTRIBUTIONS, participant_id, contributions) != set(contributions):
        raise UnknownOfPerson("contribution")
    withdraw(connection, CONTRIBUTIONS, participant_id, ids=contributions, now=now)
