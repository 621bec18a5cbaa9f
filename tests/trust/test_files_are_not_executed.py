"""Nothing in a file or its mapping runs, hangs the worker, or unpacks to more than can be held."""

from __future__ import annotations

import gzip
import io
import json
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from app.files import lines, reading, workbook
from app.files.reading import RowFile
from app.messages.catalogues import sentence
from behaviours.files import limits
from behaviours.files.mapping_document import read_mapping
from behaviours.files.outcome import Counts, Flaw
from tests.builders.civil import CHINA
from tests.builders.files import RIDE, a_reading

ROW = b"A1,t-%d,2026-03-01T08:00:00+08:00,2.5\n"
HEADER = b"card,trip,at,km\n"


def fault(raw: bytes, name: str = "rides.csv") -> str:
    _, _, counts = a_reading(raw, name=name)
    assert counts.fault is not None
    return counts.fault.case


def test_a_pattern_of_a_stranger_takes_time_by_the_length_of_the_text() -> None:
    slow = deepcopy(RIDE)
    slow["records"][0]["external_id"] = {"value": "{trip}", "replace": {"(a+)+$": "x"}}
    text = HEADER.decode() + "A1," + "a" * 4000 + "!,2026-03-01T08:00:00+08:00,1\n"
    began = time.process_time()
    a_reading(text, slow)
    assert time.process_time() - began < 2


def test_replacements_cannot_grow_without_end() -> None:
    grown = deepcopy(RIDE)
    many = {f"x{'x*' * n}": "x" * 200 for n in range(20)}
    grown["records"][0]["external_id"] = {"value": "{trip}", "replace": many}
    _, (flaw,), _ = a_reading((HEADER + ROW % 1).replace(b"t-", b"x" * 90), grown)
    assert (flaw.code, flaw.refusal.case) == ("UNREADABLE_TEXT", "long")


def test_a_line_without_end_is_refused_and_the_next_is_read() -> None:
    raw = HEADER + ROW % 1 + b"x" * 3_000_000 + b"\n" + ROW % 2
    drafts, flaws, counts = a_reading(gzip.compress(raw))
    assert [draft.external_id for draft in drafts] == ["t-1", "t-2"]
    assert [(flaw.line, flaw.refusal.case) for flaw in flaws] == [("3", "long")]
    assert counts.fault is None


@pytest.mark.parametrize(
    ("module", "name", "case"),
    [
        (reading, "PACKED_BYTES", "large"),
        (lines, "UNPACKED_BYTES", "unpacks_large"),
        (lines, "LINES", "many_lines"),
    ],
)
def test_a_file_beyond_a_limit_ends_there(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str, case: str
) -> None:
    raw = HEADER + b"".join(ROW % number for number in range(20))
    monkeypatch.setattr(module, name, 10 if name == "LINES" else 300)
    drafts, _, counts = a_reading(raw)
    assert counts.fault is not None
    assert counts.fault.case == case
    assert len(drafts) == counts.lines - counts.heading == {"large": 0}.get(case, len(drafts))
    assert len(drafts) < 20


@pytest.mark.parametrize(
    ("raw", "case"),
    [
        ("card,trip\nA1,t\n".encode("utf-16"), "no_text"),
        (b"card\0,trip\n", "no_text"),
        (b"card,trip\rA1,t\rA2,u\r", "line_ends"),
        (b"\x1f\x8b" + b"nonsense" * 9, "damaged"),
        (b"PK\x03\x04" + b"nonsense" * 9, "no_workbook"),
        (b"\xff\xfe\xfd\x80", "unknown_encoding"),
        (b"PAR1\x15\x04" + b"\0" * 40 + b"PAR1", "other_format"),
        (b"%PDF-1.7 and so on", "other_format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 40, "other_format"),
        (b"BZh91AY&SY", "other_format"),
    ],
)
def test_what_is_no_file_of_rows_says_so(raw: bytes, case: str) -> None:
    assert fault(raw) == case


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize(
    ("raw", "named"), [(b"PAR1" + b"\0" * 40, "Parquet"), (b"Obj\x01avro", "Avro"), (b"\0\0", "")]
)
def test_what_is_not_read_is_told_with_what_is(raw: bytes, named: str, language: str) -> None:
    _, _, counts = a_reading(raw, name="rides.parquet")
    assert counts.fault is not None
    told = sentence(counts.fault, language)
    for each in (named, "CSV", "NDJSON", "xlsx"):
        assert each in told


def test_a_character_nul_far_into_the_file_is_a_refused_line() -> None:
    raw = HEADER + b"".join(ROW % number for number in range(3000)) + b"\0\n" + ROW % 3000
    drafts, flaws, counts = a_reading(raw)
    assert (len(drafts), [flaw.refusal.case for flaw in flaws]) == (3001, ["nul"])
    assert counts.fault is None


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", b"<x>" + b" " * (limits.SHEET_TEXTS_BYTES + 1))
    assert len(raw.getvalue()) < 100_000
    assert fault(raw.getvalue()) == "unpacks_large"
    monkeypatch.setattr(workbook, "SHEET_BYTES", 1000)
    assert fault(raw.getvalue()) == "unpacks_large"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\0b.csv", "\0", "", "x" * 5000, "/dev/zero"]
)
def test_the_name_of_a_file_is_shown_and_never_opened(name: str) -> None:
    drafts, flaws, _ = a_reading(HEADER + ROW % 1, name=name)
    assert (len(drafts), flaws) == (1, [])


class _Endless(io.RawIOBase):
    """Rows that are made when they are read, so that only the reader can hold them."""

    def __init__(self, total: int) -> None:
        self._left = total
        self._block = HEADER + b"".join(ROW % number for number in range(20_000))
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset if whence == 0 else self._left
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        start = self._at % len(self._block)
        size = min(len(buffer), self._left - self._at, len(self._block) - start)
        made = memoryview(self._block)[start : start + size]
        buffer[:size] = made
        self._at += len(made)
        return len(made)


def test_a_large_file_is_read_in_little_memory() -> None:
    """Some 8 MB here; a gigabyte takes no more, only longer."""
    opened = io.BufferedReader(_Endless(8_000_000))
    mapping = read_mapping('{"person": "x", "records": [{"behaviour": "b", "region": "r",'
                           ' "external_id": "{trip}", "occurred_at": "{at}"}]}', CHINA)  # fmt: skip
    counts = Counts()
    rows: Iterator[object] = RowFile(opened, "big.csv", mapping.source, counts).rows()
    next(rows)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    flaws = sum(isinstance(one, Flaw) for one in rows)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert counts.lines > 150_000
    assert flaws <= 100
    assert after - before < 12 * 1024, f"{(after - before) / 1024:.0f} MiB more"


GIB = 1 << 30
MOST_MIB = 160


def read_in_a_child(path: Path) -> dict[str, Any]:
    """What a process of its own read of the file, and the most memory that it had, in MiB."""
    child = [sys.executable, "-m", "tests.builders.reading_child", str(path)]
    made = subprocess.run(child, capture_output=True, text=True, check=True, timeout=300)
    found: dict[str, Any] = json.loads(made.stdout)
    return found


def test_a_gigabyte_of_rows_is_read_in_little_memory(tmp_path: Path) -> None:
    """As rows of ten thousand bytes, which unpack to a gigabyte out of some megabytes."""
    note = "x" * 9_950
    rows = "".join(f"A1,t-{at % 10},2026-03-01T08:00:00+08:00,{note}\n" for at in range(1_000))
    block = gzip.compress(rows.encode(), 1)
    path = tmp_path / "big.csv.gz"
    with path.open("wb") as file:
        file.write(gzip.compress(b"card,trip,at,km\n"))
        for _ in range(GIB // len(rows) + 1):
            file.write(block)
    read = read_in_a_child(path)
    assert read["fault"] is None
    assert read["rows"] * len(rows) // 1_000 >= GIB
    assert read["most_mib"] < MOST_MIB


@pytest.mark.parametrize(("size", "fault"), [(GIB, "large"), (511 << 20, "no_text")])
def test_a_gigabyte_of_nothing_is_refused_at_once(tmp_path: Path, size: int, fault: str) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(size)
    read = read_in_a_child(path)
    assert (read["fault"], read["rows"]) == (fault, 0)
    assert read["most_mib"] < MOST_MIB
    assert read["seconds"] < 5


def test_a_few_bytes_that_unpack_without_end_stop_at_the_limit(tmp_path: Path) -> None:
    block = gzip.compress(b"x" * (64 << 20))
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(
        gzip.compress(b"card,trip,at,km\n") + block * (limits.UNPACKED_BYTES // (64 << 20) + 1)
    )
    assert path.stat().st_size < 4 << 20
    read = read_in_a_child(path)
    assert read["fault"] == "unpacks_large"
    assert read["most_mib"] < MOST_MIB
