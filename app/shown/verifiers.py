"""Verifiers as everybody sees them."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, moment
from app.ids import public
from app.shown.standing import StandsAnswer, stands
from app.usecases.pooling.read_verifiers import Declared, KnownVerifier
from behaviours.json_value import JsonObject
from rewards.pooling.seats import OwnSeat
from rewards.pooling.verifiers import DECLINED, SEAT_ENDS, WAYS


class PoolStepAnswer(Schema):
    """An admission to the pool, or a removal."""

    admitted = plain.Boolean()
    behaviours = plain.List(plain.String(), allow_none=True)
    reason = plain.String()
    decided_at = Moment()


class TiesAnswer(Schema):
    """Ties as they were declared; the newest of each side counts."""

    by_itself = plain.Boolean(
        metadata={"description": "By the organisation; otherwise by the authority."}
    )
    interests = plain.List(plain.String())
    of_operator = plain.Boolean()
    group = plain.String(allow_none=True)
    declared_at = Moment()


class KnownVerifierAnswer(StandsAnswer):
    """Somebody who is or was in the pool, or of whom ties are declared."""

    id = plain.String()
    name = plain.String()
    in_pool = plain.Boolean(metadata={"description": "It is admitted and takes part: `active`."})
    behaviours = plain.List(
        plain.String(), allow_none=True, metadata={"description": "null: every behaviour."}
    )
    pool = plain.List(plain.Nested(PoolStepAnswer))
    ties = plain.List(plain.Nested(TiesAnswer))


def shown_verifier(one: KnownVerifier) -> JsonObject:
    """One verifier, with everything that was ever said of it."""
    return {
        "id": public("org", one.organisation_id),
        "name": one.name,
        **stands(one.standing),
        "in_pool": one.in_pool,
        "behaviours": None if one.behaviours is None else sorted(one.behaviours),
        "pool": [
            {
                "admitted": each.admitted,
                "behaviours": None if each.behaviours is None else list(each.behaviours),
                "reason": each.reason,
                "decided_at": moment(each.decided_at),
            }
            for each in one.steps
        ],
        "ties": [
            {
                "by_itself": each.by_itself,
                "interests": [public("org", tie) for tie in each.interests],
                "of_operator": each.of_operator,
                "group": each.group_name,
                "declared_at": moment(each.declared_at),
            }
            for each in one.declarations
        ],
    }


def pooled_row(one: KnownVerifier) -> JsonObject:
    """A verifier of the pool as a row of its register: ``ties`` are what the authority states, and
    ``own_ties`` what it says itself."""
    (*_, last) = (each for each in one.steps if each.admitted)
    newest = {each.by_itself: each for each in one.declarations}
    return {
        "organisation_id": public("org", one.organisation_id),
        "name": one.name,
        "behaviours": None if one.behaviours is None else sorted(one.behaviours),
        "reason": last.reason,
        "decided_at": moment(last.decided_at),
        "ties": _tied(newest.get(False)),
        "own_ties": _tied(newest.get(True)),
    }


def _tied(stated: Declared | None) -> JsonObject | None:
    if stated is None:
        return None
    return {
        "interests": sorted(public("org", each) for each in stated.interests),
        "of_operator": stated.of_operator,
        "group": stated.group_name,
    }


class OwnSeatAnswer(Schema):
    """A bundle that a verifier was given; `verify_by` while it has it, `ended_for` afterwards."""

    id = plain.String()
    bundle_id = plain.String()
    attempt = plain.Integer()
    how = plain.String(metadata={"enum": list(WAYS)})
    seated_at = Moment()
    verify_by = Moment(allow_none=True)
    ended_for = plain.String(allow_none=True, metadata={"enum": [DECLINED, *SEAT_ENDS]})
    ended_at = Moment(allow_none=True)


def shown_seat(one: OwnSeat) -> JsonObject:
    """A seat as its verifier sees it."""
    return {
        "id": public("sea", one.seat_id),
        "bundle_id": public("bdl", one.bundle_id),
        "attempt": one.attempt,
        "how": one.how,
        "seated_at": moment(one.seated_at),
        "verify_by": moment(one.verify_by) if one.verify_by else None,
        "ended_for": one.ended_for,
        "ended_at": moment(one.ended_at) if one.ended_at else None,
    }
