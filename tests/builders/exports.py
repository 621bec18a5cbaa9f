"""Exports of people, held against the schema that the installation itself publishes."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from jsonschema import Draft202012Validator

from tests.builders.people import Http


def published_schema(http: Http) -> dict[str, Any]:
    """The schema at the address that exports name."""
    answer = http.get("/v1/schemas/export/1")
    assert answer.status_code == 200, answer.text
    schema: dict[str, Any] = answer.json
    Draft202012Validator.check_schema(schema)
    return schema


def exported(http: Http, token: str) -> dict[str, Any]:
    """What the person takes along, which is as its schema says."""
    answer = http.get("/v1/me/export", token=token)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json
    assert document["schema"] == "/v1/schemas/export/1"
    assert faults(document, published_schema(http)) == []
    return document


def faults(document: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    """What is wrong with a document, by its place."""
    checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{each.json_path}: {each.message}" for each in checker.iter_errors(document)]


def with_one_member_more(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The document, each time with an unknown member in one of its places that are not free.

    Of every list only the first row: all of a list have one shape. What a rule or a form asked for
    by names of its own (evidence, quantities, calculations) is free.
    """
    for path in _places(document, ()):
        changed = deepcopy(document)
        at: Any = changed
        for step in path:
            at = at[step]
        at["nobody_knows_this"] = 1
        yield "/".join(map(str, path)), changed


def _places(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, list) and value:
        yield from _places(value[0], (*path, 0))
    if not isinstance(value, dict):
        return
    yield path
    in_a_row = len(path) == 3 and path[0] == "rows"
    for name, each in value.items():
        if not in_a_row:
            yield from _places(each, (*path, name))
