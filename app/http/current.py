"""The parts of the running application, for routes."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from app.auth import EXTENSION
from app.wiring import Wiring


def wiring() -> Wiring:
    """The wiring of the application that answers this request."""
    return current_app.extensions[EXTENSION]


def now() -> datetime:
    """The programme's time, in UTC; in test mode it can be moved."""
    return wiring().clock.now()
