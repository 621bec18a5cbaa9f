"""Rows in another order than the file's, in bounded memory: sorted runs on disk, then one merge."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO

import orjson

from behaviours.files.limits import HELD_BYTES
from behaviours.files.outcome import FileRow

# Rows that are held in memory at a time.
RUN = 100_000

Key = tuple[str, ...]
Item = tuple[list[str], int, int, dict[str, str]]


class Sorter:
    """Takes rows with a key, and gives them back by key and then by line."""

    def __init__(self, run: int = RUN) -> None:
        self._run = run
        self._held_bytes = 0
        self._items: list[Item] = []
        self._spilled: list[IO[bytes]] = []
        self._open = ExitStack()

    def add(self, key: Key, line: FileRow) -> None:
        self._items.append((list(key), line.number, line.lines, line.fields))
        self._held_bytes += sum(map(len, line.fields.values()))
        if len(self._items) >= self._run or self._held_bytes >= HELD_BYTES:
            self._spill()

    def rows(self) -> Iterator[tuple[Key, FileRow]]:
        """Every row once; the temporary files are gone afterwards."""
        with self._open:
            self._items.sort(key=_order)
            runs = [map(orjson.loads, spilled) for spilled in self._spilled]
            for key, number, lines, fields in heapq.merge(*runs, self._items, key=_order):
                yield tuple(key), FileRow(number, fields, lines)

    def _spill(self) -> None:
        self._items.sort(key=_order)
        spilled = self._open.enter_context(
            tempfile.TemporaryFile(prefix="tanpuhui-import-")  # noqa: SIM115 - the stack closes it
        )
        spilled.writelines(orjson.dumps(item) + b"\n" for item in self._items)
        spilled.seek(0)
        self._spilled.append(spilled)
        self._items = []
        self._held_bytes = 0


def _order(item: Item) -> tuple[list[str], int]:
    return item[0], item[1]
