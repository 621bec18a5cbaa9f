"""The registry's keys: the one that it signs with now, and those of before, which stay published.

A certificate is for ever and a key is not: it is changed by plan, or because somebody may have
copied it. What an earlier key has signed is verified by it as before; that nobody signs with an old
key something that bears an old date shows in the anchors, which name every certificate of a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class PublishedKey(NamedTuple):
    """32 bytes of Ed25519 and their short name, and since when everybody can know them."""

    key_id: str
    public_key: bytes
    # None: the key that this process signs with, before it has signed anything that is kept.
    published_at: datetime | None


def with_current(published: Iterable[PublishedKey], current: PublishedKey) -> list[PublishedKey]:
    """The key in use first, then the others in their order; each of them once."""
    known = {each.key_id: each for each in published}
    first = known.pop(current.key_id, current)
    return [first, *known.values()]
