"""What a command that only reads the books does first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from app.commands.ready import ready_settings
from app.commands.sandboxed import settings_for
from app.store.audit.snapshot import snapshot
from app.store.database import Connection
from app.wiring import Wiring, wire


@contextmanager
def books_at_a_moment(*, sandbox: bool = False) -> Iterator[tuple[Wiring, Connection]]:
    """The parts of the process, and a connection that sees the books as they stand now."""
    with (
        ready_settings() as settings,
        closing(wire(settings_for(settings, sandbox=sandbox))) as wiring,
        snapshot(wiring.database) as connection,
    ):
        yield wiring, connection
