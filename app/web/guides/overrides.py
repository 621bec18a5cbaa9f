"""What openapi-python-client is told of types of files that it knows by no name."""

from __future__ import annotations

from typing import Final

BYTES: Final = "application/octet-stream"
TEXT: Final = "text/plain"
OVERRIDES: Final = {
    "application/pdf": BYTES,
    "application/zip": BYTES,
    "text/csv": BYTES,
    "application/yaml": BYTES,
    "image/svg+xml": TEXT,
    "application/jsonl": TEXT,
}


def overrides_yaml() -> str:
    """Its file of settings."""
    lines = (f"  {each}: {taken}" for each, taken in OVERRIDES.items())
    return "\n".join(("content_type_overrides:", *lines))
