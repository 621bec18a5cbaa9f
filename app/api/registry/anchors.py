"""Closed days of the books: whoever keeps a copy sees later whether a row was touched."""

from __future__ import annotations

from datetime import date

import orjson
from flask import Response, jsonify
from marshmallow import Schema, fields as plain

from app.auth import allow_public
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Moment
from app.http.pages import limit_and_cursor, page
from app.usecases.registry.read_all_anchors import read_all_anchors
from app.usecases.registry.read_anchor import read_anchor
from app.usecases.registry.read_anchors import read_anchors
from rewards.ledger.anchor import BOOKS, BOOKS_OF

blueprint = Blueprint(
    "anchors", __name__, description="Closed days of the books: counts, sums, roots and chains."
)

_HASH = {"description": "32 bytes in hexadecimals.", "example": "9f" * 32}


class BookOfDayAnswer(Schema):
    """A book on a closed day: how many rows, the sum of their amounts, their Merkle root."""

    book = plain.String(metadata={"enum": list(BOOKS)})
    unit = plain.String(metadata={"description": "Of the sum.", "enum": sorted({*BOOKS.values()})})
    count = plain.String(metadata={"example": "31416"})
    sum = plain.String(metadata={"example": "-12"})
    root = plain.String(metadata=_HASH)
    previous = plain.String(metadata=_HASH)
    chain = plain.String(
        metadata={"description": "SHA-256 of previous, book, day, count, sum and root."}
    )


class AnchorSignature(Schema):
    """By the key that /v1/registry/keys publishes under this id."""

    algorithm = plain.String(metadata={"enum": ["Ed25519"]})
    key_id = plain.String()
    public_key = plain.String(metadata={"description": "Its 32 bytes in base64."})
    value = plain.String(
        metadata={"description": "Over the day without its `signature` (RFC 8785), in base64."}
    )
    jws = plain.String(metadata={"description": "The same as one text (RFC 7515), with the day."})


class AnchorAnswer(Schema):
    """A closed civil day, signed."""

    format = plain.String(metadata={"enum": list(BOOKS_OF)})
    day = plain.String(metadata={"format": "date", "example": "2026-07-01"})
    zone = plain.String(metadata={"example": "Asia/Shanghai"})
    starts_at = Moment()
    ends_at = Moment()
    books = plain.List(plain.Nested(BookOfDayAnswer))
    not_kept = plain.List(
        plain.String(), metadata={"description": "What has no rows in this release."}
    )
    signature = plain.Nested(AnchorSignature)


@blueprint.route("/v1/registry/anchors")
@allow_public
@blueprint.lists(AnchorAnswer, "Anchors")
def list_anchors() -> Response:
    """Closed days, the last one first. A day is closed an hour or more after its end, for good."""
    most, cursor = limit_and_cursor()
    before = date.fromisoformat(cursor) if cursor else None
    found = wiring().database.transact(read_anchors, before=before, most=most + 1)
    return jsonify(page(found, lambda anchor: anchor["day"]))


@blueprint.route("/v1/registry/anchors/<day>")
@allow_public
@blueprint.response(200, AnchorAnswer)
def read_closed_day(day: str) -> Response:
    """One closed day, as it was signed.

    The chain of each book is SHA-256 of the previous chain, the book's name, the day, the count
    (8 bytes), the sum (16 bytes) and the root, so that no earlier day can be changed without every
    later chain. `tanpuhui verify --anchors` compares a copy of the database with it.
    """
    return jsonify(wiring().database.transact(read_anchor, day))


@blueprint.route("/v1/registry/anchors.jsonl")
@allow_public
@blueprint.response(200, content_type="application/jsonl", description="One signed day a line")
def read_anchor_file() -> Response:
    """Every closed day in order, a line each: the file to keep somewhere else."""
    days = wiring().database.transact(read_all_anchors)
    return Response(
        b"".join(orjson.dumps(day) + b"\n" for day in days),
        content_type="application/jsonl; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="anchors.jsonl"'},
    )
