"""Keep child processes running until we are asked to end; then end them, gently first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FrameType

import click

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GENTLE_SECONDS = 20
LOOK_SECONDS = 0.5
# A child that dies at once, again and again, is restarted ever more slowly.
LONGEST_PAUSE_SECONDS = 30.0


@dataclass(slots=True)
class Child:
    """One verb of this program, run as a process of its own."""

    verb: str
    process: subprocess.Popen[bytes]
    started: float
    deaths: int = 0
    restart_at: float | None = field(default=None)


class Supervisor:
    """Runs verbs of `tanpuhui` as children: a dead one is started again, all end with us."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = dict(environ)
        self._children: list[Child] = []
        self._ending = threading.Event()

    def heed_signals(self) -> None:
        """From here on Ctrl-C, SIGTERM and a closed terminal end us in good order."""
        for number in ENDING_SIGNALS:
            signal.signal(number, self._end)

    @property
    def ending(self) -> bool:
        """Whether we were asked to end."""
        return self._ending.is_set()

    def start(self, verb: str) -> None:
        """Start `tanpuhui <verb>`."""
        self._children.append(Child(verb, self._spawn(verb), time.monotonic()))

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Look after the children until `ready()`; False when the time is up or we are to end."""
        deadline = time.monotonic() + seconds
        while not self.ending and time.monotonic() < deadline:
            if ready():
                return True
            self._look_after_children()
            self._ending.wait(0.05)
        return False

    def watch(self, also: Callable[[], None]) -> None:
        """Look after the children, and call `also` now and then, until we are asked to end."""
        while not self._ending.wait(LOOK_SECONDS):
            self._look_after_children()
            also()

    def stop(self) -> None:
        """Ask every child to end, and end those that do not within a while."""
        for child in self._children:
            child.process.terminate()
        deadline = time.monotonic() + GENTLE_SECONDS
        for child in self._children:
            try:
                child.process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                click.echo(f"{child.verb} does not end by itself; it is killed.", err=True)
                child.process.kill()
                child.process.wait()
            if child.process.stdin is not None:
                child.process.stdin.close()

    def _end(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - given by Python
        self._ending.set()

    def _look_after_children(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.process.poll() is None:
                continue
            if child.restart_at is None:
                self._note_death(child, now)
            elif now >= child.restart_at:
                child.restart_at = None
                child.started = now
                child.process = self._spawn(child.verb)

    def _note_death(self, child: Child, now: float) -> None:
        lived_s = now - child.started
        child.deaths = 1 if lived_s > 60 else child.deaths + 1
        pause_s = min(LONGEST_PAUSE_SECONDS, 0.5 * 2 ** (child.deaths - 1))
        child.restart_at = now + pause_s
        if child.process.stdin is not None:
            child.process.stdin.close()
        click.echo(
            f"{child.verb} ended with code {child.process.returncode}; "
            f"it is started again in {pause_s:g} s.",
            err=True,
        )

    def _spawn(self, verb: str) -> subprocess.Popen[bytes]:
        """In a session of its own: Ctrl-C reaches us, and we tell the children in good order."""
        return subprocess.Popen(
            [sys.executable, "-m", "app.commands.main", verb, "--with-parent"],
            stdin=subprocess.PIPE,
            env=os.environ | self._environ,
            start_new_session=True,
        )
