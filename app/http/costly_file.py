"""A file that is costly to make: made by one at a time, and given to others for a while."""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from threading import Lock
from typing import IO, Final

from app.http.refusals import ServerBusy

# What was made in less is made anew for whoever asks.
CHEAP_S: Final = 1.0
# Making it takes at most a tenth of the time of one core, however many ask.
KEPT_TIMES: Final = 9
_WAITED_S: Final = 2.0
_RETRY_S: Final = 5
_PIECE: Final = 64 * 1024


class MadeFile:
    """A whole file, of ``size`` bytes; it is closed when nobody reads it any more.

    ``good_until``, by the monotonic clock in seconds, is until when it is given to others.
    """

    def __init__(self, file: IO[bytes], good_until: float) -> None:
        file.flush()
        self.size, self.good_until = file.tell(), good_until
        self._number = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._number)

    def pieces(self) -> Iterator[bytes]:
        """Its bytes; any number read it at once."""
        at = 0
        while piece := os.pread(self._number, _PIECE, at):
            at += len(piece)
            yield piece


class CostlyFile:
    """One file of a running application, as long as it may be given to others."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: MadeFile | None = None

    def read(self, make: Callable[[IO[bytes]], None]) -> MadeFile:
        """The file, written by ``make`` now or not long ago. Raises ServerBusy while it is made
        for somebody else."""
        if good := self._still_good():
            return good
        if not self._lock.acquire(timeout=_WAITED_S):
            raise ServerBusy(retry_after_s=_RETRY_S)
        try:
            # Whoever had the lock before may have made it.
            return self._still_good() or self._made(make)
        finally:
            self._lock.release()

    def _still_good(self) -> MadeFile | None:
        kept = self._kept
        return kept if kept is not None and time.monotonic() < kept.good_until else None

    def _made(self, make: Callable[[IO[bytes]], None]) -> MadeFile:
        began = time.monotonic()
        with TemporaryFile() as file:
            make(file)
            took = time.monotonic() - began
            made = MadeFile(file, time.monotonic() + KEPT_TIMES * took)
        self._kept = made if took > CHEAP_S else None
        return made
