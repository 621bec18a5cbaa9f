"""How many requests a caller may still make, counted in Redis for every process together.

The counting is the sliding window of the `limits` library. A round trip to Redis for each request
would cost more than many of our answers (measured: 140 µs for the count and 150 µs for the
headers), so a process takes its share of the limit in blocks and counts it down in memory. A block
starts at one and doubles while the caller is busy, up to a hundredth of the limit: slow callers are
counted exactly, and a busy one may exceed the limit by at most one block for each process.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

Asked = TypeVar("Asked")

WINDOW_S = 60
# After Redis failed, counting goes on in memory and Redis is tried again this much later.
RETRY_S = 5.0
MOST_CALLERS = 20_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """The state after one request: what the RateLimit headers say."""

    granted: bool
    limit: int
    remaining: int
    reset_s: int


class _Share:
    """The requests of one caller that this process may still grant by itself."""

    __slots__ = ("block", "left", "remaining", "resets_at", "valid_until")

    def __init__(self) -> None:
        self.left = 0
        self.block = 1
        self.valid_until = 0.0
        self.remaining = 0
        self.resets_at = 0.0


class Allowances:
    """``take`` counts one request of a caller; it never fails because Redis does."""

    def __init__(self, redis_url: str, limit_per_minute: int) -> None:
        self._limit = limit_per_minute
        self._most_at_once = max(1, limit_per_minute // 100)
        self._requests = RateLimitItemPerMinute(limit_per_minute, namespace="requests")
        self._shared = SlidingWindowCounterRateLimiter(shared_storage(redis_url))
        self._alone = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared_again_at = 0.0
        self._shares: dict[str, _Share] = {}
        self._lock = threading.Lock()

    def take(self, caller: str) -> Allowance:
        """Count one request of ``caller``; ``granted`` is False when there is none left."""
        now = time.monotonic()
        with self._lock:
            share = self._share(caller)
            if share.left > 0 and now < share.valid_until:
                share.left -= 1
                return self._state(share, now, granted=True)
            busy = now < share.valid_until
            share.block = min(share.block * 2, self._most_at_once) if busy else 1
            wanted = share.block
        taken, remaining, resets_at = self._take_block(caller, wanted)
        now = time.monotonic()
        with self._lock:
            share.left += max(0, taken - 1)
            share.valid_until = now + WINDOW_S
            share.remaining = remaining
            share.resets_at = now + max(0.0, resets_at - time.time())
            return self._state(share, now, granted=taken > 0)

    def _share(self, caller: str) -> _Share:
        share = self._shares.get(caller)
        if share is None:
            if len(self._shares) >= MOST_CALLERS:
                # A forgotten share costs its caller a few requests of the limit, never an answer.
                self._shares.clear()
            share = self._shares[caller] = _Share()
        return share

    def _take_block(self, caller: str, wanted: int) -> tuple[int, int, float]:
        def take(limiter: SlidingWindowCounterRateLimiter) -> tuple[int, int, float]:
            taken = 0
            if limiter.hit(self._requests, caller, cost=wanted):
                taken = wanted
            elif wanted > 1 and limiter.hit(self._requests, caller):
                taken = 1
            stats = limiter.get_window_stats(self._requests, caller)
            return taken, stats.remaining, stats.reset_time

        return self._ask(take)

    def _ask(self, question: Callable[[SlidingWindowCounterRateLimiter], Asked]) -> Asked:
        if time.monotonic() >= self._shared_again_at:
            try:
                return question(self._shared)
            except StorageError:
                self._shared_again_at = time.monotonic() + RETRY_S
        return question(self._alone)

    def _state(self, share: _Share, now: float, *, granted: bool) -> Allowance:
        left = share.resets_at - now
        return Allowance(
            granted, self._limit, share.remaining + share.left, max(1, math.ceil(left))
        )


def shared_storage(url: str) -> Storage:
    """Counters in Redis; whatever keeps them from being asked is a StorageError."""
    if url.startswith("unix://"):
        url = "redis+" + url
    storage = storage_from_string(
        url,
        wrap_exceptions=True,
        socket_timeout=0.5,
        socket_connect_timeout=0.5,
    )
    assert isinstance(storage, Storage), "the scheme asks for no asynchronous storage"
    return storage
