"""The routes of who complains without an account: by the number and the secret of a complaint."""

from __future__ import annotations

from functools import partial
from typing import Final

from flask import Response, request

from app.api.complaints.bodies import SentUnenrolled, SentWords, UnenrolledBody, WordsBody, words_of
from app.auth import allow_public
from app.http.answers import json_answer
from app.http.attempts import attempt
from app.http.blueprint import Blueprint, DocumentedParameter, View
from app.http.body import large_body
from app.http.complaints import as_outsider, as_party, filing_of
from app.http.current import now, wiring
from app.http.evidence import FILE_FORM, sent_file
from app.http.once import once
from app.http.queries import no_dry_run
from app.ids import parse
from app.secrecy.complaint_secrets import MOST_SECRET
from app.shown.complaints import (
    ComplaintAnswer,
    ComplaintFileAnswer,
    OpenedComplaint,
    complaint_answer,
    complaint_file_answer,
    file_to_keep,
)
from app.usecases.complaints.add_message import add_message
from app.usecases.complaints.file_without_account import FiledWithoutAccount, file_without_account
from app.usecases.complaints.hand_in_file import hand_in_file
from app.usecases.complaints.prove_complainant import prove_complainant
from app.usecases.complaints.read_complaint import read_complaint
from app.usecases.complaints.read_file import read_file
from app.usecases.complaints.take_step import Stepping, take_step
from app.usecases.complaints.told_complaint import ToldComplaint
from behaviours.complaints import CLOSE, COMPLAINANT, ESCALATE
from behaviours.json_value import JsonObject
from behaviours.viewer import Viewer

blueprint = Blueprint(
    "complaints_without_account",
    __name__,
    description="What went wrong, told by somebody without an account.",
)
HEADER: Final = "Complaint-Secret"
_SECRET: Final[DocumentedParameter] = {
    "in": "header",
    "name": HEADER,
    "required": True,
    "description": "The secret that was shown when the complaint was filed.",
    "schema": {"type": "string", "maxLength": MOST_SECRET},
}
_EXAMPLE = {
    "kind": "personal_data",
    "region": "CN-330100",
    "text": "I left a year ago and still get messages about my points.",
    "name": "Ms Chen",
    "reach": "138 0000 0000",
}


def _writing_by_secret(view: View) -> View:
    """Document that a view takes the secret, and writes what cannot be tried first."""
    return no_dry_run(blueprint.doc(parameters=[_SECRET])(view))


@blueprint.route("/v1/complaints/without-account", methods=["POST"])
@no_dry_run
@allow_public
@blueprint.arguments(UnenrolledBody, keyed=True, example=_EXAMPLE)
@blueprint.response(201, OpenedComplaint)
def file_unenrolled(body: SentUnenrolled) -> Response:
    """Complain without an account: the answer has a number, and a secret that opens it.

    The secret is shown this once, and again to who sends the same with the same key within a day:
    a random one of at least 16 characters. Nobody is looked up by what you say of yourself. What
    is about an action is complained about by its person, from the account.
    """
    return once(_opened, status=201)(
        file_without_account, filing_of(body, words_of(body).files), **as_outsider()
    )


@blueprint.route("/v1/complaints/<number>/by-secret", methods=["GET"])
@allow_public
@blueprint.doc(parameters=[_SECRET])
@blueprint.response(200, ComplaintAnswer)
def read_by_secret(number: str) -> Response:
    """The complaint as it stands, with all that was said, and your next steps."""
    viewer = _proven(number)
    told = wiring().database.transact(read_complaint, number, **as_party(viewer))
    return json_answer(_shown(told, viewer))


@blueprint.route("/v1/complaints/<number>/by-secret/messages", methods=["POST"])
@allow_public
@_writing_by_secret
@blueprint.arguments(WordsBody, example={"text": "It happened again today."})
@blueprint.response(201, ComplaintAnswer)
def say_by_secret(body: SentWords, number: str) -> Response:
    """Add a message; every party reads it, and no clock stops."""
    viewer = _proven(number)
    told = wiring().database.transact(add_message, number, words_of(body), **as_party(viewer))
    return json_answer(_shown(told, viewer), 201)


@blueprint.route("/v1/complaints/<number>/by-secret/close", methods=["POST"])
@allow_public
@_writing_by_secret
@blueprint.response(200, ComplaintAnswer)
def close_by_secret(number: str) -> Response:
    """Accept the answer; without one, withdraw the complaint."""
    return _step(number, Stepping(CLOSE))


@blueprint.route("/v1/complaints/<number>/by-secret/escalate", methods=["POST"])
@allow_public
@_writing_by_secret
@blueprint.arguments(WordsBody, example={"text": "The answer is about somebody else."})
@blueprint.response(200, ComplaintAnswer)
def escalate_by_secret(body: SentWords, number: str) -> Response:
    """Take the answer to the authority, with your reasons, before the clock runs out."""
    return _step(number, Stepping(ESCALATE, *words_of(body)))


@blueprint.route("/v1/complaints/<number>/by-secret/files", methods=["POST"])
@allow_public
@large_body
@_writing_by_secret
@blueprint.doc(requestBody=FILE_FORM)
@blueprint.response(201, ComplaintFileAnswer)
def hand_in_by_secret(number: str) -> Response:
    """Hand in a file that shows it; sending it again changes nothing."""
    party = as_party(_proven(number))
    made = wiring().database.transact(hand_in_file, number, sent_file(), **party)
    return json_answer(complaint_file_answer(made), 201)


@blueprint.route("/v1/complaints/<number>/by-secret/files/<file_id>", methods=["GET"])
@allow_public
@blueprint.doc(parameters=[_SECRET])
@blueprint.response(200, content_type="application/octet-stream", description="The file, to keep")
def fetch_by_secret(number: str, file_id: str) -> Response:
    """Fetch a file that was handed in; it comes to be kept, not to be shown."""
    party = as_party(_proven(number))
    read = wiring().database.transact(read_file, number, parse("cfl", file_id), **party)
    return file_to_keep(read)


def _opened(filed: FiledWithoutAccount) -> JsonObject:
    viewer = Viewer(COMPLAINANT, filed.told.complaint.participant_id)
    return {**_shown(filed.told, viewer), "secret": filed.secret}


def _proven(number: str) -> Viewer:
    """Who shows the secret of this complaint; counted, so that nobody tries many."""
    secret = request.headers.get(HEADER, "")[:MOST_SECRET]
    prove = partial(wiring().database.transact, prove_complainant, number, secret)
    return attempt(f"complaint:{number[:MOST_SECRET]}", prove)


def _step(number: str, stepping: Stepping) -> Response:
    viewer = _proven(number)
    told = wiring().database.transact(take_step, number, stepping, **as_party(viewer))
    return json_answer(_shown(told, viewer))


def _shown(told: ToldComplaint, viewer: Viewer) -> JsonObject:
    return complaint_answer(told, viewer=viewer, now=now())
