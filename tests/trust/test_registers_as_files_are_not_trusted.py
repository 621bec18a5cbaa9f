"""A register that comes as a file is read as it says, or refused where it is wrong.

Nothing that stands in a heading or a cell breaks the reading, and nothing of it is lost silently.
"""

from __future__ import annotations

import secrets

import pytest

from app.files.register_file import CSV, RegisterFileWrong, read_register, write_register
from tests.builders.people import Http, Tokens

ROUTES = tuple(
    f"/v1/{register}/import"
    for register in (
        *(
            "issuers",
            "declared-elsewhere",
            "texts",
            "calendars",
            "covered-emitters",
            "stores",
            "scenes",
            "series",
        ),
    )
)
LONG = "9" * 5_000
# Headings of one row of x.
NO_HEADINGS = {
    "deep": "code,a" + ".a" * 5_000,
    "deeper than YAML": "code," + ".".join("abcdefghijklm"),
    "part of another": "code,name.zh,name",
    "part of one before": "code,name,name.zh",
    "twice but for blanks": "code, code",
    "without a name": "code,",
}
ODD_FILES = {
    "place of a list": f"code,kinds.{LONG}\nx,ride\n",
    "place of a member of a list": f"code,numbers.{LONG}.kind\nx,meter\n",
    "places that are one": "code,numbers.0.kind,numbers.00.kind\nx,meter,ride\n",
    "number": f"code,numbers.0.kind,numbers.0.length\nx,meter,{LONG}\n",
    "infinite": "code,numbers.0.kind,numbers.0.length\nx,meter,1e400\n",
    "other digits": "code,numbers.0.kind,numbers.0.length\nx,meter,１２\n",
    "nul": "code,name_zh\nx\0,x\n",
    "mark within": "code,name_zh\n\ufeffx,x\n",
    "wide": ",".join(f"c{at}" for at in range(5_000)) + "\n" + ",".join("x" * 5_000) + "\n",
    "dots": "code,..,...\nx,x,x\n",
}


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("name", [*NO_HEADINGS, *ODD_FILES])
def test_nothing_in_a_table_breaks_its_reading(
    http: Http, token_for: Tokens, path: str, name: str
) -> None:
    heading = NO_HEADINGS.get(name)
    raw = ODD_FILES[name] if heading is None else f"{heading}\n{'x,' * heading.count(',')}x\n"
    answer = http.send(
        "POST", path, token=token_for("operator"), key=secrets.token_hex(8),
        data=raw.encode(), content_type="text/csv",
    )  # fmt: skip
    told = {"REGISTER_FILE_WRONG"} if heading else {"VALIDATION_FAILED", "REGISTER_FILE_WRONG"}
    assert answer.status_code == 422, answer.text
    assert answer.json["code"] in told, answer.text


def test_lines_may_end_as_old_spreadsheets_end_them() -> None:
    for end in ("\r", "\n", "\r\n"):
        raw = end.join(("\ufeffcode,names.0", "a,x", "", "b,=y", "")).encode()
        read = [row.said for row in read_register(raw, CSV)]
        assert read == [{"code": "a", "names": ["x"]}, {"code": "b", "names": ["=y"]}]


@pytest.mark.parametrize(
    "text", ["=1+1", "'=1+1", "''-x", "'", "''", "-", "@a", "\ta", "'a", "a'="]
)
def test_what_looks_like_a_formula_comes_back_as_it_was(text: str) -> None:
    raw = b"".join(write_register([{"code": text}], ("code",), CSV))
    cell = raw.decode("utf-8-sig").splitlines()[1].strip('"')
    assert cell[0] not in "=+-@\t"
    (row,) = read_register(raw, CSV)
    assert row.said == {"code": text}


def test_a_list_has_its_members_in_their_places(http: Http) -> None:
    raw = b"code,at.10,at.9,at.0\na,eleven,ten,one\n"
    (row,) = read_register(raw, CSV)
    assert row.said["at"] == ["one", "ten", "eleven"]
    (odd,) = read_register(b"code,at.0,at.x\na,b,c\n", CSV)
    assert odd.said["at"] == {"0": "b", "x": "c"}, "not a list, so the schema refuses it"
    with pytest.raises(RegisterFileWrong):
        read_register(b"code,at.0,at.0.x\na,b,c\n", CSV)
