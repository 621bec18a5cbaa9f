"""Several programs, one pair of engines: the first starts them, the last to leave stops them.

`tanpuhui audit` may run beside `make run` and outlive it. Each program holds a shared lock on
`users.lock` for as long as it needs the engines; a killed program loses its lock by itself.
Starting and stopping happen under `engines.lock`, one program at a time.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """While nobody else starts, stops or moves the engines that live in `root`."""
    with _open(root / "engines.lock") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


class Share:
    """One program's claim on the engines that live in `root`. Use it inside `alone(root)`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._held: IO[bytes] | None = None

    def take(self) -> None:
        """Say that this program uses the engines."""
        self._held = _open(self._root / "users.lock")
        fcntl.flock(self._held, fcntl.LOCK_SH)

    def leave(self) -> bool:
        """Say that it no longer does; True when nobody else does."""
        assert self._held is not None, "take() comes first"
        with self._held as held:
            self._held = None
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True


def _open(path: Path) -> IO[bytes]:
    """Also where root made the file and its owner comes back as an ordinary user."""
    return path.open("rb") if path.exists() else path.open("ab")
