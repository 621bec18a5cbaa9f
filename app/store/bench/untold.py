"""Recording as it would be without events, to measure what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from app.store.recording import plain_action

_UNTOLD: Final = plain_action.statement("untold_action", events="")


@contextmanager
def untold() -> Iterator[None]:
    """Within the block this process records single actions without their events."""
    usual = plain_action.STATEMENT
    plain_action.STATEMENT = _UNTOLD
    try:
        yield
    finally:
        plain_action.STATEMENT = usual
