"""Action: what an app says that a person did, with the evidence that makes it one action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.civil_time import instant
from behaviours.places import Place

# In the place of the person and of the provider, as long as an action is only read or judged.
NOBODY: Final = "0" * 32
_MICROSECOND = timedelta(microseconds=1)
_MICROSECONDS_AN_HOUR = Decimal(3_600_000_000)


@dataclass(frozen=True, slots=True)
class Action:
    """An action as reported. Times are aware; quantities are the decimal strings that were sent."""

    participant_id: str
    provider_id: str
    behaviour: str
    external_id: str
    occurred_at: datetime
    ended_at: datetime | None
    region: str
    quantities: Mapping[str, str]
    evidence: Mapping[str, str]
    # The sender's earlier action in whose place this one comes.
    supersedes: UUID | None = None
    # The sender's word for the device or address by which it came; it is never kept.
    device: str | None = None
    # The same, named by the external_id that the sender gave the earlier one.
    replaces: str | None = None
    # Where the person was at the begin and at the end; it is kept only where the programme asks
    # how fast people move, and not for long.
    start_place: Place | None = None
    end_place: Place | None = None

    @property
    def hours(self) -> Decimal | None:
        """From the beginning to the end as instants, exactly; None without an end."""
        if self.ended_at is None:
            return None
        lasted = instant(self.ended_at) - instant(self.occurred_at)
        return Decimal(lasted // _MICROSECOND) / _MICROSECONDS_AN_HOUR

    @property
    def place_pointer(self) -> str | None:
        """To the first place that a provider says of a person; None where it says none.

        What people report themselves tells of them what they want it to.
        """
        if not self.provider_id:
            return None
        if self.start_place is not None:
            return "/start_place"
        return None if self.end_place is None else "/end_place"

    @property
    def corrects(self) -> bool:
        """Whether it comes in the place of an earlier one."""
        return self.supersedes is not None or self.replaces is not None


@lru_cache(maxsize=8)
def _begun(key: bytes) -> blake2b:
    """The hash of claims when it has taken in its key: a copy of it costs less than beginning."""
    return blake2b(digest_size=20, key=key)


class ClaimKey(NamedTuple):
    """What an action may be claimed by only once, across all providers and people.

    ``value`` is issuer, normal form and period in one text; ``former`` are the values under which
    the same number may have been claimed before.
    """

    kind: str
    value: str
    former: tuple[str, ...] = ()

    def digest(self, key: bytes) -> bytes:
        """Twenty bytes that stand for the claim: keyed BLAKE2b over kind, NUL, value."""
        mark = _begun(key).copy()
        mark.update(f"{self.kind}\0{self.value}".encode())
        return mark.digest()

    def digests(self, key: bytes) -> list[bytes]:
        """Its digest, and those under which the same number may have been claimed before."""
        return [self.digest(key), *self.former_digests(key)]

    def former_digests(self, key: bytes) -> list[bytes]:
        """The digests under which the same number may have been claimed before."""
        return [ClaimKey(self.kind, value).digest(key) for value in self.former]


class MeterClaim(NamedTuple):
    """A meter and the half-open interval [starts_at, ends_at) that is claimed on it."""

    subject: ClaimKey
    starts_at: datetime
    ends_at: datetime


class Exclusion(NamedTuple):
    """One side of a choice: within the period a person's actions may be on one side only."""

    group: str
    side: str
    period_start: date


@dataclass(frozen=True, slots=True)
class HistoryNeed:
    """Earlier actions that a rule reads: the same ``behaviour`` and ``subject`` evidence.

    The caller finds, for each of the ``days`` civil days before the action, the recorded value of
    ``quantity`` whose evidence ``subject`` equals ``subject_value``.
    """

    behaviour: str
    subject: str
    subject_value: str
    quantity: str
    days: int
