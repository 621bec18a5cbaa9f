"""Find the people behind identities, however they were spelled when they were enrolled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from app.store.database import Connection
from app.store.people.identities import people_of


def find_people(
    connection: Connection, asked: Iterable[tuple[bytes, ...]]
) -> Mapping[tuple[bytes, ...], UUID]:
    """Who is enrolled, by the digests of an identity (``app.secrecy.identities``).

    The plain form comes before those of old.
    """
    identities = list(asked)
    known = people_of(connection, [digest for each in identities for digest in each])
    return {
        each: known[found]
        for each in identities
        if (found := next((digest for digest in each if digest in known), None))
    }
