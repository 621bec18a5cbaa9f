"""The public register whole, as one file."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, TypedDict

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow_public
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Strict
from app.http.validators import OneOf
from app.shown.register_download import CSV, FORMS, RegisterFile
from app.usecases.registry.read_whole_register import read_whole_register

blueprint = Blueprint("download", __name__, description="The public register whole.")
_PIECE = 64 * 1024


class DownloadForm(Strict):
    """In which form the tables are wanted."""

    format = plain.String(load_default=CSV, validate=OneOf(FORMS), metadata={"enum": list(FORMS)})


class WantedDownload(TypedDict):
    """As ``DownloadForm`` loads it."""

    format: str


@blueprint.route("/v1/registry/download.zip")
@allow_public
@blueprint.arguments(DownloadForm, location="query")
@blueprint.response(200, Schema, description="The register", content_type="application/zip")
def download_register(wanted: WantedDownload) -> Response:
    """The public register whole, as of one moment: projects, bundles, blocks, transfers,
    retirements and anchors, each a CSV file or lines of JSON, in the order of their ids.

    `manifest.json` names each file with its columns, rows and SHA-256. Moments are in UTC, masses
    in mg CO2e; what does not apply is empty, in JSON null. The file is the same byte for byte while
    the register says the same.
    """
    file = TemporaryFile()  # noqa: SIM115 - closed when it is read, or nobody reads on
    made = RegisterFile(file, wanted["format"], wiring().programme.name_en)
    wiring().database.transact(read_whole_register, made.keep)
    made.finish()
    size = file.tell()
    file.seek(0)
    answer = Response(
        _pieces(file),
        content_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="register.zip"'},
    )
    answer.content_length = size
    answer.call_on_close(file.close)
    return answer


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
