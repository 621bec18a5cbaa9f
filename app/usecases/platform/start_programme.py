"""Start a programme: its first document is published, and later ones must follow from it."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.organisations.users import is_used
from app.store.platform.programme import published_programmes
from app.usecases.platform.publish_programme import publish_programme
from behaviours.programme import ProgrammeChanged, Programmes, check_follows


def start_programme(
    connection: Connection, stated: Programmes, *, now: datetime, await_opening: bool = False
) -> bool:
    """Whether a document is published; raises ProgrammeChanged for one that is not the published.

    With ``await_opening`` nothing is published where there is nobody yet: zone and prefix are for
    good, and whoever opens the programme states them.
    """
    published = published_programmes(connection)
    if not published:
        if await_opening and not is_used(connection):
            return False
        publish_programme(connection, stated, now=now)
        return True
    for added in check_follows(published, stated):
        raise ProgrammeChanged("unpublished", version=added.version)
    return True
