"""Receivers of webhooks: one process that takes what is sent to it, at once or never.

It runs apart (``python -m app.bench.receiver``), so that it does not wait for the interpreter of
the side that sends. It writes its port, and for every line that it is given, which is a number,
how many seconds passed until so many messages were taken since the line came.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# What is sent to this path is never answered.
DEAD: Final = "/dead"
_TAKEN: Final = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length:"


class Receivers:
    """The process of the receivers, as who measures sees it."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        assert child.stdin is not None
        assert child.stdout is not None
        self._to, self._from = child.stdin, child.stdout
        self.port = int(self._from.readline())

    def url(self, path: str) -> str:
        """The address of one of them."""
        return f"http://127.0.0.1:{self.port}{path}"

    def expect(self, messages: int) -> None:
        """Begin to count: so many are to come."""
        self._to.write(f"{messages}\n")
        self._to.flush()

    def seconds(self) -> float:
        """How long it took until all of them were taken; waits for it."""
        return float(self._from.readline())


@contextmanager
def receivers() -> Iterator[Receivers]:
    """The process, until the block ends."""
    child = subprocess.Popen(
        [sys.executable, "-m", "app.bench.receiver"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Receivers(child)
    finally:
        child.kill()
        child.wait()


class _Count:
    """How many are still to come, and since when."""

    def __init__(self) -> None:
        self._left, self._began_s = 0, 0.0

    def begin(self, messages: int) -> None:
        self._left, self._began_s = messages, time.perf_counter()

    def one(self) -> None:
        self._left -= 1
        if not self._left:
            sys.stdout.write(f"{time.perf_counter() - self._began_s}\n")
            sys.stdout.flush()


async def _serve() -> None:
    count, loop = _Count(), asyncio.get_running_loop()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(_END)
        lowered = head.lower()
        at = lowered.index(_LENGTH) + len(_LENGTH)
        await reader.readexactly(int(lowered[at:].split(b"\r\n", 1)[0]))
        if head.split(b" ", 2)[1] == DEAD.encode():
            await reader.read()
        else:
            writer.write(_TAKEN)
            await writer.drain()
            count.one()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0, backlog=1_024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        count.begin(int(line))


if __name__ == "__main__":
    asyncio.run(_serve())
