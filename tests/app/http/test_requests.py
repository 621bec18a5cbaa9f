"""What surrounds every request: ids, headers, limits, health, the clock."""

from __future__ import annotations

import io
import logging
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import orjson
import pytest
import structlog
from flask import Flask
from werkzeug.test import EnvironBuilder

from app.auth import allow, allow_public
from app.factory import create_app
from app.http import requests
from app.http.blueprint import Blueprint
from app.http.body import LARGEST_BATCH_BODY, LARGEST_BODY, json_body, large_body
from app.http.requests import configure_log
from app.store.organisations.allowance import Allowances
from app.wiring import wire
from tests.builders.people import Http, Tokens


@pytest.fixture
def strange_app(wiring) -> Flask:
    """An application with routes that break, and that take much."""
    application = create_app(wiring)
    routes = Blueprint("strange", __name__)

    @routes.route("/v1/strange/broken", methods=["POST"])
    @allow_public
    def broken():
        raise RuntimeError("secret inside")

    @routes.route("/v1/strange/echo", methods=["POST"])
    @allow_public
    def echo():
        return {"length": len(json_body())}

    @routes.route("/v1/strange/batch", methods=["POST"])
    @allow_public
    @large_body
    def batch():
        return {"length": len(json_body())}

    application.register_blueprint(routes)
    return application


def test_a_request_id_is_given_or_taken(http):
    given = http.get("/livez").headers["Request-Id"]
    assert given.startswith("req_")
    assert given != http.get("/livez").headers["Request-Id"]
    own = http.get("/v1/nothing", headers={"Request-Id": "till-7/42"})
    assert own.headers["Request-Id"] == own.json["request_id"] == "till-7/42"


@pytest.mark.parametrize("odd", ["a" * 129, "a b", "é", '"x"', "<script>", ""])
def test_an_odd_request_id_is_not_taken(http, odd):
    assert http.get("/livez", headers={"Request-Id": odd}).headers["Request-Id"] != odd


def test_every_answer_has_safe_headers(http):
    for path in ("/livez", "/v1/nothing", "/v1/me", "/docs"):
        headers = http.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"]
        assert "Server" not in headers
        assert len(headers.getlist("Content-Security-Policy")) == 1


def test_what_breaks_inside_is_not_told_outside(strange_app):
    answer = Http(strange_app).post("/v1/strange/broken", {})
    assert answer.status_code == 500
    assert answer.json["code"] == "INTERNAL_ERROR"
    assert answer.json["request_id"] == answer.headers["Request-Id"]
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_bodies_have_a_size(strange_app):
    client = Http(strange_app)
    for path, most in (("echo", LARGEST_BODY), ("batch", LARGEST_BATCH_BODY)):
        fits = b'"' + b"a" * (most - 2) + b'"'
        sent = {"content_type": "application/json"}
        assert client.post(f"/v1/strange/{path}", data=fits, **sent).status_code == 200
        answer = client.post(f"/v1/strange/{path}", data=fits + b" ", **sent)
        assert (answer.status_code, answer.json["code"]) == (413, "BODY_TOO_LARGE")


def test_an_unmeasured_body_has_a_size_too(strange_app):
    """A chunked body does not say its length beforehand."""
    for length, status in ((10, 200), (LARGEST_BODY, 413), (2 * LARGEST_BODY, 413)):
        builder = EnvironBuilder(path="/v1/strange/echo", method="POST")
        environ = {
            **builder.get_environ(),
            "wsgi.input": io.BytesIO(b'"' + b"a" * length + b'"'),
            "wsgi.input_terminated": True,
            "CONTENT_TYPE": "application/json",
        }
        environ.pop("CONTENT_LENGTH", None)
        assert strange_app.test_client().open(environ).status_code == status


def test_a_body_of_another_type_is_refused(http, token_for):
    answer = http.post("/v1/participants", token=token_for("provider"), data=b"<a/>",
                       content_type="application/xml")  # fmt: skip
    assert (answer.status_code, answer.json["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_requests_are_limited_by_credential(wiring):
    narrow = replace(wiring.settings, rate_limit_per_minute=5)
    parts = wire(narrow)
    application = create_app(parts)
    make = Tokens(application, parts)
    token, other = make("provider"), make("provider")
    client = Http(application)
    answers = [client.post("/v1/participants", {}, token=token) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429] * 2
    assert [answer.headers["RateLimit"].split(";")[1] for answer in answers[:5]] == [
        "r=4", "r=3", "r=2", "r=1", "r=0",
    ]  # fmt: skip
    assert answers[0].headers["RateLimit-Policy"] == '"requests";q=5;w=60'
    assert answers[-1].json["code"] == "TOO_MANY_REQUESTS"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 120
    assert client.post("/v1/participants", {}, token=other).status_code == 422
    parts.close()


def test_two_processes_share_a_limit_up_to_a_block(redis_url):
    caller = f"shared-{secrets.token_hex(8)}"
    processes = [Allowances(redis_url, 1000), Allowances(redis_url, 1000)]
    granted = sum(processes[turn % 2].take(caller).granted for turn in range(1500))
    assert 980 <= granted <= 1020, "a hundredth of the limit for each process"


def test_threads_of_one_process_do_not_gain_tickets(redis_url):
    caller, process = f"threads-{secrets.token_hex(8)}", Allowances(redis_url, 400)
    with ThreadPoolExecutor(8) as pool:
        granted = sum(pool.map(lambda _: process.take(caller).granted, range(800)))
    assert 392 <= granted <= 400


def test_a_limit_holds_in_memory_while_redis_is_away():
    alone = Allowances("redis://127.0.0.1:1/0", 5)
    assert [alone.take("somebody").granted for _ in range(6)] == [True] * 5 + [False]


def test_the_process_lives_and_is_ready(http):
    assert http.get("/livez").json == {"status": "ok"}
    ready = http.get("/readyz")
    assert (ready.status_code, ready.json) == (200, {"status": "ok"})


def test_what_is_missing_is_named_without_addresses(wiring):
    lost = replace(
        wiring.settings,
        database_url="postgresql://nobody:hidden@127.0.0.1:1/none",
        redis_url="redis://:hidden@127.0.0.1:1/0",
    )
    parts = wire(lost)
    client = Http(create_app(parts))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["details"]["missing"] == ["database", "redis"]
    assert answer.headers["Retry-After"] == "5"
    assert "hidden" not in answer.text
    assert client.get("/livez").status_code == 200
    token = client.post("/v1/auth/token", {"grant_type": "refresh_token", "refresh_token": "rt_x"})
    assert (token.status_code, token.json["code"]) == (503, "UNAVAILABLE")
    parts.close()


def test_answers_are_counted_by_the_pattern_of_their_route(http, token_for):
    http.delete("/v1/me/consents/con_hushed", token=token_for("participant"))
    http.get("/v1/nothing/that-is-hushed")
    page = http.get("/metrics")
    assert page.content_type.startswith("text/plain")
    line = 'tanpuhui_http_answers_total{method="DELETE",route="/v1/me/consents/<consent_id>",'
    assert line + 'status="404"}' in page.text
    assert "hushed" not in page.text


def test_the_log_is_json_without_secrets(http, token_for, monkeypatch):
    out = io.BytesIO()
    kept = structlog.get_config()
    token = token_for("participant")
    structlog.reset_defaults()
    configure_log(out)
    # A logger keeps the arrangement that it first met.
    monkeypatch.setattr(requests, "_log", structlog.get_logger())
    try:
        http.delete("/v1/me/consents/con_secret?code=123", token=token,
                    headers={"Request-Id": "req-42"})  # fmt: skip
    finally:
        structlog.configure(**kept)
    [line] = [orjson.loads(each) for each in out.getvalue().splitlines()]
    assert line["request_id"] == "req-42"
    assert line["route"] == "/v1/me/consents/<consent_id>"
    assert (line["status"], line["code"], line["role"]) == (422, "VALIDATION_FAILED", None)
    assert token not in out.getvalue().decode()
    assert b"secret" not in out.getvalue()
    assert logging.getLogger("tanpuhui").handlers == []


def test_the_clock_moves_forward_only_and_says_where_it_stands(movable):
    http = Http(create_app(movable))
    before = datetime.fromisoformat(http.get("/v1/test/clock").json["now"])
    after = http.post("/v1/test/clock/advance", {"days": 1})
    assert after.status_code == 200, after.text
    moved = datetime.fromisoformat(after.json["now"])
    assert timedelta(days=1) <= moved - before < timedelta(days=1, minutes=1)
    to = (moved + timedelta(seconds=90)).isoformat()
    reached = http.post("/v1/test/clock/advance", {"to": to})
    assert datetime.fromisoformat(reached.json["now"]) >= datetime.fromisoformat(to)
    assert http.post("/v1/test/clock/advance", {"seconds": 1}).status_code == 200


@pytest.mark.parametrize("body", [
    {}, {"seconds": 0}, {"seconds": -5}, {"days": 1.5}, {"seconds": 1, "days": 1},
    {"to": "2020-01-01T00:00:00Z"}, {"to": "9999-12-31T00:00:00Z"}, {"days": 99_999},
    {"weeks": 1}, {"seconds": "60"},
])  # fmt: skip
def test_the_clock_refuses_nonsense(http, body):
    before = http.get("/v1/test/clock").json["ahead_s"]
    answer = http.post("/v1/test/clock/advance", body)
    assert answer.status_code == 422, answer.text
    assert http.get("/v1/test/clock").json["ahead_s"] == before


def test_there_is_no_clock_to_move_in_live_mode(wiring):
    live = wire(replace(wiring.settings, mode="live"))
    client = Http(create_app(live))
    assert client.get("/v1/test/clock").status_code == 404
    assert client.post("/v1/test/clock/advance", {"days": 1}).status_code == 404
    live.close()


def test_a_route_without_roles_cannot_be_written():
    for wrong in ((), ("emperor",)):
        with pytest.raises(AssertionError):
            allow(*wrong)
