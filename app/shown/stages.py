"""How far what two people let in has come: proposed, admitted, ended."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from app.http.fields import moment
from behaviours.json_value import JsonObject


class LetIn(Protocol):
    """What is proposed by one person, admitted by another, and ended by anyone of them."""

    @property
    def state(self) -> str:
        """How it stands."""

    @property
    def proposed_at(self) -> datetime:
        """When the first person signed."""

    @property
    def admitted_at(self) -> datetime | None:
        """When the second did."""

    @property
    def ended_at(self) -> datetime | None:
        """From when on it is over."""


def stages(thing: LetIn) -> JsonObject:
    """How it stands, and since when."""
    return {
        "state": thing.state,
        "proposed_at": moment(thing.proposed_at),
        "admitted_at": moment(thing.admitted_at) if thing.admitted_at else None,
        "ended_at": moment(thing.ended_at) if thing.ended_at else None,
    }
