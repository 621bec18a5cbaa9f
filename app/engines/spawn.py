"""Run the bundled programs under the engines' account."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from app.engines.place import Place

# Handles of the servers we started. They outlive the call that started them, and Python warns of
# a handle that is let go while its process runs.
_SERVERS: list[subprocess.Popen[bytes]] = []


def spawn(place: Place, command: list[str | Path], *, folder: Path, log: Path) -> subprocess.Popen:
    """Start a server in `folder`, writing to `log`.

    It gets a session of its own, so that Ctrl-C reaches us and not the engine below us.
    """
    with log.open("ab") as output:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            env=_environment(place),
            start_new_session=True,
            **place.account.process_arguments(),
        )
    _SERVERS.append(server)
    return server


def run(place: Place, command: list[str | Path]) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; the caller looks at its return code and what it said."""
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        cwd=place.root,
        env=_environment(place),
        timeout=180,
        **place.account.process_arguments(),
    )


def last_words(log: Path) -> str:
    """The end of a server's log, for the message that says it did not start."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-8:])


def _environment(place: Place) -> dict[str, str]:
    """The environment of an engine: a PGHOST or a locale of the caller's must not steer it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "LC_", "TANPUHUI_")) and name not in {"LANG", "LANGUAGE"}
    }
    return kept | {"LC_ALL": "C", "TZ": "UTC", "HOME": str(place.root)}
