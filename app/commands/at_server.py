"""Who acts on the command line: whoever has the server, until somebody signs in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.settings import Settings
from app.store.log.acting import acting, who_acts
from behaviours.logbook import COMMAND, COMMAND_LINE
from rewards.logged_step import Acting


@contextmanager
def acting_here(command: str) -> Iterator[None]:
    """Within the block what is written is one step of whoever has the server."""
    with acting(Acting(f"{COMMAND}{command}", COMMAND_LINE, _now, at_once=True)):
        yield


def _now() -> datetime:
    """The programme's time: asked for when there is something to log, settings and all."""
    return Clock(Settings.from_environment(os.environ).clock_path).now()


@contextmanager
def acting_as(role: str, user_id: UUID) -> Iterator[None]:
    """Within the block the command is a step of this user, who has signed in."""
    here = who_acts()
    assert here is not None, "a command is called by way of `tanpuhui`"
    with acting(replace(here, role=role, user_id=user_id, logged=False)):
        yield
