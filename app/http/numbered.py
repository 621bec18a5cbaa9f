"""The body of a step of a thing that is numbered within another one."""

from __future__ import annotations

from typing import ClassVar, TypedDict

from marshmallow import fields as plain
from marshmallow.validate import Range as Between

from app.http.fields import Strict
from behaviours.json_value import JsonObject


class Numbered(Strict):
    """Which it is, of those that are counted from 1."""

    EXAMPLE: ClassVar[JsonObject] = {"number": 1}

    number = plain.Integer(required=True, strict=True, validate=Between(min=1, max=100_000))


class SentNumber(TypedDict):
    """As ``Numbered`` loads it."""

    number: int
