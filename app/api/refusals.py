"""Refusals of the doors about the platform itself."""

from __future__ import annotations

from behaviours.refusal import Refusal


class ClockStaysForward(Refusal):
    """The clock moves forward only, and at most a hundred years from real time."""

    code = "CLOCK_MOVES_FORWARD"


class NotReady(Refusal):
    """Something that the service needs cannot be reached or is not as it must be."""

    code = "NOT_READY"
