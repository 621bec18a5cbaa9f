"""The public register whole, as one file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import IO, TypedDict

from flask import Response, current_app
from flask.blueprints import BlueprintSetupState
from marshmallow import fields as plain

from app.auth import allow_public
from app.http.blueprint import Blueprint
from app.http.costly_file import CostlyFile
from app.http.current import wiring
from app.http.fields import Strict
from app.http.validators import OneOf
from app.shown.register_download import CSV, FORMS, RegisterFile
from app.usecases.registry.read_whole_register import read_whole_register

blueprint = Blueprint("download", __name__, description="The public register whole.")
_FILES = "tanpuhui_register_files"


def _hold_files(state: BlueprintSetupState) -> None:
    state.app.extensions[_FILES] = {form: CostlyFile() for form in FORMS}


blueprint.record(_hold_files)


class DownloadForm(Strict):
    """In which form the tables are wanted."""

    format = plain.String(load_default=CSV, validate=OneOf(FORMS), metadata={"enum": list(FORMS)})


class WantedDownload(TypedDict):
    """As ``DownloadForm`` loads it."""

    format: str


@blueprint.route("/v1/registry/download.zip")
@allow_public
@blueprint.arguments(DownloadForm, location="query")
@blueprint.response(200, description="The register", content_type="application/zip")
def download_register(wanted: WantedDownload) -> Response:
    """The public register whole, as of one moment: projects, bundles, blocks, transfers,
    retirements and anchors, each a CSV file or lines of JSON, in the order of their ids.

    `manifest.json` names each file with its columns, rows and SHA-256. Moments are in UTC, masses
    in mg CO2e; what does not apply is empty, in JSON null. The file is the same byte for byte while
    the register says the same. What took long to make is given to others for ten times as long.
    """
    form = wanted["format"]
    files: Mapping[str, CostlyFile] = current_app.extensions[_FILES]
    made = files[form].read(partial(_write, form))
    answer = Response(
        made.pieces(),
        content_type="application/zip",
        headers={"Content-Disposition": 'attachment; filename="register.zip"'},
    )
    answer.content_length = made.size
    return answer


def _write(form: str, file: IO[bytes]) -> None:
    made = RegisterFile(file, form, wiring().programme.name_en)
    wiring().database.transact(read_whole_register, made.keep)
    made.finish()
