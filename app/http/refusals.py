"""Refusals of the routes about the platform itself."""

from __future__ import annotations

from behaviours.refusal import Kind, Refusal


class ClockStaysForward(Refusal):
    """The clock moves forward only, and at most a hundred years from real time."""

    kind = Kind.INVALID
    code = "CLOCK_MOVES_FORWARD"
    cases = ("one", "forward")


class NotReady(Refusal):
    """Something that the service needs cannot be reached or is not as it must be."""

    kind = Kind.UNAVAILABLE
    code = "NOT_READY"
