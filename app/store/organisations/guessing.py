"""How often secrets may be guessed: passwords, client secrets and the codes of a till.

Each try is counted before the secret is looked at, in one step in Redis, so that a thousand tries
at once are still a thousand; a right one is taken off again. Counted are the tries for one name
from one address, for one name from anywhere, and from one address for any name: nobody can try
many names from one place, nor one name from many. Should Redis not answer, each process counts
alone.

Who guesses from everywhere keeps nobody out by that: an address from which somebody came in by a
name is known for it, and what others try for the name is not counted against it.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage

from behaviours.organisations import TooManyAttempts
from behaviours.refusal import Refusal

WINDOW_S: Final = 60
# Wrong secrets within a minute.
FOR_A_NAME_FROM_AN_ADDRESS: Final = 10
FOR_A_NAME: Final = 100
FROM_AN_ADDRESS: Final = 100
# Wrong codes of one merchant's tills: many tills, each of which misreads now and then.
CODES_OF_A_MERCHANT: Final = 60
# Of one cashier: who types them by hand must not stop the other tills.
CODES_OF_A_CASHIER: Final = 20
RETRY_S: Final = 5.0
# What anybody may send without being known, from one address within an hour: many people share
# one, and nobody types more.
SENT_FROM_AN_ADDRESS: Final = 20
_HOUR_S: Final = 3_600
# How long an address stays known from which somebody came in.
KNOWN_S: Final = 30 * 24 * _HOUR_S


class Guesses:
    """Wrong secrets of the last minute, counted for all processes together."""

    def __init__(self, shared: Storage, *, key: bytes) -> None:
        """By ``key`` known addresses are kept as digests: nobody reads in Redis who was where."""
        self._shared = shared
        self._key = key
        self._alone = MemoryStorage()
        self._shared_again_at = 0.0
        # Tills and merchants that guessed too often, and until when; a look costs no round trip.
        self._stopped: dict[str, float] = {}

    @contextmanager
    def trying(self, name: str, address: str) -> Iterator[None]:
        """Try one secret of ``name`` inside; a refusal raised there counts as a wrong one.

        Raises TooManyAttempts, before anything is tried.
        """
        of_name = _this_minute(f"name:{name}")
        limits = {
            _this_minute(f"both:{name}|{address}"): FOR_A_NAME_FROM_AN_ADDRESS,
            of_name: FOR_A_NAME,
            _this_minute(f"address:{address}"): FROM_AN_ADDRESS,
        }
        # All are counted, so that one that is full does not hide tries from the others.
        counts = {key: self._count(key, 1) for key in limits}
        full = {key for key, most in limits.items() if counts[key] > most}
        known = self._known(name, address)
        if full == {of_name} and self._asked(lambda storage: storage.get(known)):
            full = set()
        if full:
            raise TooManyAttempts(retry_after_s=WINDOW_S)
        wrong = False
        try:
            yield
        except Refusal:
            wrong = True
            raise
        finally:
            if not wrong:
                for key in limits:
                    self._count(key, -1)
                self._count(known, 1, kept_s=KNOWN_S)

    def take_turn(self, what: str, address: str) -> None:
        """Count something that anybody may send; raises TooManyAttempts when it is too much."""
        key = f"turns/{int(time.time()) // _HOUR_S}/{what}|{address}"
        if self._count(key, 1, kept_s=2 * _HOUR_S) > SENT_FROM_AN_ADDRESS:
            raise TooManyAttempts(retry_after_s=_HOUR_S)

    def may_show_codes(self, merchant: str, cashier: str | None) -> None:
        """Raise TooManyAttempts when the cashier, or the merchant's tills together, showed too many
        wrong codes; None: the merchant's own program asks."""
        for name in (cashier, merchant):
            until = None if name is None else self._stopped.get(name)
            if name is None or until is None:
                continue
            left_s = until - time.monotonic()
            if left_s > 0:
                raise TooManyAttempts(retry_after_s=max(1, round(left_s)))
            del self._stopped[name]

    def wrong_code(self, merchant: str, cashier: str | None) -> None:
        """Count a code that was never shown to anybody."""
        for name, most in ((cashier, CODES_OF_A_CASHIER), (merchant, CODES_OF_A_MERCHANT)):
            if name is not None and self._count(_this_minute(f"codes:{name}"), 1) >= most:
                self._stopped[name] = time.monotonic() + WINDOW_S

    def _count(self, key: str, by: int, *, kept_s: int = 2 * WINDOW_S) -> int:
        """Add to a counter and return it."""
        return self._asked(lambda storage: storage.incr(key, kept_s, amount=by))

    def _asked(self, ask: Callable[[Storage], int]) -> int:
        """What the counters answer that all processes share, or this one's while they do not."""
        if time.monotonic() >= self._shared_again_at:
            try:
                return ask(self._shared)
            except StorageError:
                self._shared_again_at = time.monotonic() + RETRY_S
        return ask(self._alone)

    def _known(self, name: str, address: str) -> str:
        told = hmac.digest(self._key, f"{name}|{address}".encode(), "sha256")
        return f"known/{told.hex()}"


def _this_minute(what: str) -> str:
    return f"guesses/{int(time.time()) // WINDOW_S}/{what}"
