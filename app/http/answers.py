"""Finished answers: JSON as orjson writes it."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response


def json_answer(body: Any, status: int = 200) -> Response:
    """``body`` as the answer to this request."""
    return Response(orjson.dumps(body), status=status, content_type="application/json")
