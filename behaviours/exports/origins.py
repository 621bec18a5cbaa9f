"""Origins: other installations of the platform whose people bring their record along.

What an origin signs is taken for true here, so it is let in by two people of two roles, by its
public keys, and ended by either of them at once. It has the life of an identity service::

    proposed ─admit─▶ trusted
    any but ended ─end─▶ ended
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from behaviours.identity_services import is_trusted, stage_after
from behaviours.json_value import JsonObject
from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.signed_document import read_keys

# What is signed.
ORIGIN: Final = "origin"
MOST_ORIGIN_KEYS: Final = 20


class UnknownOrigin(UnknownId):
    """There is no such origin."""

    cases = ("origin",)


class OriginKeysWrong(Invalid):
    """By these keys nothing can be taken in.

    ``none``: there is no Ed25519 key in the set, or there are too many; ``own``: one of them is
    this installation's.
    """

    cases = ("none", "own")


class OriginTaken(Conflict):
    """An origin of this name stands."""


class OriginStands(Conflict):
    """The origin is admitted, or ended, already."""


@dataclass(frozen=True, slots=True)
class RecordOrigin:
    """Another installation as it is known here, by its name and its published keys (RFC 7517)."""

    origin_id: UUID
    name: str
    keys: JsonObject
    state: str
    proposed_at: datetime
    admitted_at: datetime | None = None
    ended_at: datetime | None = None

    def move(self, step: str, *, now: datetime) -> RecordOrigin:
        """The origin after ``step``; raises OriginStands."""
        return replace(self, **stage_after(step, self.state, OriginStands, now=now))


def check_origin_keys(keys: JsonObject, own_key_id: str) -> None:
    """Raises OriginKeysWrong."""
    try:
        named = read_keys(keys)
    except ValueError:
        named = {}
    if not 0 < len(named) <= MOST_ORIGIN_KEYS:
        raise OriginKeysWrong("none", pointer="/keys", most=MOST_ORIGIN_KEYS)
    if own_key_id in named:
        raise OriginKeysWrong("own", pointer="/keys")


def origin_of_key(origins: Iterable[RecordOrigin], key_id: str | None) -> RecordOrigin | None:
    """The origin that a key belongs to, of those that are trusted."""
    trusted = filter(is_trusted, origins)
    return next((each for each in trusted if key_id in read_keys(each.keys)), None)
