"""The stand-alone verifier, for anybody who would rather not believe us."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from flask import Response, request

from app.auth import allow_public
from app.http.blueprint import Blueprint
from app.shown.verifier_file import verifier_file

blueprint = Blueprint("verifier", __name__, description="Compute a reduction again, elsewhere.")


@blueprint.route("/v1/verifier.py")
@allow_public
@blueprint.response(200, content_type="text/x-python")
def read_verifier() -> Response:
    """One Python file without dependencies: `python3 verifier.py calculation.json`.

    It takes what `GET /v1/actions/{id}/calculation` answers and gets the same milligrams, or says
    what differs.
    """
    text = verifier_file().encode()
    answer = Response(text, content_type="text/x-python; charset=utf-8")
    answer.set_etag(sha256(text).hexdigest())
    answer.cache_control.public = True
    answer.cache_control.max_age = int(timedelta(hours=1).total_seconds())
    answer.headers["Content-Disposition"] = 'attachment; filename="verifier.py"'
    answer.make_conditional(request)
    return answer
