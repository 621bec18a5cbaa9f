"""How what rests on reductions is shown to whoever signs or follows up a reversal."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import AS_KG
from app.http.languages import preferred_language
from app.ids import public
from app.shown.covers import cover_sentences
from behaviours.json_value import JsonObject
from behaviours.rules.units import kg
from rewards.pooling.bundle import STATES as BUNDLE_STATES
from rewards.registry.affected import Affected, AffectedBundle, AffectedReduction, HeldUnits
from rewards.registry.block import STATES
from rewards.registry.cover import ReserveTaking

_TONNES = {"example": "12"}


class AffectedReductionAnswer(Schema):
    """A reduction that was asked about, or that a household shares with one."""

    action_id = plain.String(metadata={"example": "act_0199b2c3d4e57f0080000000000000aa"})
    reduction_kg = plain.String(metadata=AS_KG)
    is_reversed = plain.Boolean()
    bundle_id = plain.String(allow_none=True)
    leaf = plain.String(
        allow_none=True,
        metadata={"description": "SHA-256 in hexadecimal, as in the bundle's published leaves."},
    )


class HeldUnitsAnswer(Schema):
    """Tonnes of the bundle in one state and one holder's hands; null is the programme."""

    organisation_id = plain.String(allow_none=True)
    name = plain.String(allow_none=True)
    state = plain.String(metadata={"enum": list(STATES)})
    blocks = plain.Integer()
    quantity_t = plain.String(metadata=_TONNES)


class ToldAnswer(Schema):
    """Who gets a notice when something of the bundle is taken back."""

    organisation_id = plain.String()
    name = plain.String()


class WouldTake(Schema):
    """What taking back all that still stands would come to, as the reserve is now."""

    from_reserve_kg = plain.String(metadata=AS_KG)
    reserve_cancelled_t = plain.String(metadata=_TONNES)
    shortfall_kg = plain.String(
        metadata={**AS_KG, "description": "Of the bundle; units are suspended for it."}
    )


class AffectedBundleAnswer(Schema):
    """A bundle with some of these reductions, its units by holder, and its cover."""

    bundle_id = plain.String()
    state = plain.String(metadata={"enum": list(BUNDLE_STATES)})
    methodology = plain.String(allow_none=True, metadata={"description": "Null: several."})
    vintage = plain.Integer()
    unit_class = plain.String()
    reductions = plain.Integer(metadata={"description": "Of those that were asked about."})
    standing_kg = plain.String(
        metadata={**AS_KG, "description": "Of them, what was not taken back yet."}
    )
    would_take = plain.Nested(
        WouldTake,
        allow_none=True,
        metadata={"description": "Null before the freeze: what is taken back leaves the bundle."},
    )
    reversed_kg = plain.String(metadata={**AS_KG, "description": "Taken back before."})
    shortfall_kg = plain.String(metadata={**AS_KG, "description": "As it stands."})
    units = plain.List(plain.Nested(HeldUnitsAnswer))
    told = plain.List(plain.Nested(ToldAnswer))
    note = plain.List(plain.String(), metadata={"description": "What the public reads of it now."})


class AffectedAnswer(Schema):
    """Reductions and all that rests on them: leaf, bundle, units, holders, cover."""

    reduction_kg = plain.String(metadata=AS_KG)
    free_kg = plain.String(metadata={**AS_KG, "description": "Of it, in no bundle."})
    reductions = plain.List(plain.Nested(AffectedReductionAnswer))
    bundles = plain.List(plain.Nested(AffectedBundleAnswer))


def affected_answer(found: Affected) -> JsonObject:
    """As ``AffectedAnswer`` says."""
    return {
        "reduction_kg": kg(sum(each.saved_mg for each in found.reductions)),
        "free_kg": kg(sum(each.saved_mg for each in found.free)),
        "reductions": [_reduction(each) for each in found.reductions],
        "bundles": [_bundle(each) for each in found.bundles],
    }


def _reduction(each: AffectedReduction) -> JsonObject:
    return {
        "action_id": public("act", each.action_id),
        "reduction_kg": kg(each.saved_mg),
        "is_reversed": each.is_reversed,
        "bundle_id": public("bdl", each.bundle_id) if each.bundle_id else None,
        "leaf": each.leaf.hex() if each.leaf else None,
    }


def _bundle(each: AffectedBundle) -> JsonObject:
    cover = each.cover
    return {
        "bundle_id": public("bdl", each.bundle_id),
        "state": each.state,
        "methodology": each.methodology,
        "vintage": each.vintage,
        "unit_class": each.unit_class,
        "reductions": each.reductions,
        "standing_kg": kg(each.standing_mg),
        "would_take": _would_take(each.taking) if each.taking else None,
        "reversed_kg": kg(cover.reversed_mg if cover else 0),
        "shortfall_kg": kg(cover.shortfall_mg if cover else 0),
        "units": [_units(held) for held in each.units],
        "told": [
            {"organisation_id": public("org", told.organisation_id), "name": told.name}
            for told in each.told
        ],
        "note": cover_sentences(cover, preferred_language()) if cover else [],
    }


def _would_take(taking: ReserveTaking) -> JsonObject:
    return {
        "from_reserve_kg": kg(taking.taken_mg),
        "reserve_cancelled_t": str(taking.cancelled_t),
        "shortfall_kg": kg(taking.short_mg),
    }


def _units(held: HeldUnits) -> JsonObject:
    return {
        "organisation_id": public("org", held.organisation_id) if held.organisation_id else None,
        "name": held.name,
        "state": held.state,
        "blocks": held.blocks,
        "quantity_t": str(held.quantity_t),
    }
