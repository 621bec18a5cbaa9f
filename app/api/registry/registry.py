"""The public registry: read by everybody, about nobody's person."""

from __future__ import annotations

import base64
from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields as plain

from app.auth import allow_public
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import kg
from app.http.pages import as_page, cursor_id
from app.ids import UnknownId, parse, public
from app.shown.bundles import PublicBundle, PublicBundles, public_bundle
from app.shown.certificate_pdf import certificate_pdf
from app.shown.units import (
    BlockAnswer,
    Blocks,
    RetirementAnswer,
    Retirements,
    Transfers,
    block_answer,
    retirement_answer,
    transfer_answer,
)
from app.store.pooling.bundles import list_bundles, read_bundle
from app.store.registry.reading import list_blocks, list_transfers, statistics
from app.store.registry.retiring import list_retirements, read_retirement
from rewards.registry.certificate import key_id, public_key_of

blueprint = Blueprint(
    "registry", __name__, description="What was bundled, issued, handed on and retired."
)

PUBLISHED = frozenset({"noticed", "sealing", "sealed", "issued"})


class PublishedBundle(PublicBundle):  # type: ignore[misc, valid-type]
    """A published bundle with its monitoring report and the blocks made of it."""

    report = plain.Dict(allow_none=True)
    blocks = plain.List(plain.Nested(BlockAnswer))


class Statistics(Schema):
    """Totals of the programme."""

    bundles = plain.Integer(metadata={"description": "Issued ones."})
    reductions = plain.Integer()
    reduction_kg = plain.String(metadata={"format": "decimal"})
    deducted_kg = plain.String(metadata={"format": "decimal"})
    reserve_kg = plain.String(metadata={"format": "decimal"})
    issued_t = plain.String()
    retired_t = plain.String()
    units = plain.List(plain.Dict())


class Keys(Schema):
    """The keys that certificates are signed with."""

    keys = plain.List(plain.Dict())


@blueprint.route("/v1/registry/bundles")
@allow_public
@blueprint.paged
@blueprint.response(200, PublicBundles)
def list_published_bundles() -> Response:
    """Bundles under notice, sealed or issued, newest first."""
    most, before = cursor_id()
    rows = wiring().database.transact(list_bundles, before=before, most=most, published=True)
    return as_page([public_bundle(row) for row in rows])


@blueprint.route("/v1/registry/bundles/<bundle_id>")
@allow_public
@blueprint.response(200, PublishedBundle)
def read_published_bundle(bundle_id: str) -> Response:
    """A published bundle whole: conditions, report, opinion, root, where its mass went."""
    known = parse("bdl", bundle_id)
    row = wiring().database.transact(read_bundle, known)
    if row is None or row["state"] not in PUBLISHED:
        raise UnknownId("No bundle with this id was published.")
    blocks = wiring().database.transact(list_blocks, bundle_id=known)
    return jsonify(
        public_bundle(row)
        | {"report": row["report"], "blocks": [block_answer(each) for each in blocks]}
    )


@blueprint.route("/v1/registry/blocks")
@allow_public
@blueprint.paged
@blueprint.response(200, Blocks)
def list_registry_blocks() -> Response:
    """Blocks of units as they stand, newest first."""
    most, before = cursor_id()
    rows = wiring().database.transact(list_blocks, before=before, most=most)
    return as_page([block_answer(row) for row in rows])


@blueprint.route("/v1/registry/blocks/<block_id>")
@allow_public
@blueprint.response(200, BlockAnswer)
def read_registry_block(block_id: str) -> Response:
    """One block, also one that was split since."""
    known = parse("blk", block_id)
    rows = wiring().database.transact(list_blocks, block_ids=[known], splits=True)
    if not rows:
        raise UnknownId("There is no block with this id.")
    return jsonify(block_answer(rows[0]))


@blueprint.route("/v1/registry/transfers")
@allow_public
@blueprint.paged
@blueprint.response(200, Transfers)
def list_registry_transfers() -> Response:
    """Changes of hands, newest first."""
    most, before = cursor_id()
    rows = wiring().database.transact(list_transfers, before=before, most=most)
    return as_page([transfer_answer(row) for row in rows])


@blueprint.route("/v1/registry/retirements")
@allow_public
@blueprint.paged
@blueprint.response(200, Retirements)
def list_registry_retirements() -> Response:
    """Retirements, newest first."""
    most, before = cursor_id()
    rows = wiring().database.transact(
        list_retirements, enterprise_id=None, before=before, most=most
    )
    return as_page([retirement_answer(row) for row in rows])


@blueprint.route("/v1/registry/retirements/<retirement_id>")
@allow_public
@blueprint.response(200, RetirementAnswer)
def read_registry_retirement(retirement_id: str) -> Response:
    """One retirement."""
    return jsonify(retirement_answer(found_retirement(retirement_id)))


@blueprint.route("/v1/retirements/<retirement_id>/certificate.json")
@allow_public
@blueprint.response(200, Schema)
def read_certificate(retirement_id: str) -> Response:
    """The signed certificate, as it was handed out.

    It proves itself offline: remove `signature`, write the rest as JSON with members sorted by
    name, without spaces and in UTF-8, and check the Ed25519 signature with the key that
    /v1/registry/keys publishes under `key_id`.
    """
    return jsonify(found_retirement(retirement_id)["certificate"])


@blueprint.route("/v1/retirements/<retirement_id>/certificate.pdf")
@allow_public
@blueprint.response(200, Schema, description="A page to print", content_type="application/pdf")
def read_certificate_page(retirement_id: str) -> Response:
    """The certificate as a page to print, with a QR code that leads to the signed text."""
    row = found_retirement(retirement_id)
    name = public("ret", row["retirement_id"])
    url = f"{wiring().settings.base_url}/v1/retirements/{name}/certificate.json"
    return Response(
        certificate_pdf(row["certificate"], url),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )


@blueprint.route("/v1/registry/keys")
@allow_public
@blueprint.response(200, Keys)
def read_registry_keys() -> Response:
    """The public key that certificates are signed with (Ed25519, 32 bytes in base64)."""
    raw = public_key_of(wiring().settings.signing_key)
    named = {"algorithm": "Ed25519", "key_id": key_id(raw)}
    return jsonify({"keys": [named | {"public_key": base64.b64encode(raw).decode()}]})


@blueprint.route("/v1/registry/statistics")
@allow_public
@blueprint.response(200, Statistics)
def read_statistics() -> Response:
    """Totals: what was bundled, issued, held and retired, by methodology, vintage and class."""
    totals, lines = wiring().database.transact(statistics)

    def tonnes(*states: str) -> str:
        return str(sum(line["quantity_t"] for line in lines if line["state"] in states))

    return jsonify(
        {
            "bundles": totals["bundles"],
            "reductions": totals["reductions"],
            "reduction_kg": kg(totals["saved_mg"]),
            "deducted_kg": kg(totals["deducted_mg"]),
            "reserve_kg": kg(totals["reserve_mg"]),
            "issued_t": tonnes("active", "reserved", "retired", "cancelled"),
            "retired_t": tonnes("retired"),
            "units": [
                {
                    "methodology_code": line["methodology"],
                    "vintage": line["vintage"],
                    "unit_class": line["unit_class"],
                    "state": line["state"],
                    "blocks": line["blocks"],
                    "quantity_t": str(line["quantity_t"]),
                }
                for line in lines
            ],
        }
    )


def found_retirement(text: str) -> dict[str, Any]:
    """The retirement of this public id; refuses with UnknownId."""
    known = parse("ret", text)
    row = wiring().database.transact(read_retirement, known)
    if row is None:
        raise UnknownId(f"There is no retirement {public('ret', known)}.")
    return row
