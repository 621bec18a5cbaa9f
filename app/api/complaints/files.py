"""The routes of what is handed in with complaints, by everybody who has a login."""

from __future__ import annotations

from flask import Response

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.body import large_body
from app.http.complaints import as_party
from app.http.current import wiring
from app.http.evidence import FILE_FORM, sent_file
from app.ids import parse
from app.shown.complaints import ComplaintFileAnswer, complaint_file_answer, file_to_keep
from app.usecases.complaints.hand_in_file import hand_in_file
from app.usecases.complaints.read_file import read_file
from behaviours.complaints import AUTHORITY, MERCHANT, OPERATOR, PARTICIPANT, PROVIDER

blueprint = Blueprint(
    "complaint_files", __name__, description="What shows it: papers and pictures, sealed."
)
_PARTIES = (PARTICIPANT, PROVIDER, MERCHANT, OPERATOR, AUTHORITY)


@blueprint.route("/v1/complaints/<number>/files", methods=["POST"])
@allow(*_PARTIES, by_city=True, step="complaint.hand_in")
@large_body
@blueprint.doc(requestBody=FILE_FORM)
@blueprint.response(201, ComplaintFileAnswer)
def hand_in(number: str) -> Response:
    """Hand in a file that shows it; sending it again changes nothing.

    It is taken for what it holds, not for what it is called, and lies sealed under a key of the
    person's own. Who may read the complaint may fetch it.
    """
    made = wiring().database.transact(
        hand_in_file, number, sent_file(), **as_party(caller().viewer)
    )
    return json_answer(complaint_file_answer(made), 201)


@blueprint.route("/v1/complaints/<number>/files/<file_id>", methods=["GET"])
@allow(*_PARTIES, by_city=True, step="complaint.fetch_file")
@blueprint.response(200, content_type="application/octet-stream", description="The file, to keep")
def fetch(number: str, file_id: str) -> Response:
    """Fetch a file that was handed in; it comes to be kept, not to be shown."""
    read = wiring().database.transact(
        read_file, number, parse("cfl", file_id), **as_party(caller().viewer)
    )
    return file_to_keep(read)
