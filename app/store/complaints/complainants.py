"""SQL of who complains without an account: a secret's digest, a data key, and how to reach them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.secrecy.sealing import CONTACT, WrappedKey, new_data_key, seal, unseal
from app.store.database import Connection, keys_of
from app.store.people.data_keys import data_keys_of
from behaviours.complainants import ContactData
from behaviours.complaints import Complaint

_ADD = text("""
    insert into complainant (participant_id, complaint_id, secret_digest, key_id, wrapped, contact)
    values (:participant_id, :complaint_id, :secret_digest, :key_id, :wrapped, :contact)
""")
_KEYS = text("""
    select participant_id, key_id, wrapped from complainant
     where participant_id = any(cast(:ids as uuid[]))
""")
_SECRET = text("""
    select c.participant_id, c.secret_digest from complaint_number n
      join complainant c on c.participant_id = n.participant_id
     where n.number = :number
""")
_BY_SECRET = text("""
    select c.participant_id, n.number from complainant c
      join complaint_number n on n.participant_id = c.participant_id
     where c.secret_digest = :secret_digest
""")
_CONTACT = text("select contact from complainant where participant_id = :participant_id")


def add_complainant(
    connection: Connection, complaint: Complaint, contact: ContactData, *, secret_digest: bytes
) -> None:
    """Keep who complained; from now on what is said to this complaint can be sealed."""
    data_key = new_data_key()
    kept = keys_of(connection).wrap(complaint.participant_id.bytes, data_key)
    connection.execute(
        _ADD,
        {
            "participant_id": complaint.participant_id,
            "complaint_id": complaint.complaint_id,
            "secret_digest": secret_digest,
            "key_id": kept.key_id,
            "wrapped": kept.wrapped,
            "contact": seal(data_key, complaint.complaint_id.bytes + CONTACT, list(contact)),
        },
    )


def complaint_keys_of(connection: Connection, people: Sequence[UUID]) -> dict[UUID, bytes]:
    """The data keys under which the complaints of these people are sealed; without those that are
    gone."""
    found = data_keys_of(connection, people)
    others = [each for each in people if each not in found]
    if others:
        master = keys_of(connection)
        for who, key_id, wrapped in connection.execute(_KEYS, {"ids": others}):
            found[who] = master.unwrap(who.bytes, WrappedKey(key_id, wrapped))
    return found


def secret_of(connection: Connection, number: str) -> tuple[UUID, bytes] | None:
    """Whose complaint without an account this is, and the digest of its secret."""
    row = connection.execute(_SECRET, {"number": number}).one_or_none()
    return None if row is None else (row[0], bytes(row[1]))


def filed_with(connection: Connection, secret_digest: bytes) -> tuple[UUID, str] | None:
    """Who filed a complaint with the secret of this digest, and its number; None: nobody."""
    row = connection.execute(_BY_SECRET, {"secret_digest": secret_digest}).one_or_none()
    return None if row is None else (row[0], row[1])


def contact_of(connection: Connection, complaint: Complaint) -> ContactData | None:
    """How who complained can be reached; None of people with an account, and once it is gone."""
    given = {"participant_id": complaint.participant_id}
    sealed = connection.execute(_CONTACT, given).scalar_one_or_none()
    if sealed is None:
        return None
    key = complaint_keys_of(connection, [complaint.participant_id])[complaint.participant_id]
    content = unseal(key, complaint.complaint_id.bytes + CONTACT, sealed)
    assert isinstance(content, list)
    return ContactData(*content)
