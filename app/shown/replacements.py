"""How a replacement is shown: to its holder, and to those who sign it."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.current import now, wiring
from app.http.fields import AS_KG, AS_MOMENT, moment
from app.http.pages import page_of
from app.ids import public
from behaviours.json_value import JsonObject
from behaviours.rules.units import kg
from rewards.registry.replacement import STATES, Replacement


class ReplacementAnswer(Schema):
    """Units that are offered for what a bundle is short of, and what they made good."""

    id = plain.String(metadata={"example": "rpl_0199b2c3d4e57f0080000000000000aa"})
    bundle_id = plain.String()
    block_id = plain.String(metadata={"description": "As it was offered; split if in part."})
    quantity_t = plain.String(metadata={"example": "2"})
    offered_by = plain.String(allow_none=True, metadata={"description": "Null is the programme."})
    state = plain.String(metadata={"enum": list(STATES)})
    awaiting = plain.List(plain.String(metadata={"enum": ["authority", "operator"]}))
    asked_at = plain.String(metadata=AS_MOMENT)
    lapses_at = plain.String(metadata=AS_MOMENT)
    withdrawn_at = plain.String(allow_none=True, metadata=AS_MOMENT)
    posting_id = plain.String(
        allow_none=True,
        metadata={"description": "Of the carbon book; nothing is made good before there is one."},
    )
    made_good_kg = plain.String(allow_none=True, metadata=AS_KG)
    made_good_at = plain.String(allow_none=True, metadata=AS_MOMENT)
    shortfall_kg = plain.String(metadata={**AS_KG, "description": "Of the bundle, as it stands."})


Replacements = page_of(ReplacementAnswer, "Replacements")


def replacement_answer(found: Replacement) -> JsonObject:
    """A replacement as an answer."""
    asked, signed_for = found.asked, wiring().programme.signed_for
    offered_by, posting_id = asked.organisation_id, found.posting_id
    return {
        "id": public("rpl", asked.replacement_id),
        "bundle_id": public("bdl", asked.bundle_id),
        "block_id": public("blk", asked.block_id),
        "quantity_t": str(asked.quantity_t),
        "offered_by": public("org", offered_by) if offered_by else None,
        "state": found.state(now(), signed_for),
        "awaiting": [] if posting_id or found.withdrawn_at else found.awaiting,
        "asked_at": moment(asked.asked_at),
        "lapses_at": moment(found.lapses_at(signed_for)),
        "withdrawn_at": moment(found.withdrawn_at) if found.withdrawn_at else None,
        "posting_id": public("pst", posting_id) if posting_id else None,
        "made_good_kg": None if found.covered_mg is None else kg(found.covered_mg),
        "made_good_at": moment(found.covered_at) if found.covered_at else None,
        "shortfall_kg": kg(found.shortfall_mg),
    }
