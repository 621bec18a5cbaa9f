"""Calls that are made at the same moment, in threads of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from behaviours.refusal import Refusal


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Make the calls in threads that start together; what each returned or was refused with."""
    gate = threading.Barrier(len(calls))

    def one(call: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return call()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))
