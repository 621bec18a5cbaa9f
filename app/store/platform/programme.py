"""The published versions of the programme's document."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from behaviours.programme import Programme, restated

# Two servers that start together publish one after the other, and the second finds it done. Not
# by a lock of the table: the application's role may not take one of what is append-only.
_LOCK = text("select pg_advisory_xact_lock(hashtextextended('programme_document', 0))")
_PUBLISHED = text("select document, digest from programme_document order by effective_from")
_PUBLISH = text(
    """
    insert into programme_document (version, effective_from, digest, document, published_at)
    values (:version, :effective_from, :digest, :document, :published_at)
    """
).bindparams(bindparam("document", type_=JSONB))


def lock_programme(connection: Connection) -> None:
    """Until the transaction ends nobody else publishes; reading goes on."""
    connection.execute(_LOCK)


def published_programmes(connection: Connection) -> list[Programme]:
    """Every published version, in the order of their days."""
    found = []
    for document, digest in connection.execute(_PUBLISHED):
        programme = restated(document)
        assert programme.digest == digest, f"version {programme.version} is not what was published"
        found.append(programme)
    return found


def insert_programme(connection: Connection, programme: Programme, *, now: datetime) -> None:
    """Keep a version for good."""
    connection.execute(
        _PUBLISH,
        {
            "version": programme.version,
            "effective_from": programme.effective_from,
            "digest": programme.digest,
            "document": dict(programme.tree),
            "published_at": now,
        },
    )
