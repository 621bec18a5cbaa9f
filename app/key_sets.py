"""Key sets: the public keys that identity services publish, read when they are needed.

They are kept for some minutes, and read again at once when a document names a key that is not
among them, though never more often than every few seconds: whoever makes up names of keys makes
nobody ask. The address was registered by two people; nothing else is ever asked, and nothing that
it leads on to.
"""

from __future__ import annotations

import threading
import time
import urllib.request
from http.client import HTTPException
from typing import Final

import orjson

from app.secrecy.identity_proofs import usable_keys
from behaviours.identity_services import IdentityServiceSilent
from behaviours.json_value import JsonObject

KEPT_S: Final = 300.0
AGAIN_AFTER_S: Final = 10.0
PATIENCE_S: Final = 3.0
MOST_BYTES: Final = 65_536
RETRY_AFTER_S: Final = 10


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Nobody is followed to another address."""

    def redirect_request(self, *_redirected: object) -> None:
        return None


class KeySets:
    """What this process has read of published keys."""

    def __init__(self) -> None:
        # No proxy of the environment either: only the address itself is asked.
        self._open = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({})).open
        self._held: dict[str, tuple[float, JsonObject | None]] = {}
        self._reading = threading.Lock()

    def at(self, url: str, name: str | None) -> JsonObject:
        """The keys at an address, with the one of this name if it is there.

        Raises IdentityServiceSilent.
        """
        with self._reading:
            read_at, keys = self._held.get(url, (-KEPT_S, None))
            age = time.monotonic() - read_at
            lacks = keys is None or (name is not None and name not in usable_keys(keys))
            if age > (AGAIN_AFTER_S if lacks else KEPT_S) or url not in self._held:
                keys = self._read(url) or (keys if age <= KEPT_S else None)
                self._held[url] = (time.monotonic(), keys)
        if keys is None:
            raise IdentityServiceSilent(retry_after_s=RETRY_AFTER_S)
        return keys

    def _read(self, url: str) -> JsonObject | None:
        try:
            with self._open(url, timeout=PATIENCE_S) as answer:
                found = orjson.loads(answer.read(MOST_BYTES + 1))
        except (OSError, HTTPException, ValueError):
            return None
        return found if isinstance(found, dict) else None
