"""What a route is given is what its schema loads: names, presence and types, told once more."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import datetime
from types import NoneType, UnionType
from typing import (
    Any,
    NotRequired,
    Required,
    TypedDict,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import pytest
from marshmallow import Schema, fields, missing

from app.api.organisations.tokens import RevokeRequest, SentGrant, SentToken, TokenRequest
from app.api.recording.action_body import ActionBody, SentAction
from app.http.fields import Line, Moment, Money, Plain, Strict
from app.tokens import Caller
from behaviours import json_value
from tests.contracts.sources import expect_at_most, expect_none

# How many routes take a body or a query without saying its type.
ROUTES_TO_TYPE = 0
# Schemas that a route loads by itself, because its body comes in more than one way.
LOADED_BY_HAND: tuple[tuple[type[Schema], Any], ...] = (
    (TokenRequest, SentGrant),
    (RevokeRequest, SentToken),
    (ActionBody, SentAction),
)
# What marshmallow's own fields load; ours say it by what their readers return.
LOADED: dict[type[fields.Field[Any]], type] = {
    fields.Boolean: bool,
    fields.Integer: int,
    fields.String: str,
}


def given(app) -> Iterator[tuple[str, Schema, Any]]:
    """(route, schema, annotation) of every body and query that a view is given."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        documented = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", [])
        # The decorator nearest to the view was the first, and gives the last argument.
        schemas = [each["schema"] for each in documented if isinstance(each["schema"], Schema)]
        schemas.reverse()
        plain = inspect.unwrap(view)
        names = [name for name in inspect.signature(plain).parameters if name not in rule.arguments]
        notes = hints(plain) if names else {}
        # Who is in is told by the session, and by no schema.
        names = [name for name in names if notes[name] is not Caller]
        if names:
            assert len(names) == len(schemas), f"{rule.endpoint} is given {names}"
            for name, schema in zip(names, schemas, strict=True):
                yield f"{rule.rule} ({rule.endpoint})", schema, notes[name]


def hints(of: Any, *, extras: bool = False) -> dict[str, Any]:
    return get_type_hints(of, localns={"Json": json_value.Json}, include_extras=extras)


def always_there(shape: Any) -> set[str]:
    # Annotations are texts at first, so that the class itself does not see what they mark.
    marked = {name: get_origin(note) for name, note in hints(shape, extras=True).items()}
    return {
        name
        for name, mark in marked.items()
        if mark is not NotRequired and (mark is Required or name in shape.__required_keys__)
    }


def differences(schema: Schema, shape: Any, at: str) -> Iterator[str]:
    """Where the TypedDict ``shape`` is not what ``schema`` loads."""
    if not hasattr(shape, "__required_keys__"):
        yield f"{at}: {shape} names no members"
        return
    loaded = {field.attribute or name: field for name, field in schema.load_fields.items()}
    notes = hints(shape)
    for name in sorted(loaded.keys() ^ notes.keys()):
        yield f"{at}.{name} is in {'the schema' if name in loaded else shape.__name__} alone"
    for name in sorted(loaded.keys() & notes.keys()):
        field = loaded[name]
        always = field.required or field.load_default is not missing
        if always != (name in always_there(shape)):
            yield f"{at}.{name} {'is always there' if always else 'may be missing'}"
        yield from mistyped(field, notes[name], f"{at}.{name}")


def mistyped(field: fields.Field[Any], note: Any, at: str) -> Iterator[str]:
    options = set(get_args(note)) if get_origin(note) in (Union, UnionType) else {note}
    if (NoneType in options) != (field.allow_none or field.load_default is None):
        yield f"{at} {'is never' if NoneType in options else 'may be'} null"
    (note, *others) = options - {NoneType}
    if others:
        yield f"{at} is of one type only, not {note}"
    elif isinstance(field, fields.List):
        inner = get_args(note) if get_origin(note) is list else ()
        if not inner:
            yield f"{at} is a list, not {note}"
        else:
            yield from mistyped(field.inner, inner[0], f"{at}[]")
    elif isinstance(field, fields.Nested) and not isinstance(field, Money):
        yield from differences(field.schema, note, at)
    elif isinstance(field, fields.Dict):
        if not issubclass(get_origin(note) or NoneType, json_value.Mapping):
            yield f"{at} is an object, not {note}"
    elif note != loads(field):
        yield f"{at} is {loads(field)}, not {note}"


def loads(field: fields.Field[Any]) -> Any:
    if isinstance(field, Plain):
        return hints(type(field).read)["return"]
    if isinstance(field, Money):
        return hints(type(field)._deserialize)["return"]
    return next(made for kind, made in LOADED.items() if isinstance(field, kind))


def test_a_route_says_what_its_schema_loads(app):
    found: dict[str, list[str]] = {}
    for route, schema, shape in given(app):
        for each in differences(schema, shape, type(schema).__name__):
            found.setdefault(route, []).append(each)
    told = [f"{route}: {'; '.join(each)}" for route, each in sorted(found.items())]
    expect_at_most(ROUTES_TO_TYPE, "Routes whose body is not what their schema loads", told)


def test_what_is_loaded_by_hand_has_the_same_types():
    found = [
        each
        for schema, shape in LOADED_BY_HAND
        for each in differences(schema(), shape, schema.__name__)
    ]
    expect_none("Bodies that are not what their schema loads", found)


class _PersonBody(Strict):
    name = Line(required=True)
    born = Moment(allow_none=True)
    fee = Money(data_key="cost", load_default=0)
    friends = fields.List(Line(), attribute="circle")


class _Person(TypedDict):
    name: str
    born: NotRequired[datetime | None]
    fee: int
    circle: NotRequired[list[str]]


class _Nameless(TypedDict):
    born: NotRequired[datetime | None]
    fee: int
    circle: NotRequired[list[str]]


class _Unborn(TypedDict):
    name: str
    born: datetime | None
    fee: int
    circle: NotRequired[list[str]]


class _Undated(TypedDict):
    name: str
    born: NotRequired[str | None]
    fee: int
    circle: NotRequired[list[str]]


class _Friends(TypedDict):
    name: str
    born: NotRequired[datetime]
    fee: int
    circle: NotRequired[list[int]]


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (_Person, []),
        (_Nameless, ["P.name is in the schema alone"]),
        (_Unborn, ["P.born may be missing"]),
        (_Undated, [f"P.born is {datetime}, not {str}"]),
        (_Friends, ["P.born may be null", f"P.circle[] is {str}, not {int}"]),
        (dict[str, Any], ["P: dict[str, typing.Any] names no members"]),
    ],
)
def test_a_type_that_drifts_from_its_schema_is_seen(shape, said):
    assert list(differences(_PersonBody(), shape, "P")) == said
