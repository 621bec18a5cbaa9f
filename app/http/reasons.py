"""The body of a step that says why, and nothing else."""

from __future__ import annotations

from typing import TypedDict

from app.http.fields import Line, Strict


class Reasoned(Strict):
    """Base of bodies that begin with why; it is kept."""

    reason = Line(required=True, most=500)


class SentReason(TypedDict):
    """What such a body loads; another length of the reason changes nothing about it."""

    reason: str
