"""Making good what a suspended bundle is short of, with units that are cancelled for it."""

from __future__ import annotations

from typing import ClassVar, NotRequired, TypedDict
from uuid import UUID

from flask import Response

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import ClientReference, PublicId, Strict, Tonnes
from app.http.once import lasting_reference, once
from app.http.pages import read_one, read_page
from app.ids import parse
from app.shown.replacements import ReplacementAnswer, Replacements, replacement_answer
from app.usecases.pooling.ask_replacement import ask_replacement
from app.usecases.pooling.read_replacement import read_replacement
from app.usecases.pooling.read_replacements import read_replacements
from app.usecases.pooling.sign_replacement import sign_replacement
from app.usecases.pooling.withdraw_replacement import withdraw_replacement
from behaviours.json_value import JsonObject
from rewards.pooling.bundle import REPLACE, roles_for
from rewards.registry.replacement import Replacement
from rewards.signing import ROLES

blueprint = Blueprint(
    "replacements", __name__, description="Units that are cancelled for what was taken back."
)


class ReplacementBody(Strict):
    """Which units are given; whole tonnes of one block."""

    EXAMPLE: ClassVar[JsonObject] = {
        "block_id": "blk_0199b2c3d4e57f0080000000000000aa",
        "quantity_t": "2",
    }

    block_id = PublicId("blk", required=True)
    quantity_t = Tonnes(required=True, metadata={"example": "2"})
    client_reference = ClientReference()


class SentReplacement(TypedDict):
    """As ``ReplacementBody`` loads it."""

    block_id: UUID
    quantity_t: int
    client_reference: NotRequired[str]


@blueprint.route("/v1/bundles/<bundle_id>/replacements", methods=["POST"])
@allow(*roles_for(REPLACE), step="replacement.offer")
@blueprint.arguments(ReplacementBody, keyed=True)
@blueprint.response(202, ReplacementAnswer)
@blueprint.alt_response(201, schema=ReplacementAnswer, description="Asked before, and done since")
def offer_replacement(body: SentReplacement, bundle_id: str) -> Response:
    """Offer units for what a suspended bundle is short of.

    An enterprise offers its own; an operator or an authority offers the programme's and has signed
    with it. Nothing is taken before an operator and an authority have both signed: until then the
    holder may do with the units what it likes, or take the offer back; and after as many days as
    the programme says (`lapses_at`) nobody can sign it any more.

    What fits: whole tonnes that are active, not promised and covered themselves; of the same class
    or a better one (every use that the short units permit, and figures that enter it at least as
    strictly); of the same vintage or a later one; and no more tonnes than the bundle is short of,
    rounded up.
    """
    return once(replacement_answer, status=_status)(
        ask_replacement,
        parse("bdl", bundle_id),
        block_id=body["block_id"],
        quantity_t=body["quantity_t"],
        viewer=caller().viewer,
        client_reference=lasting_reference(body.get("client_reference")),
        clock=wiring().clock,
    )


@blueprint.route("/v1/bundles/<bundle_id>/replacements")
@allow(*roles_for(REPLACE))
@blueprint.lists(Replacements)
def list_replacements(bundle_id: str) -> Response:
    """What was offered for a bundle, newest first; an enterprise sees its own."""
    return read_page(
        replacement_answer, read_replacements, parse("bdl", bundle_id), viewer=caller().viewer
    )


@blueprint.route("/v1/replacements/<replacement_id>")
@allow(*roles_for(REPLACE))
@blueprint.response(200, ReplacementAnswer)
def read_one_replacement(replacement_id: str) -> Response:
    """A replacement as it stands."""
    return read_one(
        replacement_answer, read_replacement, parse("rpl", replacement_id), viewer=caller().viewer
    )


@blueprint.route("/v1/replacements/<replacement_id>/sign", methods=["POST"])
@allow(*reversed(ROLES), step="replacement.replace")
@blueprint.keyed
@blueprint.signed(201, ReplacementAnswer)
def sign_one_replacement(replacement_id: str) -> Response:
    """Sign a replacement; the second signature, of the other role, cancels the units.

    They are cancelled for good, the carbon book has a posting for them, and as many suspended
    units of the bundle go on where they were. A bundle that is short of nothing any more is
    `issued` again. Whoever holds, used or bought its units gets a notice.
    """
    return once(replacement_answer, status=_status)(
        sign_replacement,
        parse("rpl", replacement_id),
        signed_for=wiring().programme.signed_for,
        **by_caller(),
    )


@blueprint.route("/v1/replacements/<replacement_id>/withdraw", methods=["POST"])
@allow(*roles_for(REPLACE), step="replacement.withdraw")
@blueprint.keyed
@blueprint.response(200, ReplacementAnswer)
def withdraw_one_replacement(replacement_id: str) -> Response:
    """Take back an offer, as long as not everybody has signed it.

    The enterprise takes back its own, an operator or an authority the programme's. Nobody can sign
    it any more; whoever wants to give the units all the same offers them again, with another
    `client_reference`. What everybody has signed is done: the units are cancelled for good.
    """
    return once(replacement_answer, status=200)(
        withdraw_replacement,
        parse("rpl", replacement_id),
        signed_for=wiring().programme.signed_for,
        **by_caller(),
    )


def _status(found: Replacement) -> int:
    return 201 if found.posting_id else 202
