"""A step of one verb in a process of its own that is killed (SIGKILL) around its commit."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Sequence
from typing import Any

from app.clock import Clock
from app.settings import Settings
from app.wiring import Wiring, wire
from tests.builders.killed_child import DeadlyDatabase


def of_wiring(wiring: Wiring, names: Sequence[str]) -> dict[str, Any]:
    """What a verb is told beside its matter, by name."""
    known: dict[str, Callable[[], Any]] = {
        "rulebook": lambda: wiring.rulebook,
        "prefix": lambda: wiring.programme.serial_prefix,
        "deadlines": lambda: wiring.project_deadlines,
        "zone": lambda: wiring.programme.zone,
        "reserve_per_mille": lambda: wiring.programme.reserve_per_mille,
    }
    return {name: known[name]() for name in names}


def _child(
    settings: Settings,
    verb: Callable[..., Any],
    given: Sequence[Any],
    *,
    named: dict[str, Any],
    names: Sequence[str],
    committed: bool,
) -> None:
    wiring = wire(settings)
    assert settings.database_url is not None
    deadly = DeadlyDatabase(
        settings.database_url, nth=1, committed=committed, keys=wiring.database.keys
    )
    deadly.transact(verb, *given, **named, **of_wiring(wiring, names))


def kill_in(
    settings: Settings,
    verb: Callable[..., Any],
    *given: Any,
    names: Sequence[str] = (),
    committed: bool,
    clock: Clock,
    **named: Any,
) -> None:
    """Take the step; the process is killed before it commits, or right after."""
    child = multiprocessing.get_context("spawn").Process(
        target=_child,
        args=(settings, verb, given),
        kwargs={"named": {**named, "clock": clock}, "names": names, "committed": committed},
    )
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL, child.exitcode
