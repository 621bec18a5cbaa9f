"""A database as an earlier release had it."""

from __future__ import annotations

import alembic.command

from app.commands.migrate import alembic_configuration, upgrade
from app.wiring import Wiring


def back_to(wiring: Wiring, before: str) -> str:
    """Take the database back to a step; its address, for ``upgrade``."""
    url = wiring.settings.database_url
    assert url is not None
    wiring.database.engine.dispose()
    alembic.command.downgrade(alembic_configuration(url), before)
    return url


def back_and_up(wiring: Wiring, before: str) -> None:
    """Take the database back to a step and up again, as whoever installs two releases does."""
    upgrade(back_to(wiring, before))
