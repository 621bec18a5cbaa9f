"""The keys that the registry signed with: published once, and for good."""

from __future__ import annotations

from sqlalchemy import Connection, text

from rewards.registry.signing_key import PublishedKey

# Two processes that begin with one key at once publish it once.
_PUBLISH = text(
    """
    insert into registry_key (key_id, public_key, published_at)
    values (:key_id, :public_key, :published_at) on conflict (key_id) do nothing
    """
)
_ALL = text(
    "select key_id, public_key, published_at from registry_key order by published_at desc, key_id"
)


def write_key(connection: Connection, key: PublishedKey) -> None:
    """Publish a key; one that is published stays as it is."""
    connection.execute(_PUBLISH, key._asdict())


def published_keys(connection: Connection) -> list[PublishedKey]:
    """Every key that anything was signed with, the newest first; few, as they change in years."""
    return [PublishedKey(row[0], bytes(row[1]), row[2]) for row in connection.execute(_ALL)]
