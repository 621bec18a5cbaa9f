"""The leaves of sealed bundles: everybody adds them up to the root that was published."""

from __future__ import annotations

from typing import TypedDict

from flask import Response
from marshmallow import fields as plain

from app.auth import allow_public
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Strict
from app.http.validators import Between
from app.ids import parse, public
from app.usecases.pooling.read_leaves import read_leaves

blueprint = Blueprint("leaves", __name__, description="What a sealed bundle is the sum of.")

MEDIA = "text/csv; charset=utf-8; header=absent"
MOST_LEAVES = 2**40


class FirstLeaf(Strict):
    """Where to go on."""

    first = plain.Integer(
        data_key="from",
        load_default=0,
        validate=Between(0, MOST_LEAVES),
        metadata={"description": "The number of the first leaf, as `Link` of the last part says."},
    )


class WantedLeaves(TypedDict):
    """As ``FirstLeaf`` loads it."""

    first: int


@blueprint.route("/v1/registry/bundles/<bundle_id>/leaves")
@allow_public
@blueprint.arguments(FirstLeaf, location="query")
@blueprint.response(
    200, content_type="text/csv", description="Digest and milligrams, a leaf a line"
)
def list_leaves(wanted: WantedLeaves, bundle_id: str) -> Response:
    """The leaves of a sealed bundle in their order, up to 65,536 of them; `Link` leads on.

    A line is the SHA-256 of a leaf in hexadecimal, a comma, and its milligrams. A node is
    SHA-256(0x01, left digest, left milligrams, right digest, right milligrams), milligrams as 8
    bytes, big-endian; a tree of n leaves splits at the largest power of two below n (RFC 6962,
    section 2.1). The last node is the bundle's `root`, and the milligrams add up to its
    `total_mg`: what the verifier deducted, the reserve and what is carried is told from there.
    """
    part = wiring().database.transact(read_leaves, parse("bdl", bundle_id), first=wanted["first"])
    answer = Response(b"".join(part.lines()), content_type=MEDIA)
    answer.headers["X-Total-Count"] = str(part.leaves)
    if part.next is not None:
        here = f"/v1/registry/bundles/{public('bdl', part.bundle_id)}/leaves"
        answer.headers["Link"] = f'<{here}?from={part.next}>; rel="next"'
    return answer
