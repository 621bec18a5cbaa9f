"""Every key by which something that the registry signed can be verified."""

from __future__ import annotations

from app.store.database import Connection
from app.store.registry.keys import published_keys
from behaviours.signed_document import key_id
from rewards.registry.signing_key import PublishedKey, with_current


def read_keys(connection: Connection, current: bytes) -> list[PublishedKey]:
    """``current``, the public key in use, stands first."""
    in_use = PublishedKey(key_id(current), current, None)
    return with_current(published_keys(connection), in_use)
