"""How a bundle is shown: to those who work on it, and to everybody."""

from __future__ import annotations

from datetime import datetime

from marshmallow import Schema, fields as plain

from app.http.fields import AS_KG, Moment, moment
from app.http.pages import page_of
from app.ids import public
from app.shown.standing import PartyAnswer, party_or_none
from behaviours.json_value import JsonObject
from behaviours.rules.units import kg
from rewards.pooling.bundle import STATES, Bundle
from rewards.pooling.seen_bundle import SeenBundle, SignedBundle

_BUNDLE = {"example": "bdl_0199b2c3d4e57f0080000000000000aa"}


class _Facts(Schema):
    id = plain.String(metadata=_BUNDLE)
    state = plain.String(metadata={"enum": list(STATES)})
    methodology_code = plain.String(allow_none=True, metadata={"example": "gd.distributed_pv"})
    methodology_codes = plain.List(
        plain.String(),
        allow_none=True,
        metadata={"description": "Of a bundle that mixes them, each; null: of one, or of all."},
    )
    vintage = plain.Integer(metadata={"example": 2026})
    region = plain.String(allow_none=True)
    unit_class = plain.String(metadata={"enum": ["compliance", "voluntary"]})
    created_at = Moment()
    reductions = plain.Integer(allow_none=True)
    reduction_kg = plain.String(allow_none=True, metadata=AS_KG)
    total_mg = plain.String(
        allow_none=True, metadata={"description": "The same mass; the root commits to it."}
    )
    carried_in_kg = plain.String(allow_none=True, metadata=AS_KG)
    deducted_kg = plain.String(allow_none=True, metadata=AS_KG)
    reserve_kg = plain.String(allow_none=True, metadata=AS_KG)
    reserve_per_mille = plain.Integer()
    issued_t = plain.String(allow_none=True, metadata={"example": "12"})
    carried_out_kg = plain.String(allow_none=True, metadata=AS_KG)
    shortfall_kg = plain.String(
        metadata={**AS_KG, "description": "Taken back after the freeze and covered by nothing yet."}
    )
    root = plain.String(
        allow_none=True, metadata={"description": "Root of the sum tree, SHA-256 in hexadecimal."}
    )
    verifier_id = plain.String(allow_none=True)
    verify_by = Moment(
        allow_none=True,
        metadata={
            "description": "From then on its verifier is late to accept, or to give its opinion."
        },
    )
    sampling_commitment = plain.String(
        allow_none=True,
        metadata={"description": "SHA-256 of the secret that the draw of the sample starts from."},
    )
    sampling_plan = plain.Dict(allow_none=True)
    opinion = plain.Dict(allow_none=True)
    noticed_at = Moment(allow_none=True)
    notice_until = plain.String(allow_none=True, metadata={"format": "date"})
    sealed_at = Moment(allow_none=True)
    issued_at = Moment(allow_none=True)


# `from` is no name that Python lets a class body assign to.
PublicBundle = _Facts.from_dict({"from": plain.Date(), "to": plain.Date()}, name="PublicBundle")


class WorkedOn(PublicBundle):  # type: ignore[misc, valid-type]
    """A bundle with the task that works on it, if any."""

    task_id = plain.String(
        allow_none=True, metadata={"description": "See GET /v1/tasks/{id} for its progress."}
    )


class Signed(WorkedOn):
    """A bundle that two people sign."""

    awaiting = plain.List(
        plain.String(), metadata={"description": "Roles whose signature is still missing."}
    )


_VERIFIER = plain.Nested(
    PartyAnswer,
    allow_none=True,
    metadata={
        "description": "While it is suspended or closed, it gives no opinion: what it has not"
        " accepted goes to another, what it accepted ends at `verify_by`. An opinion stands."
    },
)


class SeenPublicBundle(PublicBundle):  # type: ignore[misc, valid-type]
    """A bundle, and whether its verifier takes part."""

    verifier = _VERIFIER


class SeenWorkedOn(WorkedOn):
    """A bundle with its task, and whether its verifier takes part."""

    verifier = _VERIFIER


Bundles = page_of(SeenWorkedOn, "Bundles")
PublicBundles = page_of(SeenPublicBundle, "PublicBundles")


def public_bundle(bundle: Bundle) -> JsonObject:
    """A bundle as everybody may see it."""
    plan, opinion = bundle.sampling_plan, bundle.opinion
    return {
        "id": public("bdl", bundle.bundle_id),
        "state": bundle.state,
        "methodology_code": bundle.methodology,
        "methodology_codes": list(named) if (named := bundle.methodologies) else None,
        "vintage": bundle.vintage,
        "region": bundle.region,
        "from": bundle.occurred_from.isoformat(),
        "to": bundle.occurred_to.isoformat(),
        "unit_class": bundle.unit_class,
        "created_at": moment(bundle.created_at),
        "reductions": bundle.reductions,
        "reduction_kg": _kg(bundle.selected_mg),
        "total_mg": _whole(bundle.selected_mg),
        "carried_in_kg": _kg(bundle.carried_in_mg),
        "deducted_kg": _kg(bundle.deducted_mg),
        "reserve_kg": _kg(bundle.reserve_mg),
        "carried_out_kg": _kg(bundle.carried_out_mg),
        "shortfall_kg": kg(bundle.shortfall_mg),
        "reserve_per_mille": bundle.reserve_per_mille,
        "issued_t": _whole(bundle.issued_t),
        "root": bundle.root.hex() if bundle.root else None,
        "verifier_id": public("org", bundle.verifier_id) if bundle.verifier_id else None,
        "verify_by": _moment(bundle.verify_by),
        "sampling_commitment": bundle.commitment.hex() if bundle.commitment else None,
        "sampling_plan": plan.as_document() if plan else None,
        "opinion": opinion.as_document() if opinion else None,
        "notice_until": bundle.notice_until.isoformat() if bundle.notice_until else None,
        "noticed_at": _moment(bundle.noticed_at),
        "sealed_at": _moment(bundle.sealed_at),
        "issued_at": _moment(bundle.issued_at),
    }


def worked_on(bundle: Bundle) -> JsonObject:
    """A bundle as those see it who work on it."""
    task_id = bundle.task_id
    return {**public_bundle(bundle), "task_id": public("tsk", task_id) if task_id else None}


def seen_public_bundle(seen: SeenBundle) -> JsonObject:
    """A bundle as everybody may see it, and how its verifier stands."""
    return {**public_bundle(seen.bundle), "verifier": party_or_none(seen.verifier)}


def seen_worked_on(seen: SeenBundle) -> JsonObject:
    """A bundle as those see it who work on it, and how its verifier stands."""
    return {**worked_on(seen.bundle), "verifier": party_or_none(seen.verifier)}


def signed(made: SignedBundle) -> JsonObject:
    """A bundle after a signature."""
    return {**worked_on(made.bundle), "awaiting": made.awaiting}


def _kg(mg: int | None) -> str | None:
    return None if mg is None else kg(mg)


def _whole(amount: int | None) -> str | None:
    return None if amount is None else str(amount)


def _moment(at: datetime | None) -> str | None:
    return moment(at) if at else None
