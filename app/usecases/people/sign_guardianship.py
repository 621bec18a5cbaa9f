"""Sign that somebody is a child's guardian now; the second person, of the other role, does it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.people.enrolment import hold_account
from app.store.people.guardians import (
    add_guardianship,
    end_guardianship,
    find_guardian_change,
    guardianships_of,
)
from app.store.signing import sign
from app.usecases.people.ask_again import ask_again
from app.usecases.people.decide_for import decide_for
from behaviours.guardians import (
    BY_EVIDENCE,
    CHANGE,
    REPLACED,
    GuardianChange,
    GuardianChangeEnded,
    GuardianEvidenceDiffers,
    Guardianship,
    SignedChange,
)
from behaviours.people import UnknownOfPerson, check_open
from behaviours.viewer import Viewer
from rewards.signing import ROLES, Matter, missing_roles, signature_of


def sign_guardianship(
    connection: Connection,
    participant_id: UUID,
    change_id: UUID,
    *,
    evidence_sha256: bytes,
    viewer: Viewer,
    signed_for: timedelta,
    clock: Clock,
) -> tuple[SignedChange, bool]:
    """The change after a signature, and whether it was carried out by it.

    Whoever signs names the file that they read. Of the guardian before nothing stands any more:
    the new one is asked for what that one had agreed to. Refuses with UnknownOfPerson,
    GuardianEvidenceDiffers, GuardianChangeEnded or SamePersonTwice.
    """
    found = find_guardian_change(connection, participant_id, change_id)
    if found is None:
        raise UnknownOfPerson("ward")
    asked = found.change
    for each in sorted((participant_id, asked.guardian_id)):
        check_open(is_open=hold_account(connection, each))
    now = clock.now()
    found = find_guardian_change(connection, participant_id, change_id)
    assert found is not None, "what was asked stays"
    if now >= asked.asked_at + signed_for or set(found.signed) == set(ROLES):
        raise GuardianChangeEnded
    if evidence_sha256 != asked.evidence_sha256:
        raise GuardianEvidenceDiffers(pointer="/evidence_sha256")
    last = guardianships_of(connection, [participant_id])[participant_id]
    if not asked.applies(last, now):
        raise GuardianChangeEnded
    decide_for(connection, asked.guardian_id, guardian=None, now=now)
    signatures = sign(connection, Matter(CHANGE, change_id, asked.verb), signature_of(viewer, now))
    done = not missing_roles(signatures)
    if done:
        _take_over(connection, asked, last, now)
    found = find_guardian_change(connection, participant_id, change_id)
    assert found is not None, "what was asked stays"
    return found, done


def _take_over(
    connection: Connection, asked: GuardianChange, last: Guardianship, now: datetime
) -> None:
    child = asked.participant_id
    end_guardianship(connection, child, because=REPLACED, now=now)
    ends = asked.decides_from or last.decides_from
    begun = Guardianship(new_id(), asked.guardian_id, asked.text_version, BY_EVIDENCE, now, ends)
    add_guardianship(connection, child, begun)
    ask_again(connection, [child], now=now)
