"""Ids: UUIDv7 inside, a prefix and 32 hexadecimal digits outside (``act_0199…``)."""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

from behaviours.refusal import UnknownId

__all__ = ["UnknownId", "new_id", "new_ids", "parse", "public"]


class _Maker:
    """Makes UUIDv7s (RFC 9562, section 5.7) that rise strictly within this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last_ms = 0
        self._sequence = 0

    def make(self, count: int) -> list[UUID]:
        noise = os.urandom(8 * count)
        made = []
        with self._lock:
            for number in range(count):
                self._step(time.time_ns() // 1_000_000)
                # 62 random bits keep processes apart.
                random = int.from_bytes(noise[8 * number : 8 * number + 8]) >> 2
                made.append(
                    UUID(
                        int=self._last_ms << 80
                        | 0x7 << 76
                        | self._sequence << 64
                        | 0b10 << 62
                        | random
                    )
                )
        return made

    def _step(self, now_ms: int) -> None:
        """The 12 bits after the time count within a millisecond, and borrow from the next."""
        if now_ms > self._last_ms:
            self._last_ms, self._sequence = now_ms, 0
        elif self._sequence < 0xFFF:
            self._sequence += 1
        else:
            self._last_ms, self._sequence = self._last_ms + 1, 0


_maker = _Maker()


def new_ids(count: int) -> list[UUID]:
    """``count`` fresh ids in rising order, so that rows made together lie together."""
    return _maker.make(count)


def new_id() -> UUID:
    return new_ids(1)[0]


def public(prefix: str, identifier: UUID) -> str:
    return f"{prefix}_{identifier.hex}"


def parse(prefix: str, text: str, *, pointer: str = "") -> UUID:
    """The UUID behind a public id; refuses a malformed one like an unknown one."""
    head, _, digits = text.partition("_")
    if head == prefix and len(digits) == 32 and digits.isascii() and digits.isalnum():
        try:
            return UUID(hex=digits.lower())
        except ValueError:
            pass  # Not hexadecimal: refused below, like everything else that is no id.
    raise UnknownId(
        f"There is no {prefix}_… with this id. Check that it was copied whole.", pointer=pointer
    )
