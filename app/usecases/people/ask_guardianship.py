"""Ask to be the guardian of a child who has another one, or whose guardian has left."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.people.enrolment import hold_account
from app.store.people.guardians import add_guardian_change, guardianships_of
from app.store.people.texts import all_texts
from app.usecases.people.decide_for import decide_for
from behaviours.guardians import Childhood, GuardianChange, SignedChange
from behaviours.people import UnknownOfPerson, check_open
from behaviours.texts import GUARDIAN, Texts


class GuardianshipWanted(NamedTuple):
    """For whom, to which text the asker agrees, and the file that two people are to read.

    ``born_on`` is stated where the child's date of birth was registered wrong.
    """

    participant_id: UUID
    text_version: str
    evidence_sha256: bytes
    note: str
    born_on: date | None = None


def ask_guardianship(
    connection: Connection,
    guardian_id: UUID,
    wanted: GuardianshipWanted,
    *,
    childhood: Childhood,
    clock: Clock,
) -> SignedChange:
    """What was asked; it takes effect once an operator and an authority have signed it.

    Refuses with UnknownOfPerson whoever has, and had, no guardian that could be followed; with
    GuardianDecides who is a child too, and with TextNotInForce.
    """
    child = wanted.participant_id
    check_open(is_open=hold_account(connection, guardian_id))
    now = clock.now()
    decide_for(connection, guardian_id, guardian=None, now=now)
    asked = GuardianChange(
        participant_id=child,
        change_id=new_id(),
        guardian_id=guardian_id,
        text_version=wanted.text_version,
        evidence_sha256=wanted.evidence_sha256,
        note=wanted.note,
        asked_at=now,
        decides_from=childhood.ends(wanted.born_on) if wanted.born_on else None,
    )
    last = guardianships_of(connection, [child]).get(child)
    if last is None or child == guardian_id or not asked.applies(last, now):
        raise UnknownOfPerson("ward")
    Texts(all_texts(connection)).check(
        [GUARDIAN], wanted.text_version, now, pointer="/text_version"
    )
    add_guardian_change(connection, asked)
    return SignedChange(asked, ())
