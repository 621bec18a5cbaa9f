"""What goes before any work with the books: the programme is the one that was published, and so is
the key that is signed with.
"""

from __future__ import annotations

from contextlib import closing

import click

from app.clock import Clock
from app.commands.refused import refusals_shown
from app.programme import programmes_of
from app.settings import Settings
from app.store.database import Database
from app.usecases.platform.start_programme import start_programme
from app.usecases.registry.publish_key import publish_key


def require_published_programme(settings: Settings) -> bool:
    """Publish the first document of an installation; end when it is another than the published.

    The key that receipts and certificates are signed with is published beside.

    In live mode it is published by who opens the programme; whether that was done.
    """
    assert settings.database_url is not None
    with refusals_shown(), closing(Database(settings.database_url, pool_size=1)) as database:
        now = Clock(settings.clock_path).now()
        started = database.transact(
            start_programme,
            programmes_of(settings),
            now=now,
            await_opening=not settings.is_test_mode,
        )
        database.transact(publish_key, settings.signing_key, now=now)
    if not started:
        click.echo("Nobody can come in yet: open the programme with `tanpuhui init`.", err=True)
    return started
