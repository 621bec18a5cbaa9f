"""Evidence files over HTTP: one is sent as ``multipart/form-data``, and fetched only to be kept."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from flask import Response, request

from app.http.faults import invalid
from behaviours.evidence_files import MEDIA_TYPES, MOST_BYTES, EvidenceFile, evidence_file

# For ``blueprint.doc(requestBody=…)``; the route stands under ``large_body``.
FILE_FORM: Final = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {
                        "type": "string",
                        "format": "binary",
                        "description": f"{', '.join(MEDIA_TYPES)}, told by what it holds; at most"
                        f" {MOST_BYTES // 1024**2} MiB. Its name is not kept.",
                    }
                },
            }
        }
    },
}


def sent_file(*, beside: str = "") -> EvidenceFile:
    """The one file of this request; ``beside`` it a form may have one member more.

    Raises ValidationFailed and FileNotTaken.
    """
    given = request.files.getlist("file")
    if not given:
        raise invalid("/file", "REQUIRED", "file")
    others = {*request.files, *request.form} - {"file", beside}
    if others:
        raise invalid(f"/{min(others)}", "UNKNOWN_MEMBER")
    if len(given) > 1:
        raise invalid("/file", "TWICE")
    # One more byte than is taken shows a larger file without reading all of it.
    return evidence_file(given[0].stream.read(MOST_BYTES + 1))


def file_answer(content: bytes, *, media_type: str, name: str, sha256: bytes) -> Response:
    """A file to be stored under ``name``, which is ours: no browser shows it as a page of this
    site (RFC 6266 §4.2; ``nosniff`` and the strictest policy stand on every answer)."""
    return Response(
        content,
        content_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            "Repr-Digest": f"sha-256=:{b64encode(sha256).decode()}:",
        },
    )
