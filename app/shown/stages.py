"""How far what two people let in has come: proposed, admitted, ended."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, moment
from app.shown.standing import StandsAnswer
from behaviours.identity_services import STATES
from behaviours.json_value import JsonObject


class StagesAnswer(Schema):
    """How it stands, and since when."""

    state = plain.String(metadata={"enum": list(STATES)})
    proposed_at = Moment()
    admitted_at = Moment(allow_none=True)
    ended_at = Moment(allow_none=True)


class OpensAnswer(Schema):
    """Whether its provider takes part, and whether its word opens anything now."""

    provider = plain.Nested(StandsAnswer)
    opens_accounts = plain.Boolean(
        metadata={"description": "It is `trusted`, and its provider takes part."}
    )


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
