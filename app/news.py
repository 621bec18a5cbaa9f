"""News from the database: what other processes changed, asked for at most twice a second.

Whoever needs something that may have changed pays for the question when it is due; the others go
on with what is known. What an unreachable database could not tell is asked for again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

NEWS_EVERY_S = 0.5
_NEVER = float("-inf")


class News:
    """Asks ``ask`` when it is due, by one caller at a time; it says whether it got an answer."""

    def __init__(self, ask: Callable[[], bool]) -> None:
        self._ask = ask
        self._asked_at_s = _NEVER
        self._asking = threading.Lock()

    def catch_up(self) -> None:
        """Ask if it is time to; nobody goes on before the first answer."""
        if self._asked_at_s == _NEVER:
            with self._asking:
                if self._asked_at_s == _NEVER:
                    self._ask_now()
        elif time.monotonic() - self._asked_at_s > NEWS_EVERY_S and self._asking.acquire(
            blocking=False
        ):
            try:
                self._ask_now()
            finally:
                self._asking.release()

    def expect(self) -> None:
        """This process has just made news: whoever comes next waits for them."""
        self._asked_at_s = _NEVER

    def _ask_now(self) -> None:
        asked_at_s = time.monotonic()
        if self._ask():
            self._asked_at_s = asked_at_s
