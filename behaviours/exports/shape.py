"""The published shape of a person's export, as JSON Schema (2020-12).

The rows are those of the books, so their part is made of the columns of the books; the rest stands
here. Within a version tables and members are only added: what a reader of a version knows keeps
its name and its meaning. What is taken away, or means something else, makes another version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from behaviours.refusal import UnknownId
from behaviours.rules.schema import DIALECT, Schema, list_of, record

VERSION: Final = 1
FORMAT: Final = f"tanpuhui.export/{VERSION}"

# What a column holds.
ID, MOMENT, DAY, DIGEST = "id", "moment", "day", "digest"
WHOLE, FLAG, WORDS, DOCUMENT = "whole", "flag", "words", "document"

_TEXT: Schema = {"type": "string"}
_DECIMAL: Schema = {"type": "string", "pattern": "^[0-9]+$"}
_SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_TIME: Schema = {"type": "string", "format": "date-time"}
_HEX_ID: Schema = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
_KEY_ID: Schema = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
# JSON keeps whole numbers up to 53 bits; beyond that they stand as text.
_SHAPES: Final[Mapping[str, Schema]] = {
    ID: _HEX_ID,
    MOMENT: _TIME,
    DAY: {"type": "string", "format": "date"},
    DIGEST: {"type": "string", "pattern": "^([0-9a-f]{2})*$"},
    WHOLE: {"type": ["integer", "string"], "pattern": "^-?[0-9]{16,20}$"},
    FLAG: {"type": "boolean"},
    WORDS: _TEXT,
    # What a rule or a form asked for, by names of its own.
    DOCUMENT: {"type": ["object", "array", "string", "number", "boolean", "null"]},
}


class UnknownSchema(UnknownId):
    """There is no such version of the schema."""

    cases = ("schema",)


class ExportedColumn(NamedTuple):
    """A column of the rows: what it holds, whether it may be null, and whether every row has it."""

    name: str
    holds: str
    nullable: bool
    always: bool = True


def check_version(version: str) -> None:
    """Raises UnknownSchema unless exports of this version are described here."""
    if version != str(VERSION):
        raise UnknownSchema("schema")


def export_schema(tables: Mapping[str, Sequence[ExportedColumn]], *, place: str) -> Schema:
    """The schema of an export whose rows are of these tables, by name; ``place`` is where exports
    say that it stands."""
    whole = record(
        {"move": _move()},
        format={"const": FORMAT},
        schema={"const": place},
        id=_public_id("par"),
        exported_at=_TIME,
        rows=record(**{name: list_of(_row(columns)) for name, columns in sorted(tables.items())}),
        inclusions=list_of(_inclusion()),
        signature=_signature(),
    )
    return {
        "$schema": DIALECT,
        "$id": f"urn:tanpuhui:schema:export:{VERSION}",
        "title": "Everything that is kept of a person, signed by who keeps it",
        "description": "Rows stand by the table of the books that they are of; ids and digests are"
        " hexadecimal, times RFC 3339, days ISO 8601 of the programme's zone, `saved_mg`"
        " milligrams CO2e. Whole numbers beyond 53 bits are text.",
        **whole,
    }


def _row(columns: Sequence[ExportedColumn]) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [each.name for each in columns if each.always],
        "properties": {each.name: _value(each) for each in columns},
    }


def _value(column: ExportedColumn) -> Schema:
    shape = _SHAPES[column.holds]
    if not column.nullable or column.holds == DOCUMENT:
        return shape
    return {"anyOf": [shape, {"type": "null"}]}


def _public_id(prefix: str) -> Schema:
    return {"type": "string", "pattern": f"^{prefix}_[0-9a-f]{{32}}$"}


def _signature() -> Schema:
    return record(algorithm=_TEXT, key_id=_KEY_ID, public_key=_TEXT, value=_TEXT, jws=_TEXT)


def _move() -> Schema:
    """To which installation the person takes the record, until when, and what proves them."""
    return record(
        id=_HEX_ID, audience=_KEY_ID, asked_at=_TIME, expires_at=_TIME, identity_proof=_SHA256
    )


def _inclusion() -> Schema:
    node = record(digest=_SHA256, sum_mg=_DECIMAL)
    leaf = record(salt=_HEX_ID, action_id=_HEX_ID, saved_mg=_DECIMAL, digest=_SHA256)
    proof = record(
        algorithm=_TEXT, leaf=leaf, index=_COUNT, leaves=_COUNT, siblings=list_of(node), root=node
    )
    offset: Schema = {
        **record(to=_DECIMAL),
        "required": ["from", "to"],
        "properties": {"from": _DECIMAL, "to": _DECIMAL},
    }
    block = record(
        id=_public_id("blk"),
        state=_TEXT,
        serial=_TEXT,
        first_number=_DECIMAL,
        last_number=_DECIMAL,
        quantity_t=_DECIMAL,
        vintage=_COUNT,
        unit_class=_TEXT,
    )
    return record(
        action_id=_public_id("act"),
        bundle_id=_public_id("bdl"),
        offset_mg=offset,
        proof=proof,
        blocks=list_of(block),
        how_to_verify=_TEXT,
        signature=_signature(),
    )
