"""What the platform hands out is refused when any single character of it is changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.commands.verify import verify
from app.factory import create_app
from app.ids import public
from app.wiring import Wiring
from behaviours.signed_document import check_signature, read_document
from tests.app.recording.conftest import Scene
from tests.builders.empty_market import market, shut
from tests.builders.market import issued, pooled_pv
from tests.builders.people import Http, Tokens
from tests.builders.selling import an_owner

__all__ = ["market", "shut"]

# How far apart the changes are that go through the whole command; each takes it some milliseconds.
STRIDE = 101


@pytest.fixture
def scene(make_scene: Callable[[], Scene]) -> Scene:
    return make_scene()


@pytest.fixture
def keys(scene: Scene, tmp_path: Path) -> str:
    """A file of the registry's published keys."""
    file = tmp_path / "keys.json"
    file.write_text(scene.http.get("/v1/registry/keys").text, encoding="utf-8")
    return str(file)


def a_calculation(scene: Scene) -> str:
    path = f"/v1/actions/{scene.report().json['id']}/calculation"
    return scene.http.get(path, token=scene.provider_token).text


def an_export(scene: Scene) -> str:
    scene.report()
    return scene.http.get("/v1/me/export", token=scene.person_token).text


def changed(text: str, every: int = 1) -> Iterator[str]:
    """The text with one character changed, each in turn; what still means the same is left out."""
    meant = json.loads(text)
    for at in range(0, len(text), every):
        for other in ("0" if text[at] != "0" else "1", chr(ord(text[at]) ^ 1)):
            one = text[:at] + other + text[at + 1 :]
            if not _means(one, meant):
                yield one


def _means(text: str, meant: Any) -> bool:
    try:
        return bool(json.loads(text) == meant)
    except ValueError:
        return False


def holds(text: str) -> bool:
    try:
        read = read_document(text)
    except ValueError:
        return False
    return isinstance(read, dict) and check_signature(read).holds


def told(text: str, *words: str) -> Result:
    found = CliRunner().invoke(verify, ["-", *words], input=text)
    # It says what is wrong, and never breaks on it.
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found


@pytest.mark.parametrize("handed_out", [a_calculation, an_export])
def test_no_signature_holds_over_a_changed_character(
    scene: Scene, handed_out: Callable[[Scene], str]
) -> None:
    text = handed_out(scene)
    assert holds(text)
    for one in changed(text):
        assert not holds(one), one


@pytest.mark.parametrize("handed_out", [a_calculation, an_export])
def test_the_command_refuses_a_file_with_a_changed_character(
    scene: Scene, keys: str, handed_out: Callable[[Scene], str]
) -> None:
    text = handed_out(scene)
    right = told(text, "--keys", keys)
    assert right.exit_code == 0, right.output
    for one in changed(text, every=STRIDE):
        assert told(one, "--keys", keys).exit_code == 1, one
        assert told(one).exit_code == 1, one


def a_certificate(market: Wiring, http: Http, tokens: Tokens) -> str:
    owner, _ = an_owner(market, 1)
    body = {
        "beneficiary": "杭州茶馆 𠮷",
        "purpose": "voluntary_offset",
        "period": "2026",
        "quantity_t": "1",
        "client_reference": "tea",
    }
    token = tokens("enterprise", tenant=owner)
    made = http.post("/v1/retirements", body, token=token, key="tea-1")
    assert made.status_code == 201, made.text
    return http.get(made.json["certificate_url"]).text


def an_inclusion(market: Wiring, http: Http, tokens: Tokens) -> str:
    (person, action), *_ = pooled_pv(market, people=3)
    issued(market)
    path = f"/v1/me/actions/{public('act', action)}/inclusion"
    answer = http.get(path, token=tokens("participant", tenant=person))
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize("handed_out", [a_certificate, an_inclusion])
def test_no_certificate_and_no_proof_holds_with_a_changed_character(
    market: Wiring,
    tmp_path: Path,
    handed_out: Callable[[Wiring, Http, Tokens], str],
) -> None:
    app = create_app(market)
    http = Http(app)
    text = handed_out(market, http, Tokens(app, market))
    published = tmp_path / "keys.json"
    published.write_text(http.get("/v1/registry/keys").text, encoding="utf-8")
    right = told(text, "--keys", str(published))
    assert right.exit_code == 0, right.output
    for one in changed(text):
        assert not holds(one), one
    for one in changed(text, every=STRIDE):
        assert told(one, "--keys", str(published)).exit_code == 1, one
        assert told(one).exit_code == 1, one


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("record", "version"), "2099"),
        (("record", "vintage"), 1999),
        (("record", "methodology"), "gd.distributed_pv"),
        (("record", "provenance"), "official"),
        (("record", "action_class"), "project"),
        (("record", "more"), "1"),
        (("digest",), "sha256:" + "0" * 64),
        (("methodology",), "bj.low_carbon_travel@1999"),
        (("provenance",), "official"),
        (("recomputed_mg",), "46001"),
        (("agrees",), 1),
        (("rounding", "rule"), "up"),
        (("rounding", "exact_kg"), "0.0460"),
        (("rounding", "negative"), "kept"),
        (("rounding", "saved_mg"), "46001"),
        (("conditions",), [{"name": "x"}]),
        (("more",), None),
    ],
)
def test_arithmetic_alone_finds_a_false_member_even_where_nothing_is_signed(
    scene: Scene, where: tuple[str, ...], value: Any
) -> None:
    document = json.loads(a_calculation(scene))
    del document["signature"]
    assert told(json.dumps(document)).exit_code == 1, "it says whose action it is; who says so?"
    assert told(json.dumps(document), "--unsigned").exit_code == 0
    part = document
    for name in where[:-1]:
        part = part[name]
    part[where[-1]] = value
    found = told(json.dumps(document), "--unsigned")
    assert found.exit_code == 1
    assert where[0] in found.output or "digest" in found.output


def test_a_member_that_stands_twice_is_no_document(scene: Scene) -> None:
    text = a_calculation(scene)
    found = told('{"agrees":true,' + text[1:])
    assert found.exit_code == 1
    assert "'agrees' stands twice" in found.output


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "0", "x", "\ufeff{}", "{}{}", '{"a":NaN}', '{"a":-Infinity}',
        '{"a":1e999}', '{"record":NaN}', '{"a":"\\ud800"}', '{"record":{},"action_id":"\\ud800"}',
        "[" * 100_000,
        '{"a":' * 5_000 + "1" + "}" * 5_000, '{"a":' + "9" * 5_000 + "}", '{"record":null}',
        '{"record":{},"document":{}}', '{"signature":null}', '{"signature":[]}',
        '{"signature":{},"proof":1}',
    ],
    ids=lambda text: text[:24],
)  # fmt: skip
def test_a_strangers_file_is_refused_and_breaks_nothing(text: str) -> None:
    assert told(text).exit_code == 1


def test_no_member_of_another_kind_breaks_it(scene: Scene) -> None:
    document = json.loads(a_calculation(scene))
    others: list[Any] = [None, [], {}, "", "x", 5, -1, 1.5, [[]], {"a": {}}]
    for name in document:
        for other in others:
            if other != document[name]:
                assert told(json.dumps({**document, name: other})).exit_code == 1, (name, other)
    for name in document["record"]:
        for other in others:
            if other != document["record"][name]:
                record = {**document["record"], name: other}
                assert told(json.dumps({**document, "record": record})).exit_code == 1, (
                    name,
                    other,
                )


def test_another_key_than_the_registrys_is_named(scene: Scene, tmp_path: Path) -> None:
    text = a_calculation(scene)
    published = scene.http.get("/v1/registry/keys").json
    published["keys"][0]["x"] = "A" * 43
    file = tmp_path / "others.json"
    file.write_text(json.dumps(published), encoding="utf-8")
    found = told(text, "--keys", str(file))
    assert found.exit_code == 1
    assert "Another key" in found.output
