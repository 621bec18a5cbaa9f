"""Find what somebody typed into the search box of the registry."""

from __future__ import annotations

from typing import Final

from app.ids import public
from app.store.database import Connection
from app.store.registry.searching import named_like
from rewards.registry.searching import KINDS, FoundThing, by_its_form

MOST: Final = 50
_PREFIXES: Final = {kind: prefix for prefix, kind in KINDS.items()}


def search_register(connection: Connection, words: str, *, serial_prefix: str) -> list[FoundThing]:
    """One thing of an id or a serial, whether or not there is such a thing; of a name, those that
    have it, the first in the alphabet first. Raises BadSerial."""
    asked = words.strip()
    if not asked:
        return []
    formed = by_its_form(asked, serial_prefix=serial_prefix)
    if formed is not None:
        return [formed]
    return [
        FoundThing(each.kind, public(_PREFIXES[each.kind], each.id), each.name)
        for each in named_like(connection, asked, most=MOST)
    ]
