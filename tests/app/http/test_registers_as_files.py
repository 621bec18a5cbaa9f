"""A register goes out as a file and comes in again as it was; a wrong file says where."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from app.files.register_file import (
    CSV,
    FORMATS,
    YAML,
    RegisterFileWrong,
    read_register,
    write_register,
)
from app.http.registers import MEDIA
from app.usecases.organisations.create_user import NewUser, create_user
from app.wiring import Wiring
from behaviours.document import DocumentError
from behaviours.json_value import JsonObject
from tests.builders.commands import typed
from tests.builders.people import Http, Tokens

ROWS: list[JsonObject] = [
    {"code": "a", "kinds": ["ride", "meter"], "name": "=1+1", "numbers": [{"kind": "meter"}]},
    {"code": "b", "kinds": ["ride"], "name": '杭州, "地铁"\n二号线', "at": {"x": "0.10"}},
]
COLUMNS = ("code", "kinds", "name", "numbers.0.kind", "at.x")


def written(rows: Sequence[JsonObject], form: str, columns: Sequence[str] = COLUMNS) -> bytes:
    return b"".join(write_register(rows, columns, form))


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_written_is_read_again(form: str) -> None:
    read = [row.said for row in read_register(written(ROWS, form), form)]
    listed = {CSV: "ride;meter", YAML: ["ride", "meter"]}[form]
    assert read[0] == {**ROWS[0], "kinds": listed}
    assert read[1]["name"] == ROWS[1]["name"]
    assert read[1]["at"] == {"x": "0.10"}


def test_a_spreadsheet_sees_no_formula() -> None:
    (_, row, _) = csv.reader(io.StringIO(written(ROWS, CSV).decode("utf-8-sig"), newline=""))
    assert row[2] == "'=1+1"


@pytest.mark.parametrize(
    ("case", "raw"),
    [
        ("encoding", b"code\n\xff\n"),
        ("heading", b"code,code\na,b\n"),
        ("heading", b"code,\na,b\n"),
        ("heading", b"at,at.x\na,b\n"),
        ("uneven", b"code,name\na\n"),
        ("csv", b'code,name\n"a,b\n'),
        ("empty", b"code,name\n"),
        ("empty", b""),
        ("many", b"code\n" + b"a\n" * 1001),
    ],
)
def test_a_file_that_is_no_table_says_why(case: str, raw: bytes) -> None:
    with pytest.raises(RegisterFileWrong) as refused:
        read_register(raw, CSV)
    assert refused.value.case == case


def test_yaml_is_read_by_the_reader_of_documents() -> None:
    with pytest.raises(DocumentError):
        read_register(b"rows:\n- &a {code: x}\n- *a\n", YAML)
    with pytest.raises(RegisterFileWrong) as refused:
        read_register(b"rows: {code: x}\n", YAML)
    assert refused.value.case == "list"


def a_code() -> str:
    return f"i-{secrets.token_hex(6)}"


def an_issuer_row(**changes: Any) -> JsonObject:
    row: JsonObject = {
        "code": a_code(),
        "name_zh": "杭州地铁",
        "name_en": "Hangzhou Metro",
        # Kinds that nobody else of the tests claims: who reports alone would have to choose.
        "kinds": ["print_job", "desk_booking"],
        "per": "day",
        "numbers": [{"kind": "print_job", "least": 8, "most": 12, "digits_only": True}],
    }
    return {**row, **changes}


SHAPE = ("kind", "least", "most", "digits_only")
ISSUER_COLUMNS = (
    *("code", "name_zh", "name_en", "kinds", "per"),
    *(f"numbers.0.{name}" for name in SHAPE),
)


def sent(http: Http, path: str, raw: bytes, form: str, token: str) -> Any:
    return http.send("POST", path, data=raw, content_type=MEDIA[form], token=token)


@pytest.mark.parametrize("form", FORMATS)
def test_issuers_come_in_and_go_out(http: Http, token_for: Tokens, form: str) -> None:
    operator = token_for("operator")
    rows = [an_issuer_row(), an_issuer_row(numbers=[], per="never")]
    raw = written(rows, form, ISSUER_COLUMNS)
    tried = sent(http, "/v1/issuers/import?dry_run=true", raw, form, operator)
    assert (tried.status_code, tried.json) == (200, {"rows": 2})
    for token in (operator, operator, token_for("authority")):
        taken = sent(http, "/v1/issuers/import", raw, form, token)
        assert (taken.status_code, taken.json) == (201, {"rows": 2}), taken.text
    out = http.get(f"/v1/issuers/export?format={form}")
    assert out.content_type.startswith(MEDIA[form])
    mine = {row["code"] for row in rows}
    found = [row.said for row in read_register(out.data, form) if row.said["code"] in mine]
    again = written(found, form, ISSUER_COLUMNS)  # type: ignore[arg-type]
    assert sent(http, "/v1/issuers/import", again, form, operator).json == {"rows": 2}


def test_every_fault_of_every_row_is_told_and_nothing_is_taken(
    http: Http, token_for: Tokens
) -> None:
    operator, good = token_for("operator"), an_issuer_row()
    rows = [good, an_issuer_row(code="NO CODE"), an_issuer_row(per="weekly", kinds=[])]
    answer = sent(http, "/v1/issuers/import", written(rows, YAML), YAML, operator)
    assert answer.status_code == 422
    pointers = [each["pointer"] for each in answer.json["errors"]]
    assert pointers == ["/rows/1/code", "/rows/2/kinds", "/rows/2/per"]
    assert str(good["code"]) not in http.get("/v1/issuers/export").text


def test_a_file_of_declarations_points_at_its_rows(http: Http, token_for: Tokens) -> None:
    authority = token_for("authority")
    raw = (
        b"mechanism,reference,kind,issuer,evidence.ride_id,from\n"
        b"ccer,C-1,ride,nobody,R-1,2026-01-01\n"
    )
    answer = sent(http, "/v1/declared-elsewhere/import", raw, CSV, authority)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json["errors"]] == ["/rows/0/issuer"]


@pytest.mark.parametrize("form", FORMATS)
def test_declarations_come_in_and_go_out(
    http: Http, token_for: Tokens, wiring: Wiring, form: str
) -> None:
    operator, issuer = (
        token_for("operator"),
        an_issuer_row(kinds=["desk_booking"], numbers=[], per="never"),
    )
    for role in ("operator", "authority"):
        http.post("/v1/issuers", issuer, token=token_for(role))
    reference = f"C-{secrets.token_hex(4)}"
    row: JsonObject = {
        "mechanism": "ccer",
        "reference": reference,
        "kind": "desk_booking",
        "issuer": str(issuer["code"]),
        "evidence": {"booking_id": f"-{secrets.token_hex(6)}"},
        "from": "2026-01-01",
    }
    columns = ("mechanism", "reference", "kind", "issuer", "evidence.booking_id", "from")
    raw = written([row], form, columns)
    assert sent(http, "/v1/declared-elsewhere/import", raw, form, operator).json == {"rows": 1}
    out = http.get(f"/v1/declared-elsewhere/export?format={form}", token=operator)
    with http.nothing_done():
        again = sent(http, "/v1/declared-elsewhere/import", out.data, form, operator)
    assert again.status_code == 201
    (found,) = [
        each.said for each in read_register(out.data, form) if each.said["reference"] == reference
    ]
    assert row.items() <= found.items()


def test_other_media_are_refused(http: Http, token_for: Tokens) -> None:
    answer = http.post("/v1/issuers/import", {"rows": []}, token=token_for("operator"))
    assert (answer.status_code, answer.json["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_the_command_line_does_the_same(wiring: Wiring, token_for: Tokens, tmp_path: Path) -> None:
    row = an_issuer_row()
    file = tmp_path / "issuers.yaml"
    file.write_bytes(written([row], YAML, ISSUER_COLUMNS))
    for role, stands in (("operator", False), ("authority", True)):
        name, password = f"{role}-{secrets.token_hex(4)}", secrets.token_urlsafe(16)
        new = NewUser(name, password, role)
        wiring.database.transact(create_user, [new], now=wiring.clock.now())
        who = ("--as", name, "--password", password)
        taken = typed(wiring, "register", "import", "issuers", str(file), *who)
        assert taken.output.startswith(f"{int(stands)} rows stand in the register.\n"), taken.output
        assert ("other role" in taken.output) is not stands
        out = typed(wiring, "register", "export", "issuers", "--format", YAML).output
        assert (str(row["code"]) in out) is stands
    file.write_text("rows:\n- {code: NO CODE}\n")
    refused = typed(wiring, "register", "import", "issuers", str(file), *who)
    assert refused.exit_code != 0
    assert "/rows/0/code" in refused.output
