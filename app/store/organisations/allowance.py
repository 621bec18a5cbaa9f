"""How many requests a caller may still make, counted in Redis for every process together.

The counting is the sliding window of the `limits` library. A round trip to Redis for each request
would cost more than many of our answers (measured: 140 µs for the count and 150 µs for the
headers), so a process takes tickets in blocks and spends them from memory. A block starts at one
ticket and doubles while the caller is busy, up to a hundredth of the limit: slow callers are
counted exactly, and a busy one may exceed the limit by at most one block for each process.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

WINDOW_S = 60
# After Redis failed, counting goes on in memory and Redis is tried again this much later.
RETRY_S = 5.0
MOST_CALLERS = 20_000
FAILURES_PER_MINUTE = 10


@dataclass(frozen=True, slots=True)
class Allowance:
    """The state after one request: what the RateLimit headers say."""

    granted: bool
    limit: int
    remaining: int
    reset_s: int


class _Purse:
    """The tickets that this process holds for one caller."""

    __slots__ = ("block", "remaining", "resets_at", "tickets", "valid_until")

    def __init__(self) -> None:
        self.tickets = 0
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
        self._failures = RateLimitItemPerMinute(FAILURES_PER_MINUTE, namespace="failures")
        self._shared = SlidingWindowCounterRateLimiter(_redis_storage(redis_url))
        self._alone = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared_again_at = 0.0
        self._purses: dict[str, _Purse] = {}
        self._lock = threading.Lock()

    def take(self, caller: str) -> Allowance:
        """Count one request of ``caller``; ``granted`` is False when there is none left."""
        now = time.monotonic()
        with self._lock:
            purse = self._purse(caller)
            if purse.tickets > 0 and now < purse.valid_until:
                purse.tickets -= 1
                return self._state(purse, now, granted=True)
            busy = now < purse.valid_until
            purse.block = min(purse.block * 2, self._most_at_once) if busy else 1
            wanted = purse.block
        bought, remaining, resets_at = self._buy(caller, wanted)
        now = time.monotonic()
        with self._lock:
            purse.tickets += max(0, bought - 1)
            purse.valid_until = now + WINDOW_S
            purse.remaining = remaining
            purse.resets_at = now + max(0.0, resets_at - time.time())
            return self._state(purse, now, granted=bought > 0)

    def may_try(self, name: str) -> bool:
        """Whether ``name`` may try another secret: ten wrong ones a minute are enough."""
        return bool(self._ask(lambda limiter: limiter.test(self._failures, name)))

    def count_failure(self, name: str) -> None:
        """Remember that ``name`` was tried with a wrong secret."""
        self._ask(lambda limiter: limiter.hit(self._failures, name))

    def _purse(self, caller: str) -> _Purse:
        purse = self._purses.get(caller)
        if purse is None:
            if len(self._purses) >= MOST_CALLERS:
                # Losing purses costs their owners a few tickets, never a request.
                self._purses.clear()
            purse = self._purses[caller] = _Purse()
        return purse

    def _buy(self, caller: str, wanted: int) -> tuple[int, int, float]:
        def buy(limiter: SlidingWindowCounterRateLimiter) -> tuple[int, int, float]:
            bought = 0
            if limiter.hit(self._requests, caller, cost=wanted):
                bought = wanted
            elif wanted > 1 and limiter.hit(self._requests, caller):
                bought = 1
            stats = limiter.get_window_stats(self._requests, caller)
            return bought, stats.remaining, stats.reset_time

        return self._ask(buy)

    def _ask(self, question):
        if time.monotonic() >= self._shared_again_at:
            try:
                return question(self._shared)
            except StorageError:
                self._shared_again_at = time.monotonic() + RETRY_S
        return question(self._alone)

    def _state(self, purse: _Purse, now: float, *, granted: bool) -> Allowance:
        left = purse.resets_at - now
        return Allowance(
            granted, self._limit, purse.remaining + purse.tickets, max(1, math.ceil(left))
        )


def _redis_storage(url: str) -> Storage:
    if url.startswith("unix://"):
        url = "redis+" + url
    return storage_from_string(
        url,
        wrap_exceptions=True,
        socket_timeout=0.5,
        socket_connect_timeout=0.5,
    )
