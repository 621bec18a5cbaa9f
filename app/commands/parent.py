"""End with the parent: what `tanpuhui demo run` starts must not outlive it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

LOOK_SECONDS = 0.5
GENTLE_SECONDS = 5.0


def end_with_parent() -> None:
    """For a process whose parent holds the other end of its standard input.

    When the parent goes, by whatever signal, the pipe closes, and we ask ourselves to end as if
    it had asked.
    """
    threading.Thread(target=_watch_input, name="end-with-parent", daemon=True).start()


def end_when_orphaned() -> None:
    """For a process that has no such pipe: look now and then who the parent is."""
    threading.Thread(
        target=_watch_parent, args=(os.getppid(),), name="end-when-orphaned", daemon=True
    ).start()


def _watch_input() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GENTLE_SECONDS)
    # Without its parent a server process may wait for ever for an order to end.
    os._exit(1)
