"""A task in a process of its own that is killed (SIGKILL) at a chosen place."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from app.ids import new_id
from app.jobs import pooling_tasks
from app.jobs.task_run import TaskRun
from app.secrecy.sealing import MasterKeys
from app.settings import Settings
from app.store.database import Connection, Database
from app.usecases.pooling import prove_inclusions, seal_chunks
from app.usecases.recording.seal_recorded import seal_recorded
from app.wiring import wire
from rewards.pooling import sum_tree

SMALL_CHUNKS = 2


class DeadlyDatabase(Database):
    """Kills the process in its nth transaction: before it commits, or right after."""

    def __init__(
        self, url: str, *, nth: int, committed: bool, keys: MasterKeys | None = None
    ) -> None:
        super().__init__(url, keys=keys)
        self._left = nth
        self._committed = committed

    def transact(self, work: Callable[..., Any], *given: Any, **named: Any) -> Any:
        self._left -= 1

        def deadly(connection: Connection) -> Any:
            answer = work(connection, *given, **named)
            if self._left == 0 and not self._committed:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        answer = super().transact(deadly)
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


def chop_finely(put: Callable[[Any, str, Any], None] = setattr) -> None:
    """Let this process keep tiny subtrees, so that few leaves make many chunks."""
    put(sum_tree, "CHUNK", SMALL_CHUNKS)
    put(prove_inclusions, "CHUNK", SMALL_CHUNKS)
    put(seal_chunks, "CHUNK", SMALL_CHUNKS)
    put(seal_chunks, "AT_ONCE", 2 * SMALL_CHUNKS)


def _child(settings: Settings, task: str, bundle_id: UUID, nth: int, committed: bool) -> None:
    chop_finely()
    url = settings.database_url
    assert url is not None
    wiring = wire(settings)
    deadly = DeadlyDatabase(url, nth=nth, committed=committed, keys=wiring.database.keys)
    wiring = replace(wiring, database=deadly)
    pooling_tasks.POOLING[task](wiring, TaskRun(new_id(), bundle_id, {}))


def killed(settings: Settings, task: str, bundle_id: UUID, *, nth: int, committed: bool) -> bool:
    """Run the task; True when it was killed, False when it ended by itself before that."""
    child = multiprocessing.get_context("spawn").Process(
        target=_child, args=(settings, task, bundle_id, nth, committed)
    )
    child.start()
    child.join(60)
    assert child.exitcode in (0, -signal.SIGKILL), child.exitcode
    return child.exitcode != 0


def _sealing(settings: Settings, part: int, nth: int, committed: bool) -> None:
    wiring = wire(settings)
    assert settings.database_url is not None
    rulebook = wiring.rulebook
    deadly = DeadlyDatabase(
        settings.database_url, nth=nth, committed=committed, keys=wiring.database.keys
    )
    while deadly.transact(seal_recorded, rulebook=rulebook, part=part) is not None:
        pass


def killed_sealing(settings: Settings, *, part: int, nth: int, committed: bool) -> bool:
    """Seal what lies in the clear; True when the process was killed before it came to the end."""
    child = multiprocessing.get_context("spawn").Process(
        target=_sealing, args=(settings, part, nth, committed)
    )
    child.start()
    child.join(60)
    assert child.exitcode in (0, -signal.SIGKILL), child.exitcode
    return child.exitcode != 0
