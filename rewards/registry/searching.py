"""What somebody types into the search box of the registry, and what it is the name of."""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from rewards.registry.serials import parse_serial

# Ids that have a page: which kind each prefix is of.
KINDS: Final = {
    "ret": "retirement",
    "bdl": "bundle",
    "prj": "project",
    "blk": "block",
    "org": "enterprise",
}
SERIAL, RETIREMENT, BUNDLE, PROJECT, BLOCK, ENTERPRISE = FOUND_KINDS = (
    "serial",
    *KINDS.values(),
)


class FoundThing(NamedTuple):
    """Something with a page: its kind, its id or serial, and what people call it."""

    kind: str
    key: str
    name: str


class NamedThing(NamedTuple):
    """An enterprise or a project with its name."""

    kind: str
    id: UUID
    name: str


def by_its_form(words: str, *, serial_prefix: str) -> FoundThing | None:
    """What the words are an id or a serial of; None: they may be a name.

    Raises BadSerial for what begins as a serial and is no exact copy of one.
    """
    head, _, digits = words.partition("_")
    if head in KINDS and len(digits) == 32 and digits.isalnum():
        return FoundThing(KINDS[head], words.lower(), words.lower())
    if words.startswith(f"{serial_prefix}-"):
        parse_serial(words, prefix=serial_prefix, pointer="?q")
        return FoundThing(SERIAL, words, words)
    return None
