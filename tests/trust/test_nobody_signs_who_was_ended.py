"""Who was ended while their request was on its way signs nothing with it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.store.database import Connection
from app.wiring import Wiring
from tests.builders.answers import refusal
from tests.builders.held import while_held
from tests.builders.identity_services import Service
from tests.builders.people import Http, Tokens

END = text(
    "update app_user set state = 'ended', ended_at = now(), password_hash = null"
    " where user_id = :user_id"
)
SIGNATURES = text("select count(*) from signature where user_id = :user_id")


def a_text(http: Http, tokens: Tokens) -> str:
    """A text to agree to that waits for its second signature: where that is given."""
    kind, version = "consent", f"t-{secrets.token_hex(6)}"
    body = {"kind": kind, "version": version, "in_force_from": "2030-01-01",
            "bodies": {"zh-CN": "同意。", "en": "I agree."}}  # fmt: skip
    assert http.post("/v1/texts", body, token=tokens("operator")).status_code in (201, 202)
    return f"/v1/texts/{kind}/{version}/publish"


def a_service(http: Http, tokens: Tokens) -> str:
    """An identity service that waits for its second signature: where that is given."""
    return f"/v1/identity-services/{Service(http, tokens, tokens.wiring, admitted=False).id}/admit"


@pytest.mark.parametrize("proposed", [a_text, a_service])
def test_a_signature_waits_for_the_end_of_its_signer_and_is_refused(
    http: Http, token_for: Tokens, wiring: Wiring, proposed: Callable[[Http, Tokens], str]
) -> None:
    path = proposed(http, token_for)
    signer = token_for.caller("authority")
    sign = partial(http.post, path, {}, token=token_for.of(signer))

    def end(connection: Connection) -> None:
        assert connection.execute(END, {"user_id": signer.user_id}).rowcount == 1

    answer: TestResponse = while_held(wiring.database, end, sign)
    assert refusal(answer) == (403, "USERS_ONLY")
    with wiring.database.engine.connect() as connection:
        assert connection.execute(SIGNATURES, {"user_id": signer.user_id}).scalar_one() == 0
    other = http.post(path, {}, token=token_for("authority"))
    assert other.status_code == 201, other.text
