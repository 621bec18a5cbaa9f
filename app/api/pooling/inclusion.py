"""Proof of where my reduction went."""

from __future__ import annotations

from flask import Response, jsonify
from marshmallow import Schema, fields as plain

from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.current import asking_participant, wiring
from app.ids import parse
from app.shown.inclusions import inclusion_shown
from app.shown.units import Units
from app.usecases.pooling.prove_inclusion import prove_inclusion

blueprint = Blueprint("inclusion", __name__, description="Proof that an action is in a bundle.")


class Leaf(Schema):
    """What the leaf hides: SHA-256(0x00 ‖ salt ‖ action id ‖ saved_mg, 8 bytes big-endian)."""

    salt = plain.String()
    action_id = plain.String()
    saved_mg = plain.String(metadata={"example": "46000"})
    digest = plain.String()


class TreeNode(Schema):
    """A node beside the way to the root, and the milligrams below it."""

    digest = plain.String()
    sum_mg = plain.String()


class Proof(Schema):
    """An inclusion proof in a sum tree of RFC 6962's shape."""

    algorithm = plain.String(metadata={"example": "tanpuhui-sum-tree-sha256-v1"})
    leaf = plain.Nested(Leaf)
    index = plain.Integer()
    leaves = plain.Integer()
    siblings = plain.List(plain.Nested(TreeNode))
    root = plain.Nested(TreeNode)


class BlockOf(Units):
    """A block made of the bundle, and what became of it."""

    id = plain.String()
    state = plain.String()


class InclusionAnswer(Schema):
    """Where a reduction lies in a sealed bundle."""

    action_id = plain.String()
    bundle_id = plain.String()
    offset_mg = plain.Dict(
        metadata={
            "description": "The part of the bundle's total that is mine, `to` not included. Units"
            " are made of the bundle as a whole, so no serial is mine alone.",
            "example": {"from": "1000000", "to": "1046000"},
        }
    )
    proof = plain.Nested(Proof)
    blocks = plain.List(plain.Nested(BlockOf))
    how_to_verify = plain.String()
    signature = plain.Dict(
        metadata={"description": "By the registry, over all other members, as of certificates."}
    )


@blueprint.route("/v1/me/actions/<action_id>/inclusion")
@allow("participant", by_word=True)
@blueprint.response(200, InclusionAnswer)
def read_inclusion(action_id: str) -> Response:
    """Prove that my reduction is in a sealed bundle, and show what the bundle became."""
    known = parse("act", action_id)
    found = wiring().database.transact(prove_inclusion, asking_participant(), known)
    return jsonify(inclusion_shown(found, wiring().settings.signing_key))
