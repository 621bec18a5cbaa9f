"""The language that a reader asks for."""

from __future__ import annotations

from flask import g, has_request_context, request

from app.http.blueprint import DocumentedParameter
from app.http.faults import invalid
from app.messages.catalogues import DEFAULT

LANGUAGE: DocumentedParameter = {
    "in": "query",
    "name": "lang",
    "schema": {"type": "string", "enum": ["zh-CN", "en"]},
    "description": "Tell it in sentences; by default as Accept-Language says, if it says anything.",
}
_KNOWN = {"zh": "zh-CN", "zh-cn": "zh-CN", "zh-hans": "zh-CN", "zh-hans-cn": "zh-CN", "en": "en"}


def wanted_language() -> str | None:
    """``en`` or ``zh-CN`` by ``lang`` or else ``Accept-Language``; None when neither asks."""
    asked = request.args.get("lang")
    if asked is not None:
        language = _language(asked)
        if language is None:
            raise invalid("?lang", "INVALID", "language")
        return language
    return _accepted()


def preferred_language() -> str:
    """The language of sentences in this answer: by ``lang`` or ``Accept-Language``, or English.

    Who asks for it writes sentences; the answer then says in which language they are.
    """
    if not has_request_context():
        return DEFAULT
    g.language = _language(request.args.get("lang", "")) or _accepted() or DEFAULT
    return str(g.language)


def _accepted() -> str | None:
    for preferred, quality in request.accept_languages:
        language = _language(preferred)
        if language is not None and quality > 0:
            return language
    return None


def _language(tag: str) -> str | None:
    """What we speak of a language tag, from its whole to its first part."""
    parts = tag.lower().replace("_", "-").split("-")
    tries = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((_KNOWN[each] for each in tries if each in _KNOWN), None)
