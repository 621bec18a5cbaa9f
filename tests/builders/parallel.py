"""Doing things at the same instant, each on a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from app.store.database import Connection, Database
from behaviours.refusal import Refusal

Work = Callable[[Connection], Any]


def at_once(url: str, works: Sequence[Work]) -> list[Any]:
    """What each work answered or refused, when all of them start together.

    Anything but a refusal is raised: a deadlock or a broken invariant must not hide here.
    """
    database = Database(url, pool_size=len(works))
    start = threading.Barrier(len(works))

    def run(work: Work) -> Any:
        with database.engine.connect():
            start.wait(timeout=30)
        try:
            return database.transact(work)
        except Refusal as refusal:
            return refusal

    try:
        with ThreadPoolExecutor(len(works)) as pool:
            return list(pool.map(run, works))
    finally:
        database.close()


def refused(answers: Sequence[Any], kind: type[Refusal]) -> list[Any]:
    return [answer for answer in answers if isinstance(answer, kind)]


def accepted(answers: Sequence[Any]) -> list[Any]:
    return [answer for answer in answers if not isinstance(answer, Refusal)]
