"""How a bundle is shown: to those who work on it, and to everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields as plain

from app.http.fields import kg, moment
from app.http.pages import page_of
from app.ids import public

_KG = {"format": "decimal", "example": "12345.678900"}
_BUNDLE = {"example": "bdl_0199b2c3d4e57f0080000000000000aa"}
STATES = (
    "draft", "selecting", "selected", "reported", "submitted", "verified", "noticed", "sealing",
    "sealed", "issued", "rejected", "cancelled",
)  # fmt: skip


class _Facts(Schema):
    id = plain.String(metadata=_BUNDLE)
    state = plain.String(metadata={"enum": list(STATES)})
    methodology_code = plain.String(allow_none=True, metadata={"example": "gd.distributed_pv"})
    vintage = plain.Integer(metadata={"example": 2026})
    region = plain.String(allow_none=True)
    unit_class = plain.String(metadata={"enum": ["compliance", "voluntary"]})
    created_at = plain.String(metadata={"format": "date-time"})
    reductions = plain.Integer(allow_none=True)
    reduction_kg = plain.String(allow_none=True, metadata=_KG)
    total_mg = plain.String(
        allow_none=True, metadata={"description": "The same mass; the root commits to it."}
    )
    carried_in_kg = plain.String(allow_none=True, metadata=_KG)
    deducted_kg = plain.String(allow_none=True, metadata=_KG)
    reserve_kg = plain.String(allow_none=True, metadata=_KG)
    reserve_per_mille = plain.Integer()
    issued_t = plain.String(allow_none=True, metadata={"example": "12"})
    carried_out_kg = plain.String(allow_none=True, metadata=_KG)
    root = plain.String(
        allow_none=True, metadata={"description": "Root of the sum tree, SHA-256 in hexadecimal."}
    )
    verifier_id = plain.String(allow_none=True)
    sampling_plan = plain.Dict(allow_none=True)
    opinion = plain.Dict(allow_none=True)
    noticed_at = plain.String(allow_none=True, metadata={"format": "date-time"})
    notice_until = plain.String(allow_none=True, metadata={"format": "date"})
    sealed_at = plain.String(allow_none=True, metadata={"format": "date-time"})
    issued_at = plain.String(allow_none=True, metadata={"format": "date-time"})


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


Bundles = page_of(WorkedOn, "Bundles")


PublicBundles = page_of(PublicBundle, "PublicBundles")


def public_bundle(row: Mapping[str, Any]) -> dict[str, Any]:
    """A bundle as everybody may see it."""
    verifier_id, total_mg = row["verifier_id"], row["selected_mg"]
    return {
        "id": public("bdl", row["bundle_id"]),
        "state": row["state"],
        "methodology_code": row["methodology"],
        "vintage": row["vintage"],
        "region": row["region"],
        "from": row["occurred_from"].isoformat(),
        "to": row["occurred_to"].isoformat(),
        "unit_class": row["unit_class"],
        "created_at": moment(row["created_at"]),
        "reductions": row["reductions"],
        "reduction_kg": _kg(total_mg),
        "total_mg": None if total_mg is None else str(total_mg),
        **{f"{name}_kg": _kg(row[f"{name}_mg"]) for name in _MASSES},
        "reserve_per_mille": row["reserve_per_mille"],
        "issued_t": None if row["issued_t"] is None else str(row["issued_t"]),
        "root": row["root"].hex() if row["root"] else None,
        "verifier_id": public("org", verifier_id) if verifier_id else None,
        "sampling_plan": row["sampling_plan"],
        "opinion": row["opinion"],
        "notice_until": row["notice_until"].isoformat() if row["notice_until"] else None,
        **{name: moment(row[name]) if row[name] else None for name in _MOMENTS},
    }


def worked_on(row: Mapping[str, Any]) -> dict[str, Any]:
    """A bundle as those see it who work on it."""
    task_id = row["task_id"]
    return public_bundle(row) | {"task_id": public("tsk", task_id) if task_id else None}


def signed(row: Mapping[str, Any], awaiting: Sequence[str]) -> dict[str, Any]:
    """A bundle after a signature."""
    return worked_on(row) | {"awaiting": list(awaiting)}


_MASSES = ("carried_in", "deducted", "reserve", "carried_out")
_MOMENTS = ("noticed_at", "sealed_at", "issued_at")


def _kg(mg: int | None) -> str | None:
    return None if mg is None else kg(mg)
