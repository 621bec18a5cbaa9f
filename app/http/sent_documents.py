"""Documents that come in a body: YAML as a text, or the same as JSON."""

from __future__ import annotations

from typing import Any, NamedTuple

from app.http.fields import Plain, refuse
from behaviours.json_value import JsonObject

LARGEST_DOCUMENT = 262_144


class SentDocument(NamedTuple):
    """A document as it came: YAML, or the same as JSON."""

    content: str | JsonObject


class WholeDocument(Plain):
    """A document: YAML as a string, or a JSON object. Of a rule every figure is a text."""

    def read(self, value: Any) -> SentDocument:
        if not isinstance(value, str | dict) or not value:
            refuse("WRONG_TYPE", "rule")
        if isinstance(value, str) and len(value) > LARGEST_DOCUMENT:
            refuse("LENGTH", "characters", least=1, most=LARGEST_DOCUMENT)
        return SentDocument(value)
