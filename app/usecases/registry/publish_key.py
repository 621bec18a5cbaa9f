"""Publish the key that the registry signs with, before anything that it signed is handed out."""

from __future__ import annotations

from datetime import datetime

from app.secrecy.signatures import public_key_of
from app.store.database import Connection
from app.store.registry.keys import write_key
from behaviours.signed_document import key_id
from rewards.registry.signing_key import PublishedKey


def publish_key(connection: Connection, signing_key: bytes, *, now: datetime) -> None:
    """Of a 32-byte signing key the public one; a key that is published already stays as it is."""
    public_key = public_key_of(signing_key)
    write_key(connection, PublishedKey(key_id(public_key), public_key, now))
