"""Ids: UUIDv7 inside, a prefix and 32 hexadecimal digits outside (``act_0199…``)."""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

from behaviours.refusal import Refusal

_lock = threading.Lock()
_last_ms = 0
_sequence = 0


class UnknownId(Refusal):
    """What is asked for does not exist, or is not the caller's to see."""

    code = "NOT_FOUND"


def new_ids(count: int) -> list[UUID]:
    """``count`` fresh UUIDv7s (RFC 9562, section 5.7), strictly rising within this process.

    The 12 bits after the time count within a millisecond, so ids made together keep their order
    in an index; 62 random bits keep processes apart.
    """
    global _last_ms, _sequence
    noise = os.urandom(8 * count)
    made = []
    with _lock:
        now_ms = time.time_ns() // 1_000_000
        for number in range(count):
            if now_ms > _last_ms:
                _last_ms, _sequence = now_ms, 0
            else:
                _sequence += 1
                if _sequence > 0xFFF:
                    _last_ms, _sequence = _last_ms + 1, 0
            random = int.from_bytes(noise[8 * number : 8 * number + 8]) >> 2
            made.append(
                UUID(int=_last_ms << 80 | 0x7 << 76 | _sequence << 64 | 0b10 << 62 | random)
            )
    return made


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
