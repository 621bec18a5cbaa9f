"""Key sets: the public keys that identity services publish, read when they are needed.

They are kept for some minutes, and read again at once when a document names a key that is not
among them, though never more often than every few seconds: whoever makes up names of keys makes
nobody ask. The address was registered by two people; nothing else is ever asked, and nothing that
it leads on to.
"""

from __future__ import annotations

import threading
import time
from http import HTTPStatus
from typing import Final

from app.openid.fetching import fetch_json
from app.secrecy.identity_proofs import usable_keys
from behaviours.identity_services import IdentityServiceSilent
from behaviours.json_value import JsonObject
from behaviours.open_addresses import NOWHERE, Inside
from behaviours.openid_providers import OpenidProviderUnreachable

KEPT_S: Final = 300.0
AGAIN_AFTER_S: Final = 10.0
RETRY_AFTER_S: Final = 10


class KeySets:
    """What this process has read of published keys."""

    def __init__(self, *, open_net_only: bool, inside: Inside = NOWHERE) -> None:
        """What may be asked is as ``fetch_json`` has it."""
        self._open_net_only, self._inside = open_net_only, inside
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
            status, found = fetch_json(url, open_net_only=self._open_net_only, inside=self._inside)
        except OpenidProviderUnreachable:
            return None
        return found if status == HTTPStatus.OK else None
