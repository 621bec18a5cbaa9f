"""Examples of answers: what the application really answered to the tests.

They lie beside this file, and ``tests/builders/recorded_answers.py`` puts them there.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, TypedDict

from behaviours.json_value import Json

# A part of a rule that is filled in, perhaps by a converter of Flask's.
_PLACE = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
EXAMPLES = Path(__file__).with_name("examples")


class AnswerExample(TypedDict):
    """One answer: its type, and its body with the first rows of each list."""

    content_type: str
    example: Json


def operation_name(method: str, rule: str) -> str:
    """The name of an operation, as ``GET /v1/actions/{action_id}``."""
    path = _PLACE.sub(r"{\1}", rule)
    return f"{method.upper()} {path}"


def stored_examples() -> dict[str, dict[str, AnswerExample]]:
    """The answers of each operation by status."""
    found: dict[str, dict[str, AnswerExample]] = {}
    for file in sorted(EXAMPLES.glob("*.json")):
        found |= json.loads(file.read_text(encoding="utf-8"))
    return found


def with_answers(paths: Any) -> Any:
    """The operations of a contract, each answer with what was really answered; others stay."""
    stored = stored_examples()
    return {
        path: {
            method: _with_answer(operation, stored.get(operation_name(method, path), {}))
            for method, operation in operations.items()
        }
        for path, operations in paths.items()
    }


def _with_answer(operation: Any, stored: dict[str, AnswerExample]) -> Any:
    if not stored or "responses" not in operation:
        return operation
    answers = dict(operation["responses"])
    for status, kept in stored.items():
        content = answers.get(status, {}).get("content", {})
        if kept["content_type"] in content:
            shown = {**content[kept["content_type"]], "example": kept["example"]}
            answers[status] = {
                **answers[status],
                "content": {**content, kept["content_type"]: shown},
            }
    return {**operation, "responses": answers}
