"""The route by which a provider sees itself."""

from __future__ import annotations

from flask import Response

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.shown.provider import ProviderAnswer, provider_shown
from app.usecases.recording.read_provider import read_provider

blueprint = Blueprint("provider", __name__, description="A provider as it sees itself.")


@blueprint.route("/v1/provider", methods=["GET"])
@allow("provider")
@blueprint.response(200, ProviderAnswer)
def read_own_provider() -> Response:
    """What the caller may report and by whose numbers; its quota of today, and what is used of it;
    which of its actions wait, and why; the programme's checks; its installations, counted.
    """
    provider_id, parts = caller().tenant_id, wiring()
    assert provider_id is not None
    seen = parts.database.transact(
        read_provider,
        provider_id,
        rulebook=parts.rulebook,
        terms=parts.wait_terms,
        now=now(),
    )
    return json_answer(provider_shown(seen))
