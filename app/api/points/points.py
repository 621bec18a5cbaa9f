"""A person's points: what there is, when it expires, and every entry."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.fields import Moment
from app.http.pages import limit_and_cursor, page, page_of
from app.ids import public
from app.store.points.entries import Entry, entries
from app.store.points.reading import account
from rewards.ledger.points import CHART, DEBT, EXPIRE, HELD, PARTICIPANT, change_of

blueprint = Blueprint("points", __name__, description="A person's points.")


class Expiring(Schema):
    """Points that are good through a civil day and not after it."""

    on = plain.String(metadata={"example": "2027-03-31", "format": "date"})
    points = plain.Integer()


class PointsAnswer(Schema):
    """``pending`` waits for its day; ``held`` is set aside; ``debt`` is paid by what comes next."""

    available = plain.Integer(metadata={"example": 46})
    pending = plain.Integer()
    held = plain.Integer()
    debt = plain.Integer()
    expiring = plain.List(plain.Nested(Expiring))


class EntryAnswer(Schema):
    """One transfer and what it changed; ``balance`` is available and pending together."""

    id = plain.String(metadata={"example": "pts_0199b2c3d4e57f0080000000000000aa"})
    kind = plain.String(metadata={"enum": list(CHART.kinds)})
    points = plain.Integer()
    balance_change = plain.Integer()
    held_change = plain.Integer()
    debt_change = plain.Integer()
    reference = plain.String(
        allow_none=True, metadata={"description": "The action or redemption that it was for."}
    )
    posted_at = Moment()


EntryPage = page_of(EntryAnswer, "EntryPage")


@blueprint.route("/v1/me/points")
@allow("participant")
@blueprint.response(200, PointsAnswer)
def read_points() -> dict[str, Any]:
    """What the person can spend now, what is on its way, and what will expire when."""
    person, present, zone = _person(), now(), wiring().zone
    return wiring().database.transact(account, person, present, zone)


@blueprint.route("/v1/me/points/entries")
@allow("participant")
@blueprint.paged
@blueprint.response(200, EntryPage)
def list_entries() -> dict[str, Any]:
    """Every transfer of the person's points, newest first."""
    limit, before = limit_and_cursor()
    person = _person()
    found = wiring().database.transact(entries, person, before=before, limit=limit + 1)
    rows = [{**_entry(each), "_key": each.transfer_id} for each in found]
    return page(rows, lambda row: row["_key"])


def _person() -> UUID:
    participant_id = caller().tenant_id
    assert participant_id is not None, "a participant's token names the participant"
    return participant_id


def _entry(entry: Entry) -> dict[str, Any]:
    sides = (entry.debit_account, entry.credit_account, entry.points)
    return {
        "id": public("pts", entry.transfer_id),
        "kind": entry.kind,
        "points": entry.points,
        "balance_change": change_of(PARTICIPANT, *sides),
        "held_change": change_of(HELD, *sides),
        "debt_change": change_of(DEBT, *sides),
        "reference": _reference(entry),
        "posted_at": entry.posted_at,
    }


def _reference(entry: Entry) -> str | None:
    if entry.kind == EXPIRE:
        return None
    return public("rdm" if entry.is_for_redemption else "act", entry.reference_id)
