"""Refusals of the routes about the platform itself."""

from __future__ import annotations

from behaviours.refusal import Kind, Refusal


class ClockStaysForward(Refusal, kind=Kind.INVALID, code="CLOCK_MOVES_FORWARD"):
    """The clock moves forward only, and at most a hundred years from real time."""

    cases = ("one", "forward")


class NotReady(Refusal, kind=Kind.UNAVAILABLE, code="NOT_READY"):
    """Something that the service needs cannot be reached or is not as it must be."""


class ServerBusy(Refusal, kind=Kind.UNAVAILABLE, code="SERVER_BUSY"):
    """As many requests as the server works on at once are being worked on; nothing was done."""
