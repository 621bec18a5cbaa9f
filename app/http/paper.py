"""A printed page as an answer."""

from __future__ import annotations

from flask import Response


def printed(made: bytes, name: str, language: str | None = None) -> Response:
    """A PDF under a name without its ending; without a language it is in each of them."""
    answer = Response(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )
    if language is not None:
        answer.content_language.add(language)
        answer.vary.add("Accept-Language")
    return answer
