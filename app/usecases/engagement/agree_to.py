"""Take somebody's word for what a published text says: their own, or their guardian's."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.people.enrolment import hold_account
from app.store.people.texts import all_texts
from app.usecases.people.decide_for import decide_for
from behaviours.households import BY_GUARDIAN, BY_SELF
from behaviours.people import check_open
from behaviours.texts import Texts


def agree_to(
    connection: Connection,
    participant_id: UUID,
    *,
    kind: str,
    text_version: str,
    guardian: UUID | None,
    clock: Clock,
) -> tuple[datetime, str]:
    """When it was said, and by whom; the account is held from then on.

    Refuses with UnknownOfPerson, GuardianDecides or TextNotInForce.
    """
    check_open(is_open=hold_account(connection, participant_id), guardian=guardian)
    now = clock.now()
    decide_for(connection, participant_id, guardian=guardian, now=now)
    Texts(all_texts(connection)).check([kind], text_version, now, pointer="/text_version")
    return now, BY_SELF if guardian is None else BY_GUARDIAN
