"""What the contract shows of answers was really answered, and fits what it says of them now."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from app.http.answer_examples import stored_examples
from app.http.openapi import contract
from tests.contracts.sources import expect_none

JSON = "application/json"
# Answers that no run of the tests was listened to for yet (see tests/builders/recorded_answers.py);
# there are never more of them, and the aim is none.
AWAITED = 319


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    return json.loads(json.dumps(contract(app)))


def answers(document: dict[str, Any]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """(operation, status, content type, what is said of it) of every answer with a body."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if isinstance(operation, dict) and "responses" in operation:
                for status, answer in operation["responses"].items():
                    if status.startswith("2"):
                        for media, said in answer.get("content", {}).items():
                            yield f"{method.upper()} {path}", status, media, said


def test_each_fits_the_schema_of_its_answer(document: dict[str, Any]) -> None:
    whole = DRAFT202012.create_resource(document)
    registry: Registry[Any] = Registry().with_resource("urn:contract", whole)
    faults = []
    for name, status, media, said in answers(document):
        if "example" in said:
            told = json.dumps(said["schema"]).replace('"#/', '"urn:contract#/')
            check = Draft202012Validator(json.loads(told), registry=registry)
            faults += [
                f"{name} {status} {media}: {each.json_path}: {each.message[:150]}"
                for each in check.iter_errors(said["example"])
            ]
    expect_none("Examples that no answer is like any more", faults)


def test_each_belongs_to_an_answer_that_there_is(document: dict[str, Any]) -> None:
    there = {(name, status, media) for name, status, media, _ in answers(document)}
    kept = {
        (name, status, example["content_type"])
        for name, by_status in stored_examples().items()
        for status, example in by_status.items()
    }
    expect_none("Examples of no answer", sorted(map(str, kept - there)))


def test_operations_without_one_never_become_more(
    document: dict[str, Any],
) -> None:
    shown = {name for name, _, media, said in answers(document) if "example" in said}
    asked = {name for name, _, media, _ in answers(document) if media == JSON}
    without = sorted(asked - shown)
    assert len(without) <= AWAITED, "\n".join(without)


def test_no_token_is_shown_whole() -> None:
    assert not re.search(r"eyJ[\w-]+\.eyJ", json.dumps(stored_examples()))
