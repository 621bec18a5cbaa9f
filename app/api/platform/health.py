"""Whether the process lives, whether it can work, and what it has measured."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from app.auth import allow_public

blueprint = Blueprint("health", __name__)


@blueprint.get("/livez")
@allow_public
def livez() -> dict[str, Any]:
    """The process answers; nothing else is asked."""
    return {"status": "ok"}
