"""Seats of verifiers as they are told: to who had one, and to who comes after."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class KeptAttempt(NamedTuple):
    """What an ended seat leaves: how many were drawn and looked at, and the mg found too high."""

    drawn: int
    found: int
    overstated_mg: int


class EarlierFinding(NamedTuple):
    """One reduction of an earlier attempt; what was not found yet is None."""

    attempt: int
    action_id: UUID
    stratum: int
    saved_mg: int
    found_mg: int | None
    finding: str | None
    note: str | None
    found_at: datetime | None


class OwnSeat(NamedTuple):
    """A bundle that a verifier was given: until when it has it, or why and when that ended."""

    seat_id: UUID
    bundle_id: UUID
    attempt: int
    how: str
    seated_at: datetime
    verify_by: datetime | None
    ended_for: str | None
    ended_at: datetime | None
