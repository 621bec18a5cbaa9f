"""Business keys that never expire: which number of whom made what."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, text

from rewards.reference import Reference

# Whoever comes second waits here until the first has ended, and then sees what it made.
_CLAIM = text(
    """
    insert into business_key (holder_id, verb, reference, fingerprint, subject_id)
    values (:holder_id, :verb, :reference, :fingerprint, :subject_id)
    on conflict do nothing
    returning subject_id
    """
)
_FIRST = text(
    """
    select fingerprint, subject_id from business_key
     where holder_id = :holder_id and verb = :verb and reference = :reference
    """
)


def claim_reference(connection: Connection, reference: Reference, subject_id: UUID) -> UUID:
    """What the number stands for: ``subject_id``, or what it made before.

    Raises ReferenceReused when it was used for something else.
    """
    named = {
        "holder_id": reference.holder_id,
        "verb": reference.verb,
        "reference": reference.text,
    }
    made = {"fingerprint": reference.fingerprint, "subject_id": subject_id}
    if connection.execute(_CLAIM, named | made).one_or_none() is not None:
        return subject_id
    known = find_reference(connection, reference)
    assert known is not None, "somebody was first"
    return known


def find_reference(connection: Connection, reference: Reference) -> UUID | None:
    """What the number made before, if anything. Raises ReferenceReused."""
    named = {"holder_id": reference.holder_id, "verb": reference.verb, "reference": reference.text}
    first = connection.execute(_FIRST, named).one_or_none()
    if first is None:
        return None
    reference.check(first.fingerprint)
    known: UUID = first.subject_id
    return known
