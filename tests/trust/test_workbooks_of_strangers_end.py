"""Workbooks that are made to fill a machine end in words, in little memory and little time."""

from __future__ import annotations

import gzip
import io
import json
import re
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.xml.constants import SHEET_MAIN_NS

from app.messages.catalogues import sentence
from behaviours.file_refusals import UnreadableFile
from tests.builders.files import RIDE, a_reading

MIB = 1 << 20
# A process that has read one row of an honest workbook holds some 90.
MOST_MIB = 160
MOST_S = 20
SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
BOOK = "xl/workbook.xml"
STYLES = "xl/styles.xml"
CONTENTS = "[Content_Types].xml"
RELS = "xl/_rels/workbook.xml.rels"
LAUGHS = b"".join(
    b'<!ENTITY a%d "%s">' % (at, b"&a%d;" % (at - 1) * 20 if at else b"ha") for at in range(12)
)

Parts = dict[str, bytes]


def parts() -> Parts:
    """Of an honest workbook with two rides."""
    book, saved = Workbook(), io.BytesIO()
    for cells in (("card", "trip", "at", "km"), *_RIDES):
        book.active.append(cells)
    book.save(saved)
    with zipfile.ZipFile(saved) as archive:
        made = {name: archive.read(name) for name in archive.namelist()}
    return _with_shared_texts(made)


def _with_shared_texts(made: Parts) -> Parts:
    """As spreadsheets write them: cells name their texts by their number."""
    texts: list[bytes] = []

    def shared(found: re.Match[bytes]) -> bytes:
        texts.append(found[1])
        return b't="s"><v>%d</v>' % (len(texts) - 1)

    made[SHEET] = re.sub(rb't="inlineStr"><is><t>(.*?)</t></is>', shared, made[SHEET])
    rows = b"".join(b"<si><t>%s</t></si>" % each for each in texts)
    made[TEXTS] = b'<sst xmlns="%s">%s</sst>' % (SHEET_MAIN_NS.encode(), rows)
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = b'<Override PartName="/%s" ContentType="%s"/></Types>' % (TEXTS.encode(), kind)
    if kind not in made[CONTENTS]:
        made[CONTENTS] = made[CONTENTS].replace(b"</Types>", part)
    return made


_RIDES = [(f"A{at}", f"t{at}", f"2026-03-01T0{at}:00:00+08:00", "1") for at in (1, 2)]


def packed(made: Parts, *more: tuple[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in (*made.items(), *more):
            with warnings.catch_warnings():
                # It says that a name stands twice.
                warnings.simplefilter("ignore", UserWarning)
                archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return raw.getvalue()


def changed(part: str, *changes: tuple[bytes, bytes]) -> bytes:
    made = parts()
    for before, after in changes:
        assert before in made[part], made[part][:600]
        made[part] = made[part].replace(before, after, 1)
    return packed(made)


def beside(part: str, end: bytes, filling: Callable[[], bytes]) -> Callable[[], bytes]:
    """With something added before the end of a part."""
    return lambda: changed(part, (end, filling() + end))


def declared(part: str, entities: bytes) -> Callable[[], bytes]:
    def made() -> bytes:
        rest = parts()[part]
        body = rest.partition(b"?>")[2] if rest.startswith(b"<?xml") else rest
        return packed(
            {**parts(), part: b'<?xml version="1.0"?><!DOCTYPE x [' + entities + b"]>" + body}
        )

    return made


def under(name: str) -> Callable[[], bytes]:
    return lambda: packed(parts(), (name, b"x"))


def elsewhere(part: str, path: str, filling: Callable[[], bytes]) -> Callable[[], bytes]:
    """A part under the name of a sheet, whose size no name tells."""

    def made() -> bytes:
        all_parts = parts()
        content = all_parts.pop(part)
        end = content.rindex(b"</")
        all_parts[path] = content[:end] + filling() + content[end:]
        for listing in (CONTENTS, RELS, "_rels/.rels"):
            all_parts[listing] = all_parts[listing].replace(
                f"/{part}".encode(), f"/{path}".encode()
            )
        return packed(all_parts)

    return made


def zipped_twice() -> bytes:
    inner = packed({"rides.csv": b"card,trip,at,km\n"})
    return packed({"rides.zip": inner})


def falsely_small() -> bytes:
    """Its directory says that a part is of 10 bytes."""
    raw = bytearray(packed(parts()))
    at = raw.rindex(SHEET.encode()) - 46
    raw[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(raw)


def long_cell(mebibytes: int) -> Callable[[], bytes]:
    start, end = b'<row r="9"><c t="str"><v>', b"</v></c></row>"
    return beside(SHEET, b"</sheetData>", lambda: start + b"x" * (mebibytes * MIB) + end)


ENDED: dict[str, tuple[Callable[[], bytes], str]] = {
    "a zipped csv": (lambda: packed({"rides.csv": b"card,trip,at,km\n"}), "other_format"),
    "a zip in a zip": (zipped_twice, "other_format"),
    "a workbook in gzip": (lambda: gzip.compress(packed(parts())), "no_text"),
    "a part twice": (lambda: packed(parts(), (SHEET, parts()[SHEET])), "no_workbook"),
    "a part twice in other letters": (under("XL/Worksheets/Sheet1.xml"), "no_workbook"),
    "a way out": (under("../../etc/passwd"), "no_workbook"),
    "a way out within": (under("xl/../../x"), "no_workbook"),
    "a way to the root": (under("/etc/passwd"), "no_workbook"),
    "a way out of windows": (under("xl\\..\\x"), "no_workbook"),
    "a drive": (under("C:/x"), "no_workbook"),
    "many parts": (
        lambda: packed(parts(), *((f"x/{at}", b"") for at in range(2001))),
        "unpacks_large",
    ),
    "a size that is false": (falsely_small, "damaged"),
    "large formats": (
        beside(STYLES, b"</styleSheet>", lambda: b"<x/>" * (100 * MIB // 4)),
        "overfull",
    ),
    "many formats": (beside(STYLES, b"</styleSheet>", lambda: b"<x/>" * 300_000), "overfull"),
    "a large book": (beside(BOOK, b"</workbook>", lambda: b" " * (200 * MIB)), "overfull"),
    "a large list of parts": (
        beside(CONTENTS, b"</Types>", lambda: b"<x/>" * (50 * MIB // 4)),
        "overfull",
    ),
    "a large list of relations": (
        beside(RELS, b"</Relationships>", lambda: b" " * (50 * MIB)),
        "overfull",
    ),
    "a book under a sheet's name": (
        elsewhere(BOOK, "xl/worksheets/b.xml", lambda: b" " * (50 * MIB)),
        "overfull",
    ),
    "texts under a sheet's name": (
        elsewhere(TEXTS, "xl/worksheets/t.xml", lambda: b"<si/>" * (34 * MIB // 5)),
        "overfull",
    ),
    "many texts": (beside(TEXTS, b"</sst>", lambda: b"<si/>" * 2_100_000), "overfull"),
    "much beside the rows": (
        beside(SHEET, b"</worksheet>", lambda: b"<x/>" * 2_100_000),
        "overfull",
    ),
    "a row of many cells": (
        beside(SHEET, b"</sheetData>", lambda: b'<row r="9">' + b"<c/>" * 200_000 + b"</row>"),
        "overfull",
    ),
    "a long cell": (long_cell(200), "overfull"),
    "a long attribute": (
        beside(SHEET, b"</sheetData>", lambda: b'<row r="' + b"9" * (100 * MIB) + b'"/>'),
        "overfull",
    ),
    "a long comment": (
        beside(SHEET, b"</sheetData>", lambda: b"<!--" + b"x" * (100 * MIB) + b"-->"),
        "overfull",
    ),
    "great depth": (beside(SHEET, b"</sheetData>", lambda: b"<a>" * 5_000_000), "overfull"),
    "great depth in the book": (beside(BOOK, b"</workbook>", lambda: b"<a>" * 100_000), "overfull"),
    "laughs in the sheet": (declared(SHEET, LAUGHS), "overfull"),
    "laughs in the texts": (declared(TEXTS, LAUGHS), "overfull"),
    "laughs in the formats": (declared(STYLES, LAUGHS), "overfull"),
    "laughs in the book": (declared(BOOK, LAUGHS), "overfull"),
    "laughs in the relations": (declared(RELS, LAUGHS), "overfull"),
    "laughs in the list": (declared(CONTENTS, LAUGHS), "overfull"),
    "a file of the machine": (
        declared(SHEET, b'<!ENTITY a SYSTEM "file:///etc/passwd">'),
        "overfull",
    ),
    "a place outside": (
        declared(TEXTS, b'<!ENTITY % a SYSTEM "http://127.0.0.1:1/x"> %a;'),
        "overfull",
    ),
    "no texts": (lambda: packed({k: v for k, v in parts().items() if k != TEXTS}), "no_workbook"),
    "no formats of its kind": (
        lambda: changed(STYLES, (b"<styleSheet", b"<styleSheeet")),
        "no_workbook",
    ),
    "no relations": (
        lambda: packed({k: v for k, v in parts().items() if k != RELS}),
        "no_workbook",
    ),
    "a sheet elsewhere": (
        lambda: changed(RELS, (b"/" + SHEET.encode(), b"http://127.0.0.1:1/x")),
        "no_sheet",
    ),
    "a sheet that is no xml": (lambda: packed({**parts(), SHEET: b"\xff" * 1000}), "damaged"),
}

FILLED: dict[str, Callable[[], bytes]] = {
    "an absurd size": lambda: changed(
        SHEET, (b'<dimension ref="A1:D3"', b'<dimension ref="A1:XFD1048576"')
    ),
    "a million merged cells": beside(
        SHEET,
        b"</worksheet>",
        lambda: b"<mergeCells>" + b'<mergeCell ref="A9:B9"/>' * 1_000_000 + b"</mergeCells>",
    ),
    "links outside": lambda: packed(
        parts(), ("xl/externalLinks/externalLink1.xml", b"<externalLink/>" + b" " * (40 * MIB))
    ),
    "large pictures": lambda: packed(parts(), ("xl/media/image1.png", b"\0" * (40 * MIB))),
    "large properties": beside(
        "docProps/core.xml", b"</cp:coreProperties>", lambda: b"<x/>" * 2_000_000
    ),
}


def in_a_child(raw: bytes, tmp_path: Path) -> dict[str, Any]:
    """What a process of its own made of the file, and the most memory that it had, in MiB."""
    path = tmp_path / "rides.xlsx"
    path.write_bytes(raw)
    child = [sys.executable, "-m", "tests.builders.reading_child", str(path)]
    made = subprocess.run(child, capture_output=True, text=True, check=True, timeout=120)
    found: dict[str, Any] = json.loads(made.stdout)
    assert found["most_mib"] < MOST_MIB, found
    assert found["seconds"] < MOST_S, found
    return found


@pytest.mark.parametrize("how", ENDED)
def test_a_workbook_that_is_none_ends_in_words(how: str, tmp_path: Path) -> None:
    make, case = ENDED[how]
    assert in_a_child(make(), tmp_path)["fault"] == case


@pytest.mark.parametrize("how", FILLED)
def test_what_is_not_asked_for_is_not_read(how: str, tmp_path: Path) -> None:
    found = in_a_child(FILLED[how](), tmp_path)
    assert (found["fault"], found["rows"]) == (None, 2)


def told(raw: bytes) -> tuple[list[str], list[str]]:
    drafts, flaws, counts = a_reading(raw, RIDE, name="rides.xlsx")
    assert counts.fault is None
    return [each.person for each in drafts], [each.refusal.case for each in flaws]


@pytest.mark.parametrize("number", ["-1", "99", "4_0", "４", "x", "1e0", "0.0"])
def test_a_text_that_the_table_has_not_takes_its_own_row(number: str) -> None:
    raw = changed(SHEET, (b"<v>4</v>", f"<v>{number}</v>".encode()))
    assert told(raw) == (["A2"], ["cell_error"])


def test_texts_of_several_runs_are_read_as_shown() -> None:
    runs = b'<si><r><t>A</t></r><r><t>1</t></r><rPh sb="0" eb="1"><t>xx</t></rPh></si>'
    raw = changed(TEXTS, (b"<si><t>A1</t></si>", runs))
    assert told(raw) == (["A1", "A2"], [])


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_words_say_what_to_do(language: str) -> None:
    said = sentence(UnreadableFile("overfull", name="rides.xlsx"), language)
    assert "rides.xlsx" in said
    assert "CSV" in said
