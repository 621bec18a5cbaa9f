"""End with the parent: a server started by `tanpuhui demo run` must not outlive it.

The parent holds the other end of our standard input. When it goes, by whatever signal, the pipe
closes, and we ask ourselves to end as if it had asked.
"""

from __future__ import annotations

import os
import signal
import sys
import threading


def end_with_parent() -> None:
    """Watch standard input from a thread of its own; its end is our SIGTERM."""
    threading.Thread(target=_watch, name="end-with-parent", daemon=True).start()


def _watch() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
