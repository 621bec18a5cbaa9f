"""The routes for files: upload one with its mapping, follow its import, fetch what was refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from flask import Response, request

from app.auth import allow, caller
from app.files.formats import BEGINNING_BYTES, foreign_format
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.body import large_body
from app.http.current import now, wiring
from app.http.dry_run import read_dry_run
from app.http.faults import invalid
from app.http.languages import preferred_language
from app.http.queries import no_dry_run
from app.ids import parse
from app.shown.imports import ImportAnswer, import_answer
from app.usecases.people.enrol_of_file import AgreedText
from app.usecases.recording.accept_import import accept_import
from app.usecases.recording.read_import import ImportProgress, read_import
from app.usecases.recording.read_part import read_part
from app.wiring import Wiring
from behaviours.file_refusals import BadMapping, UnknownImport
from behaviours.files.mapping_document import read_mapping
from behaviours.json_value import JsonObject

blueprint = Blueprint(
    "imports", __name__, description="Files of actions or installations, imported by a worker."
)

_FORM = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file", "mapping"],
                "properties": {
                    "file": {
                        "type": "string",
                        "format": "binary",
                        "description": "CSV, NDJSON or xlsx, plain or gzipped, at most 12 MiB.",
                    },
                    "mapping": {
                        "type": "string",
                        "description": "How rows become actions, or installations, as YAML or JSON;"
                        " /docs/imports is the guide, with a JSON Schema for editors.",
                    },
                    "consent_text": {
                        "type": "string",
                        "description": "Enrol people who are not known yet, with this version of"
                        " the consent text.",
                    },
                    "consent_since": {
                        "type": "string",
                        "format": "date-time",
                        "description": "When they agreed; now, when left out.",
                    },
                    "dry_run": {"type": "string", "enum": ["true", "false"]},
                },
            }
        }
    },
}


@blueprint.route("/v1/imports", methods=["POST"])
@no_dry_run
@allow("provider", hot=True)
@large_body
@blueprint.doc(requestBody=_FORM)
@blueprint.response(202, ImportAnswer)
def upload() -> Response:
    """Upload a file of actions with the mapping of its rows; a worker imports it.

    Sending a file again does no harm: what was recorded is counted as already recorded.
    """
    file = request.files.get("file")
    if file is None:
        raise invalid("/file", "REQUIRED", "file")
    start = file.stream.read(BEGINNING_BYTES)
    file.stream.seek(0)
    if not start:
        raise invalid("/file", "EMPTY")
    if foreign := foreign_format(start):
        code = "PARQUET" if foreign == "Parquet" else "OTHER_FORMAT"
        raise invalid("/file", code, format=foreign)
    mapping = _mapping(request.form.get("mapping", ""))
    provider_id = caller().tenant_id
    assert provider_id is not None
    agreement, as_if = _agreement(), read_dry_run(request.form.get("dry_run"), pointer="/dry_run")

    import_id = wiring().database.transact(
        accept_import,
        file.stream,
        name=_shown(file.filename or ""),
        mapping=mapping,
        provider_id=provider_id,
        agreement=agreement,
        language=preferred_language(),
        dry_run=as_if,
        identity_key=wiring().settings.identity_key,
        clock=wiring().clock,
    )
    return json_answer(_answer(import_id), 202)


@blueprint.route("/v1/imports/<import_id>", methods=["GET"])
@allow("provider")
@blueprint.response(200, ImportAnswer)
def follow(import_id: str) -> Response:
    """Read how far an import is and, at its end, what came of every row."""
    return json_answer(_answer(parse("imp", import_id)))


@blueprint.route("/v1/imports/<import_id>/refusals.csv", methods=["GET"])
@allow("provider")
@blueprint.response(
    200,
    content_type="text/csv",
    description="line, code, pointer, reason, external_id; UTF-8 with BOM",
)
def fetch_refusals(import_id: str) -> Response:
    """Fetch the lines that were refused, each with its reason."""
    identifier = parse("imp", import_id)
    if not _progress(identifier).has_refusals:
        raise UnknownImport("import_not_done")
    return Response(
        _parts(wiring(), identifier),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="refusals-{identifier.hex}.csv"'},
    )


def _parts(parts: Wiring, import_id: UUID) -> Iterator[bytes]:
    """The refusals, part by part; the request's context is gone by then."""
    part_no, key = 0, parts.settings.identity_key
    while part := parts.database.transact(read_part, import_id, part_no, identity_key=key):
        yield part
        part_no += 1


def _progress(import_id: UUID) -> ImportProgress:
    return wiring().database.transact(read_import, import_id, viewer=caller().viewer)


def _answer(import_id: UUID) -> JsonObject:
    return import_answer(_progress(import_id))


def _shown(name: str) -> str:
    """The sender's name for a file, as far as it can be stored and printed; never a path here."""
    return "".join(filter(str.isprintable, name))[-255:] or "file.csv"


def _mapping(text: str) -> str:
    if not text.strip():
        raise invalid("/mapping", "REQUIRED", "mapping")
    try:
        read_mapping(text, wiring().rulebook.zone)
    except BadMapping as refused:
        place = str(refused.facts["field"]).replace("[", "/").replace("]", "").replace(".", "/")
        refused.pointer = f"/mapping/{place}".rstrip("/")
        raise
    return text


def _agreement() -> AgreedText | None:
    version, since = request.form.get("consent_text"), request.form.get("consent_since")
    if not version:
        if since:
            raise invalid("/consent_since", "ALONE")
        return None
    if len(version) > 64 or not version.isprintable():
        raise invalid("/consent_text", "NOT_PRINTABLE", "short", most=64)
    if not since:
        return AgreedText(version, None)
    try:
        granted_at = datetime.fromisoformat(since)
    except ValueError:
        granted_at = None
    if granted_at is None or granted_at.tzinfo is None:
        raise invalid("/consent_since", "NOT_A_MOMENT")
    if granted_at > now():
        raise invalid("/consent_since", "IN_THE_FUTURE")
    return AgreedText(version, granted_at)
