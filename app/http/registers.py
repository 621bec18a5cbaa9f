"""Registers as files: the rows that a route lists, and the file that it takes in, in one form.

A row of a file is loaded by the schema of the route's own body, so a register takes by file what it
takes one by one, and refuses it with the same words, at ``/rows/3/kinds``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any, Final, NamedTuple, TypeAlias, TypedDict

from flask import Response, request
from marshmallow import Schema, fields as plain
from marshmallow.fields import Field

from app.files.register_file import (
    BETWEEN,
    CSV,
    FORMATS,
    MOST_ROWS,
    YAML,
    RegisterRow,
    read_register,
    write_register,
)
from app.http.blueprint import Blueprint, load
from app.http.body import WrongMediaType, check_coding, whole_body
from app.http.current import wiring
from app.http.faults import Fault, ValidationFailed
from app.http.fields import Strict
from app.http.once import once
from app.http.validators import OneOf
from app.wiring import Wiring
from behaviours.document import Tree
from behaviours.json_value import JsonObject
from behaviours.refusal import Refusal

MEDIA: Final = {CSV: "text/csv", YAML: "application/yaml"}
FORM_OF: Final = {
    "text/csv": CSV,
    "application/yaml": YAML,
    "application/x-yaml": YAML,
    "text/yaml": YAML,
}
_TRUTH: Final = {"true": True, "false": False}


class Register(NamedTuple):
    """A register: its name, the schema of a row, and columns that only tell."""

    name: str
    schema: Schema
    told: frozenset[str] = frozenset()


# The rows of a register as they stand in a file, read as it is sent, and its columns.
Shown: TypeAlias = tuple[Iterator[JsonObject], list[str]]
Reader: TypeAlias = Callable[[Wiring], Shown]


class RegisterForm(Strict):
    """In which form the file is wanted."""

    format = plain.String(
        load_default=CSV, validate=OneOf(FORMATS), metadata={"enum": list(FORMATS)}
    )


class WantedForm(TypedDict):
    """As ``RegisterForm`` loads it."""

    format: str


class TakenAnswer(Schema):
    """How many rows of the file stand in the register now, those that stood there before too."""

    rows = plain.Integer()


def documented_file(register: Register, example: str) -> Mapping[str, object]:
    """The request body, for the documentation of a route that takes a register's file."""
    shown = {"schema": {"type": "string"}, "example": example}
    names = ", ".join(name for name in register.schema.fields)
    return {
        "required": True,
        "description": f"At most {MOST_ROWS} rows; columns or members: {names}.",
        "content": dict.fromkeys(MEDIA.values(), shown),
    }


def exported(
    blueprint: Blueprint,
    register: Register,
    what: str,
    *,
    to: Callable[[Callable[..., Any]], Callable[..., Any]],
) -> Callable[[Reader], Reader]:
    """Let those whom ``to`` admits have the register as a file, in the form that is wanted.

    The reader makes its rows and columns of the parts; it stays itself, for the command line.
    ``what`` they are stands in the contract.
    """
    route = blueprint.route(f"/v1/{register.name}/export", methods=["GET"])
    asking = blueprint.arguments(RegisterForm, location="query")
    answered = blueprint.response(
        200, content_type=MEDIA[CSV], description=f"{what} as a file, CSV or YAML"
    )

    def export(read: Reader) -> Reader:
        # Named and told as the reader is; what it takes and answers are its own.
        @wraps(read, assigned=("__module__", "__name__", "__qualname__", "__doc__"))
        def answering(wanted: WantedForm) -> Response:
            return file_answer(register, *read(wiring()), wanted["format"])

        del answering.__wrapped__
        route(to(asking(answered(answering))))
        return read

    return export


def takes_file(
    blueprint: Blueprint, register: Register, example: str
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Document a view that takes in the register's file, whole or not at all."""
    sent = blueprint.doc(requestBody=documented_file(register, example))
    answered = blueprint.response(201, TakenAnswer)

    def document(view: Callable[..., Any]) -> Callable[..., Any]:
        return sent(answered(view))

    return document


def file_answer(
    register: Register, rows: Iterable[JsonObject], columns: Sequence[str], form: str
) -> Response:
    """The register as a file to keep, sent as its rows are read."""
    response = Response(write_register(rows, columns, form), content_type=MEDIA[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{register.name}.{form}"'
    return response


def rows_taken(stand: Sequence[object]) -> JsonObject:
    """The answer to a file: how many of its rows stand in the register."""
    return {"rows": len(stand)}


# Takes the rows of a file in by a verb that answers those that stand then.
take_rows: Final = once(rows_taken, status=201, required=False)


def sent_rows(register: Register) -> list[Any]:
    """What the register's schema loads from each row of the body, all of them or none.

    Raises UNSUPPORTED_MEDIA_TYPE, RegisterFileWrong, INVALID_DOCUMENT and VALIDATION_FAILED.
    """
    form = FORM_OF.get(request.mimetype)
    if form is None:
        raise WrongMediaType
    check_coding()
    return loaded(register, read_register(whole_body(), form))


def loaded(register: Register, rows: Sequence[RegisterRow]) -> list[Any]:
    """What the schema loads from rows of texts; refuses with every fault of every row."""
    read, faults = [], list[Fault]()
    for at, row in enumerate(rows):
        said = {name: value for name, value in row.said.items() if name not in register.told}
        try:
            read.append(load(register.schema, typed(register.schema, said)))
        except ValidationFailed as failed:
            faults += [each._replace(pointer=f"/rows/{at}{each.pointer}") for each in failed.faults]
    if faults:
        raise ValidationFailed(faults)
    return read


def at_row(refusal: Refusal, members: str) -> Refusal:
    """A verb's refusal of one of a list of ``members``, at its row of the file."""
    refusal.pointer = refusal.pointer.replace(f"/{members}/", "/rows/", 1)
    return refusal


def typed(schema: Schema, said: dict[str, Tree]) -> JsonObject:
    """Texts as the schema's fields want them: numbers, yes and no, and lists of texts.

    What is none stays the text, for the schema to refuse.
    """
    known = {field.data_key or name: field for name, field in schema.fields.items()}
    return dict(_members(known, said))


def _members(known: dict[str, Field[Any]], said: dict[str, Tree]) -> Iterator[tuple[str, Any]]:
    for name, value in said.items():
        yield name, _typed(known.get(name), value)


def _typed(field: Field[Any] | None, value: Tree) -> Any:
    if isinstance(field, plain.Nested) and isinstance(value, dict):
        return typed(field.schema, value)
    if isinstance(field, plain.List):
        return [_typed(field.inner, each) for each in _each(value)]
    if not isinstance(value, str):
        return value
    if isinstance(field, plain.Integer) and value.isascii() and value.isdigit():
        return int(value)
    if isinstance(field, plain.Boolean):
        return _TRUTH.get(value, value)
    return value


def _each(value: Tree) -> list[Tree]:
    if isinstance(value, list):
        return value
    if isinstance(value, str):
        return [each.strip() for each in value.split(BETWEEN)]
    return [value]
