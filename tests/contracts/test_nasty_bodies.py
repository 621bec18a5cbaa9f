"""Whatever is sent to a documented route, it answers: never with a 500."""

from __future__ import annotations

import copy
import json
import math
import re
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from app.auth import PUBLIC
from app.http.openapi import described
from tests.builders.browser import FORM, HIDDEN, Browser
from tests.builders.people import Tokens, an_address

METHODS = ("get", "post", "put", "patch", "delete")
NASTY = (
    None, True, False, 0, -1, 1, 1.5, -0.0, 1e308, 2**31, 2**63, 2**64, -(2**63) - 1, 10**40,
    math.nan, math.inf, "", " ", "0", "1", "-1", "+1", "1.5", "1e5", "1_000", "0x10", "01", "1.",
    "１２", "٣", "NaN", "Infinity", "9" * 40, "0.0000001", "a" * 70_000, "\x00", "a\x00b", "\ud800",
    "\u202e", "\U0001f600", "'; drop table action; --", "{}", "null", "../../etc/passwd",
    "=1+1", "CN-33", "CN-99", "cn-33", "CN-３３", "2026-02-30T00:00:00+08:00",
    "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-03-01T08:30:00",
    "2026-03-01T08:30:60Z", "2026-03-01", "0000-00-00", "9999-12-31", "par_" + "0" * 32,
    "par_" + "f" * 32, "par_" + "g" * 32, "blk_" + "0" * 32, "PAR_" + "0" * 32, [], [[]], {},
    [None], [{}], {"": ""}, {"a": {"b": {"c": {}}}}, ["x"] * 200,
    {"amount": "1.234", "currency": "CNY"}, {"amount": "-1", "currency": "USD"},
)  # fmt: skip

anything = st.recursive(
    st.sampled_from(NASTY) | st.text(max_size=12) | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def routes(app, wiring):
    """(method, path, token, example body or None) of every operation of the contract."""
    make = Tokens(app, wiring)
    tokens: dict[str, str] = {}
    found = []
    for path, methods in described(app)["paths"].items():
        for method in METHODS:
            leaves = (path, method) == ("/v1/me", "delete")
            if method not in methods or leaves or path.startswith("/v1/test/"):
                continue
            role = methods[method]["x-roles"][0]
            if role != PUBLIC and role not in tokens:
                tokens[role] = make(role)
            bodies = methods[method].get("requestBody", {}).get("content", {})
            example = bodies.get("application/json", {}).get("example")
            found.append((method.upper(), path, tokens.get(role), example))
    return found


# Pages that a person fills in say on the page what is wrong.
FORM_PAGES = ("/login", "/links/", "/account", "/complaints", "/console", "/wallet")


def assert_answered(answer, what):
    assert answer.status_code < 500, f"{what}: {answer.text}"
    if not what.startswith("POST /v1/auth/"):
        assert answer.status_code != 401, f"{what}: the token is good, so this tried nothing"
    if answer.status_code >= 400:
        is_page = what.partition(" ")[2].startswith(FORM_PAGES)
        known = {"application/problem+json"} | ({"text/html; charset=utf-8"} if is_page else set())
        assert answer.content_type in known, what


def raw(value) -> bytes:
    """JSON as a careless client writes it: lone surrogates escaped, NaN and Infinity bare."""
    return json.dumps(value).encode()


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_nasty_members_are_refused_or_taken_never_broken_on(http, routes, data):
    with_body = [each for each in routes if isinstance(each[3], dict)]
    method, path, token, example = data.draw(st.sampled_from(with_body))
    body = copy.deepcopy(example)
    names = [*body, "surprise"]
    for name in data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3)):
        body[name] = data.draw(anything)
    answer = http.send(
        method,
        path.replace("{", "").replace("}", ""),
        token=token,
        key="nasty",
        data=raw(body),
        content_type="application/json",
    )
    assert_answered(answer, f"{method} {path} {raw(body)[:300]!r}")


@pytest.mark.parametrize("value", NASTY, ids=lambda value: ascii(value)[:24])
def test_every_member_of_every_body_meets_every_nasty_value(http, routes, value):
    for method, path, token, example in routes:
        if not isinstance(example, dict):
            continue
        where = path.replace("{", "").replace("}", "")
        for body in (value, *({**example, name: value} for name in example)):
            answer = http.send(
                method, where, token=token, key="nasty", data=raw(body),
                content_type="application/json",
            )  # fmt: skip
            assert_answered(answer, f"{method} {path} {raw(body)[:300]!r}")


@pytest.mark.parametrize(
    "piece",
    ["%00", "%F0%9F", "%ED%A0%80", "0" * 5000, "par_" + "F" * 32, "..", "%2e%2e", "%0d%0aX: y",
     "x%00y", "１", "act_" + "0" * 32, "%25", "'"],
)  # fmt: skip
def test_nasty_ids_and_filters_are_refused(http, routes, piece):
    for method, path, token, example in routes:
        places = [f"{path}?limit={piece}", f"{path}?cursor={piece}&surprise={piece}"]
        if "{" in path:
            head, _, tail = path.partition("{")
            places.append(head + piece + tail.partition("}")[2].replace("{", "").replace("}", ""))
        for place in places:
            safe = quote(place.replace("{", "").replace("}", ""), safe="/%?=&'.:")
            answer = http.send(method, safe, token=token, key="nasty", body=example)
            assert_answered(answer, f"{method} {safe[:200]}")


@pytest.mark.parametrize("path", ["/complaints", "/complaints/follow"])
def test_every_field_of_a_form_meets_every_nasty_text(app, path):
    browser = Browser(app)
    form = FORM.findall(browser.open(f"{path}?lang=en").text)[0][2]
    drawn = dict.fromkeys(re.findall(r' name="(\w+)"', form), "")
    assert {"form_token"} < drawn.keys()
    good = {"kind": "points", "region": "CN-33", "text": "No points came."}
    drawn |= {name: value for name, value in good.items() if name in drawn}
    drawn |= dict(HIDDEN.findall(form))
    for value in (each for each in NASTY if isinstance(each, str)):
        for name in drawn:
            # At an address of its own: nobody else has used up its turns.
            browser.client.environ_base["REMOTE_ADDR"] = an_address()
            sent = urlencode({**drawn, name: value}, errors="surrogatepass")
            answer = browser.open(
                path, "POST", data=sent, content_type="application/x-www-form-urlencoded"
            )
            assert_answered(answer, f"POST {path} {name}={value[:80]!a}")
