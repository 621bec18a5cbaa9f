"""Start a programme: its first document is published, and later ones must follow from it."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.platform.programme import published_programmes
from app.usecases.platform.publish_programme import publish_programme
from behaviours.programme import ProgrammeChanged, Programmes, check_follows


def start_programme(connection: Connection, stated: Programmes, *, now: datetime) -> None:
    """Raises ProgrammeChanged for a document that is not the published one."""
    published = published_programmes(connection)
    if not published:
        publish_programme(connection, stated, now=now)
        return
    for added in check_follows(published, stated):
        raise ProgrammeChanged("unpublished", version=added.version)
