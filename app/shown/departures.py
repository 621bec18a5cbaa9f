"""The receipt of leaving: what ended, what was lost and what is kept, signed."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import moment
from app.ids import public
from app.secrecy.signatures import sign
from behaviours.departure import Departure
from behaviours.json_value import JsonObject
from behaviours.rules.units import kg

FORMAT = "tanpuhui.leaving/1"


class DepartureReceipt(Schema):
    """What became of the account; the signature covers the canonical JSON of all the rest."""

    format = plain.String(metadata={"example": FORMAT})
    id = plain.String(metadata={"example": "par_0199b2c3d4e57f0080000000000000aa"})
    left_at = plain.String(metadata={"format": "date-time"})
    ended = plain.Dict(
        keys=plain.String(),
        values=plain.Integer(),
        metadata={"description": "How many consents, contributions and links ended with it."},
    )
    points_lost = plain.Integer()
    erased = plain.List(
        plain.String(),
        metadata={"description": "What can be read by nobody any more, by its name."},
    )
    kept = plain.Dict(
        keys=plain.String(),
        metadata={
            "description": "What stays: the reductions, under an id that leads to nobody, and until"
            " `until` what was used of limits and `debt`, for whoever comes back as the same."
        },
    )
    signature = plain.Dict(keys=plain.String(), values=plain.String())


def departure_receipt(left: Departure, signing_key: bytes) -> JsonObject:
    """The receipt, signed as exports are."""
    return sign(
        {
            "format": FORMAT,
            "id": public("par", left.participant_id),
            "left_at": moment(left.left_at),
            "ended": {
                "consents": left.consents,
                "contributions": left.contributions,
                "links": left.links,
            },
            "points_lost": left.points,
            "erased": ["identity", "external_ids", "evidence", "places", "complaints", "login"],
            "kept": {
                "actions": left.actions,
                "reduction_kg": kg(left.saved_mg),
                "debt": left.debt,
                "until": moment(left.kept_until),
            },
        },
        signing_key,
    )
