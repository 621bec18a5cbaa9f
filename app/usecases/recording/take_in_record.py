"""Take in a record: what a person did at another installation becomes history here.

It is in no pool and earns no points. What it claims where it was recorded is declared elsewhere
here, so that nobody has it counted a second time.
"""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.secrecy.identities import identity_digests
from app.secrecy.move_proofs import proves
from app.store.database import Connection
from app.store.people.enrolment import hold_account
from app.store.people.moves import account_digest, add_moved_actions, add_moved_record, take_account
from app.store.people.origins import trusted_origins
from app.usecases.people.find_people import find_people
from app.usecases.recording.block_claims import block_claims
from behaviours.exports.blocked import blocked_by
from behaviours.exports.moving import (
    AskedMove,
    ExportNotTrusted,
    IdentityNotYours,
    MovedRecord,
    MovingExport,
    RecordMovedBefore,
    read_moving_export,
)
from behaviours.exports.origins import RecordOrigin, origin_of_key
from behaviours.json_value import JsonObject
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.signed_document import check_signature, read_keys


class TakenIn(NamedTuple):
    """A record as it was taken in; ``is_new`` tells the first time from a repeat."""

    record: MovedRecord
    is_new: bool


class KeysHere(NamedTuple):
    """By which key this installation is known to others, and its key of identities."""

    key_id: str
    identity_key: bytes


class _Arriving(NamedTuple):
    """An export that was never taken in, and into whose account it comes."""

    record_id: UUID
    person: UUID
    origin: RecordOrigin
    export: MovingExport


def take_in_record(
    connection: Connection,
    document: JsonObject,
    *,
    identity: str,
    participant_id: UUID | None,
    keys: KeysHere,
    rulebook: ProgrammeRulebook,
    clock: Clock,
) -> TakenIn:
    """Take the record of a signed export that moves here into the account of its person.

    ``participant_id`` is who asks; None where the identity alone says who it is. The same export
    again is answered as it was. Refuses with ExportNotTrusted, ExportUnreadable, MoveNotValid,
    IdentityNotYours and RecordMovedBefore.
    """
    origin, signed_by = _signed(connection, document)
    export = read_moving_export(document, signed_by, keys.key_id)
    export.asked.move.check_audience(keys.key_id)
    person = _person(connection, export.asked, identity, participant_id, keys)
    if not hold_account(connection, person):
        raise IdentityNotYours("account", pointer="/identity")
    record_id, account = new_id(), account_digest(origin.origin_id, export.person)
    before = take_account(connection, account, participant_id=person, record_id=record_id)
    if before is not None:
        if (before.participant_id, before.document_digest) != (person, export.document_digest):
            raise RecordMovedBefore(taken_at=before.taken_at.isoformat())
        return TakenIn(before, is_new=False)
    export.asked.move.check_time(clock.now())
    arriving = _Arriving(record_id, person, origin, export)
    record = _kept(connection, arriving, rulebook=rulebook, clock=clock)
    return TakenIn(record, is_new=True)


def _kept(
    connection: Connection, arriving: _Arriving, *, rulebook: ProgrammeRulebook, clock: Clock
) -> MovedRecord:
    """The record with its actions, and what they block; the account is held."""
    record_id, person, origin, export = arriving
    blocked = blocked_by(export.reports, rulebook, person)
    masses = add_moved_actions(connection, person, record_id, export.actions)
    record = MovedRecord(
        record_id,
        person,
        origin.origin_id,
        origin.name,
        export.person,
        export.asked.move.move_id,
        export.document_digest,
        len(masses),
        sum(masses),
        blocked.unmatched,
        clock.now(),
    )
    add_moved_record(connection, record)
    block_claims(
        connection,
        list(blocked.declared(origin.name, record_id)),
        zone=rulebook.zone,
        declared_by=None,
        clock=clock,
    )
    return record


def _signed(connection: Connection, document: JsonObject) -> tuple[RecordOrigin, str]:
    """The trusted origin that signed this, and by which of its keys."""
    stated = check_signature(document)
    origin = origin_of_key(trusted_origins(connection), stated.key_id)
    if origin is None or stated.key_id is None:
        raise ExportNotTrusted("origin")
    if not check_signature(document, keys=read_keys(origin.keys)).holds:
        raise ExportNotTrusted("changed")
    return origin, stated.key_id


def _person(
    connection: Connection,
    asked: AskedMove,
    identity: str,
    participant_id: UUID | None,
    keys: KeysHere,
) -> UUID:
    """Whose account it is here, by the identity that the move is bound to as well."""
    spelled = identity_digests(identity, keys.identity_key)
    person = find_people(connection, [spelled]).get(spelled)
    if person is None or participant_id not in (None, person):
        raise IdentityNotYours("account", pointer="/identity")
    if not proves(asked.proof, identity, asked.move.move_id, asked.move.audience):
        raise IdentityNotYours("export", pointer="/identity")
    return person
