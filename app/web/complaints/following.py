"""Following a complaint by its number and secret, as pages: what was said, and one's own steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Response
from marshmallow import fields as plain

from app.auth import allow_public
from app.http.attempts import attempt
from app.http.blueprint import load
from app.http.body import large_body
from app.http.complaints import as_party
from app.http.current import now, wiring
from app.http.evidence import sent_file
from app.http.fields import Strict
from app.http.languages import LANGUAGE
from app.http.validators import Characters
from app.ids import parse
from app.shown.complaints import complaint_answer, file_to_keep
from app.usecases.complaints.add_message import add_message
from app.usecases.complaints.hand_in_file import hand_in_file
from app.usecases.complaints.prove_complainant import prove_complainant
from app.usecases.complaints.read_complaint import read_complaint
from app.usecases.complaints.read_file import read_file
from app.usecases.complaints.take_step import Stepping, take_step
from app.web.account.browser import FORM_FIELD, check_form, field
from app.web.account.pages import form_page, go
from app.web.complaints.filing import MOST_TEXT
from app.web.complaints.keys import ComplaintKey, forget_key, keep_key, kept_key
from app.web.reading import Pages
from behaviours.complainants import ComplaintSecretWrong
from behaviours.complaints import CLOSE, ENDED, ESCALATE, ComplaintWords
from behaviours.evidence_files import MEDIA_TYPES, MOST_BYTES
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer

blueprint = Pages(
    "complaint_following_pages", __name__, description="Following a complaint, as pages."
)

FOLLOW = "/complaints/follow"


class WordsForm(Strict):
    """Words, which a step or a message needs."""

    text = plain.String(required=True, validate=Characters(min=1, max=MOST_TEXT))


@blueprint.route(FOLLOW)
@allow_public
@blueprint.page
def show_complaint() -> Response:
    """The complaint that this browser has open; else the form that opens one."""
    key = kept_key()
    return _page(key) if key else _opening()


@blueprint.route(FOLLOW, methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the complaint")
def open_complaint() -> Response:
    """Open a complaint in this browser by its number and secret."""
    key = ComplaintKey(field("number").strip(), field("secret").strip())
    try:
        check_form()
        _proven(key)
    except Refusal as refused:
        return _opening(refused)
    answer = go(FOLLOW)
    keep_key(answer, key)
    return answer


@blueprint.route(f"{FOLLOW}/messages", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the complaint")
def send_message() -> Response:
    """Add a message; every party reads it, and no clock stops."""

    def said(number: str, viewer: Viewer) -> None:
        words = ComplaintWords(_words())
        wiring().database.transact(add_message, number, words, **as_party(viewer))

    return _done(said)


@blueprint.route(f"{FOLLOW}/files", methods=["POST"])
@allow_public
@large_body
@blueprint.sent_form(leads="To the complaint")
def send_file() -> Response:
    """Hand in a file that shows it; sending it again changes nothing."""

    def handed_in(number: str, viewer: Viewer) -> None:
        file = sent_file(beside=FORM_FIELD)
        wiring().database.transact(hand_in_file, number, file, **as_party(viewer))

    return _done(handed_in)


@blueprint.route(f"{FOLLOW}/files/<file_id>")
@allow_public
@blueprint.doc(parameters=[LANGUAGE])
@blueprint.response(200, content_type="application/octet-stream", description="The file, to keep")
@blueprint.alt_response(303, description="To the form by which complaints are opened")
def keep_file(file_id: str) -> Response:
    """Fetch a file that was handed in; it comes to be kept, not to be shown."""
    key = kept_key()
    if key is None:
        return go(FOLLOW)
    party = as_party(_proven(key))
    read = wiring().database.transact(read_file, key.number, parse("cfl", file_id), **party)
    return file_to_keep(read)


@blueprint.route(f"{FOLLOW}/close", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the complaint")
def send_close() -> Response:
    """Accept the answer; without one, withdraw the complaint."""
    return _done(partial(_step, lambda: Stepping(CLOSE)))


@blueprint.route(f"{FOLLOW}/escalate", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the complaint")
def send_escalation() -> Response:
    """Take the answer to the authority, with one's reasons."""
    return _done(partial(_step, lambda: Stepping(ESCALATE, _words())))


@blueprint.route(f"{FOLLOW}/forget", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the form by which complaints are opened")
def send_forget() -> Response:
    """Close the complaint in this browser: whoever sits here next does not read it."""
    try:
        check_form()
    except Refusal as refused:
        return _opening(refused)
    answer = go(FOLLOW)
    forget_key(answer)
    return answer


def _words() -> str:
    typed = {"text": field("text").strip()} if field("text").strip() else {}
    words: str = load(WordsForm(), typed)["text"]
    return words


def _step(stepping: Callable[[], Stepping], number: str, viewer: Viewer) -> None:
    wiring().database.transact(take_step, number, stepping(), **as_party(viewer))


def _done(do: Callable[[str, Viewer], None]) -> Response:
    """Do something with the complaint that is open, and show how it stands then."""
    key = kept_key()
    if key is None:
        return go(FOLLOW)
    try:
        check_form()
        do(key.number, _proven(key))
    except Refusal as refused:
        return _page(key, refused)
    return go(FOLLOW)


def _proven(key: ComplaintKey) -> Viewer:
    """Who shows the secret; counted, so that nobody tries many."""
    prove = partial(wiring().database.transact, prove_complainant, key.number, key.secret)
    return attempt(f"complaint:{key.number}", prove)


def _page(key: ComplaintKey, refused: Refusal | None = None) -> Response:
    parts = wiring()
    try:
        viewer = _proven(key)
    except Refusal as wrong:
        answer = _opening(wrong)
        if isinstance(wrong, ComplaintSecretWrong):
            forget_key(answer)
        return answer
    told = parts.database.transact(read_complaint, key.number, **as_party(viewer))
    return form_page(
        "complaint_followed.html",
        refused,
        told=complaint_answer(told, viewer=viewer, now=now()),
        takes_words=told.complaint.state not in ENDED,
        typed=field("text"),
        most_text=MOST_TEXT,
        most_mib=MOST_BYTES // 1024**2,
        accept=",".join(MEDIA_TYPES),
    )


def _opening(refused: Refusal | None = None) -> Response:
    return form_page("complaint_follow.html", refused, number=field("number"))
