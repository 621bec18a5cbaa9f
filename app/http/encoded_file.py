"""A file within a JSON body, in base64."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from marshmallow import fields as plain

from app.http.fields import Plain, Strict, refuse
from app.http.validators import OneOf
from behaviours.file_forms import PNG
from behaviours.json_value import JsonObject
from behaviours.paper_formats import FORMATS

# A picture of one pixel, for examples.
PIXEL: Final[JsonObject] = {
    "media_type": PNG,
    "content": (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
        "rkJggg=="
    ),
}


class EncodedFile(Plain):
    """Base64 (RFC 4648, section 4) ↔ bytes."""

    def read(self, value: Any) -> bytes:
        if not isinstance(value, str):
            refuse("WRONG_TYPE", "string")
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            refuse("NOT_BASE64")


class EncodedBody(Strict):
    """A document in base64, in the format that it is said to have."""

    media_type = plain.String(
        required=True, validate=OneOf(FORMATS), metadata={"enum": list(FORMATS)}
    )
    content = EncodedFile(required=True, metadata={"format": "byte"})
