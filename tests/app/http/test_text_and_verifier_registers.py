"""What people agree to, and who may verify, come in by a file and go out as they were."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

from app.files.register_file import CSV, FORMATS, YAML, read_register, write_register
from app.http.registers import MEDIA
from app.ids import public
from app.wiring import Wiring
from behaviours.json_value import JsonObject
from tests.builders.answers import refusal
from tests.builders.commands import signed_in, typed
from tests.builders.people import Http, Tokens, an_organisation

# Words that a spreadsheet could spoil.
WORDS = {
    "zh-CN": "=同意；第一条\r\n“可撤回”。",
    "en": "'=I agree;\n\nand may withdraw, at any time.",
}
TEXT_COLUMNS = ("kind", "version", "in_force_from", "bodies.zh-CN", "bodies.en")
POOL_COLUMNS = (
    *("organisation_id", "behaviours", "reason"),
    *("ties.interests", "ties.of_operator", "ties.group"),
)


def a_text_row(**changes: Any) -> JsonObject:
    row: JsonObject = {
        "kind": "terms",
        "version": f"r-{secrets.token_hex(6)}",
        "in_force_from": "2099-01-01",
        "bodies": dict(WORDS),
    }
    return {**row, **changes}


def written(rows: list[JsonObject], form: str, columns: tuple[str, ...]) -> bytes:
    return b"".join(write_register(rows, columns, form))


def sent(http: Http, path: str, raw: bytes, form: str, token: str) -> Any:
    return http.send("POST", path, data=raw, content_type=MEDIA[form], token=token)


@pytest.mark.parametrize("form", FORMATS)
def test_texts_come_in_are_published_by_the_other_and_go_out(
    http: Http, token_for: Tokens, form: str
) -> None:
    operator, authority = token_for("operator"), token_for("authority")
    row = a_text_row()
    raw, path = written([row], form, TEXT_COLUMNS), "/v1/texts/import"
    tried = sent(http, f"{path}?dry_run=true", raw, form, operator)
    assert (tried.status_code, tried.json) == (200, {"rows": 1})
    taken = sent(http, path, raw, form, operator)
    assert (taken.status_code, taken.json) == (201, {"rows": 1}), taken.text
    with http.nothing_done():
        assert sent(http, path, raw, form, operator).json == {"rows": 1}
    assert str(row["version"]) not in http.get(f"/v1/texts/export?format={form}").text
    published = http.post(f"/v1/texts/terms/{row['version']}/publish", token=authority)
    assert published.status_code == 201, published.text
    told = http.get(f"/v1/texts/terms/{row['version']}").json
    assert {each["language"]: each["body"] for each in told["languages"]} == WORDS
    out = http.get(f"/v1/texts/export?format={form}")
    (found,) = [
        each.said
        for each in read_register(out.data, form)
        if each.said["version"] == row["version"]
    ]
    assert row.items() <= found.items()
    assert found["sha256"] == {each["language"]: each["sha256"] for each in told["languages"]}
    again = written([found], form, (*TEXT_COLUMNS, "published_at", "sha256.zh-CN", "sha256.en"))  # type: ignore[list-item]
    with http.nothing_done():
        assert sent(http, path, again, form, operator).json == {"rows": 1}
    other = written([{**row, "bodies": {**WORDS, "en": "I do."}}], form, TEXT_COLUMNS)
    answer = sent(http, path, other, form, operator)
    assert refusal(answer) == (409, "TEXT_PUBLISHED")
    assert pointer_of(answer) == "/rows/0/version"


def test_a_file_of_texts_is_taken_whole_or_not(http: Http, token_for: Tokens) -> None:
    good = a_text_row()
    rows = [good, a_text_row(kind="consent.flying")]
    answer = sent(http, "/v1/texts/import", written(rows, YAML, ()), YAML, token_for("operator"))
    assert refusal(answer) == (422, "UNKNOWN_TEXT_KIND")
    assert pointer_of(answer) == "/rows/1/kind"
    late = http.post(f"/v1/texts/terms/{good['version']}/publish", token=token_for("authority"))
    assert late.status_code == 404, "the good row was not taken either"
    missing = a_text_row(bodies={"en": "Only English."}, in_force_from="soon")
    answer = sent(
        http, "/v1/texts/import", written([missing], YAML, ()), YAML, token_for("operator")
    )
    pointers = [each["pointer"] for each in answer.json["errors"]]
    assert sorted(pointers) == ["/rows/0/bodies/zh-CN", "/rows/0/in_force_from"]


@pytest.mark.parametrize("form", FORMATS)
def test_verifiers_come_in_with_their_ties_and_go_out(
    http: Http, token_for: Tokens, wiring: Wiring, form: str
) -> None:
    authority, operator = token_for("authority"), token_for("operator")
    tied, plain = (an_organisation(wiring, "verifier") for _ in range(2))
    other = an_organisation(wiring, "enterprise")
    group = f"G {secrets.token_hex(4)}"
    rows: list[JsonObject] = [
        {
            "organisation_id": public("org", tied),
            "behaviours": ["bus_ride", "metro_ride"],
            "reason": "-Accredited until 2028.",
            "ties": {"interests": [public("org", other)], "of_operator": "false", "group": group},
        },
        {"organisation_id": public("org", plain), "reason": "Accredited."},
    ]
    raw, path = written(rows, form, POOL_COLUMNS), "/v1/verifiers/import"
    assert sent(http, path, raw, form, authority).json == {"rows": 0}
    assert sent(http, f"{path}?dry_run=true", raw, form, operator).json == {"rows": 2}
    assert in_pool(http) & {tied.hex, plain.hex} == set()
    waiting = http.get("/v1/proposals?limit=100", token=operator).json["data"]
    mine = [each for each in waiting if each["subject"]["id"] == public("org", tied)]
    assert [(each["step"], each["awaiting"]) for each in mine] == [
        ("organisation.state_ties", ["operator"]),
        ("verifier.admit", ["operator"]),
    ]
    assert sent(http, path, raw, form, operator).json == {"rows": 2}
    assert in_pool(http) >= {tied.hex, plain.hex}
    with http.nothing_done():
        assert sent(http, path, raw, form, authority).json == {"rows": 2}
    out = http.get(f"/v1/verifiers/export?format={form}")
    found = {each.said["organisation_id"]: each.said for each in read_register(out.data, form)}
    first, second = (found[str(each["organisation_id"])] for each in rows)
    listed = {CSV: "bus_ride;metro_ride", YAML: ["bus_ride", "metro_ride"]}[form]
    assert (first["behaviours"], first["reason"]) == (listed, "-Accredited until 2028.")
    assert first["ties"]["group"] == group  # type: ignore[index, call-overload]
    assert "ties" not in second
    with http.nothing_done():
        again = sent(http, path, out.data, form, authority)
    assert again.status_code == 201, again.text
    steps = http.get("/v1/registry/verifiers?limit=100").json["data"]
    mine = [each for each in steps if each["id"] == public("org", tied)]
    assert [(len(each["pool"]), len(each["ties"])) for each in mine] == [(1, 1)]


def test_a_file_of_verifiers_says_which_row_is_none(
    http: Http, token_for: Tokens, wiring: Wiring
) -> None:
    good, bad = an_organisation(wiring, "verifier"), an_organisation(wiring, "merchant")
    rows: list[JsonObject] = [
        {"organisation_id": public("org", each), "reason": "Accredited."} for each in (good, bad)
    ]
    raw = written(rows, CSV, POOL_COLUMNS)
    answer = sent(http, "/v1/verifiers/import", raw, CSV, token_for("authority"))
    assert answer.status_code == 422, answer.text
    assert pointer_of(answer) == "/rows/1/organisation_id"
    assert good.hex not in in_pool(http)
    assert sent(http, "/v1/verifiers/import", raw, CSV, token_for("provider")).status_code == 403


def test_the_command_line_takes_and_gives_each_of_them(
    wiring: Wiring, http: Http, tmp_path: Path
) -> None:
    text, verifier = a_text_row(), an_organisation(wiring, "verifier")
    pooled: JsonObject = {"organisation_id": public("org", verifier), "reason": "Accredited."}
    day: JsonObject = {"day": "2090-10-03", "working": False, "source": "S"}
    who = signed_in(wiring, "authority")
    for name, row in (("texts", text), ("verifiers", pooled), ("calendars", day)):
        file = tmp_path / f"{name}.yaml"
        file.write_bytes(written([row], YAML, ()))
        tried = typed(wiring, "register", "import", name, str(file), "--dry-run", *who)
        stand = 0 if name == "verifiers" else 1
        assert tried.output.startswith(f"{stand} rows would stand in the register.\n"), tried.output
    assert verifier.hex not in in_pool(http)
    operator = signed_in(wiring, "operator")
    first = typed(
        wiring, "register", "import", "verifiers", str(tmp_path / "verifiers.yaml"), *operator
    )
    assert first.output.startswith("0 rows stand in the register.\n"), first.output
    assert verifier.hex not in in_pool(http)
    for name in ("texts", "verifiers", "calendars"):
        file = tmp_path / f"{name}.yaml"
        taken = typed(wiring, "register", "import", name, str(file), *who)
        assert taken.output == "1 rows stand in the register.\n", taken.output
    assert verifier.hex in in_pool(http)
    assert verifier.hex in typed(wiring, "register", "export", "verifiers").output


def pointer_of(answer: Any) -> str:
    (fault,) = answer.json["errors"]
    return str(fault["pointer"])


def in_pool(http: Http) -> set[str]:
    out = http.get("/v1/verifiers/export?format=csv").data
    if out.count(b"\n") < 2:
        return set()
    return {str(each.said["organisation_id"])[-32:] for each in read_register(out, CSV)}
