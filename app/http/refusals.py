"""Refusals of the routes about the platform itself."""

from __future__ import annotations

from behaviours.refusal import Invalid, Unavailable


class ClockStaysForward(Invalid, code="CLOCK_MOVES_FORWARD"):
    """The clock moves forward only, and at most a hundred years from real time."""

    cases = ("one", "forward")


class NotReady(Unavailable):
    """Something that the service needs cannot be reached or is not as it must be."""


class ServerBusy(Unavailable):
    """As many requests as the server works on at once are being worked on; nothing was done."""
