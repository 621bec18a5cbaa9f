"""Revisions as ETags: who changes a thing says which one was read, and no change is lost."""

from __future__ import annotations

from flask import Response, request

from behaviours.refusal import Refusal


def tagged(response: Response) -> Response:
    """The answer with its own ``revision`` as ETag."""
    response.set_etag(str(response.get_json()["revision"]))
    return response


def if_match(unreadable: Refusal) -> int | None:
    """The revision that the caller read; None when any will do.

    Raises ``unreadable`` when the header names no revision.
    """
    header = request.headers.get("If-Match", "").strip()
    if header in ("", "*"):
        return None
    text = header.removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise unreadable
    return int(text)
