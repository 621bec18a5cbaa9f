"""The sandbox of an installation, for commands: its settings, and what brings it into shape."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

import click

from app.clock import Clock
from app.commands.refused import refusals_shown
from app.programme import programmes_of
from app.sandbox_settings import sandbox_of
from app.settings import Settings
from app.store.database import Database
from app.store.platform.sandbox import read_catalogue, take_catalogue
from app.usecases.platform.publish_programme import publish_programme
from behaviours.sandbox import SandboxNotKept

FLAG: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--sandbox", is_flag=True, help="On the books of the sandbox, where providers try programs."
)


def settings_for(settings: Settings, *, sandbox: bool) -> Settings:
    """These settings, or those of the sandbox; raises SandboxNotKept."""
    if not sandbox:
        return settings
    found = sandbox_of(settings)
    if found is None:
        raise SandboxNotKept
    return found


def prepare_sandbox(settings: Settings, sandbox: Settings) -> None:
    """Publish in the sandbox, whose tables are there, what the live books publish."""
    assert sandbox.database_url is not None
    assert settings.database_url is not None
    now = Clock(sandbox.clock_path).now()
    with (
        refusals_shown(),
        closing(Database(settings.database_url, pool_size=1)) as live,
        closing(Database(sandbox.database_url, pool_size=1)) as tried,
    ):
        tried.transact(publish_programme, programmes_of(sandbox), now=now)
        tried.transact(take_catalogue, live.transact(read_catalogue), now=now)
