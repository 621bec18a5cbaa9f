"""A register as a file: YAML with a list of ``rows``, or CSV with a column for every member.

In CSV a member of a member stands as ``evidence.ride_id``, one of a list as ``numbers.0.kind``, and
a list of short texts as one cell with semicolons between. Every value is read as the text that
stands there; what it means is decided by the register's schema.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import yaml

from behaviours.document import DocumentError, Tree
from behaviours.json_value import Json, JsonObject
from behaviours.refusal import Invalid
from behaviours.yaml_text import DEPTH_MAX, read_tree

CSV, YAML = FORMATS = ("csv", "yaml")
# With a byte order mark, because spreadsheets are what registers are kept in.
ENCODING: Final = "utf-8-sig"
BETWEEN: Final = ";"
MOST_ROWS: Final = 1_000
# What a spreadsheet takes for a formula, also behind the quotes by which it does not.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
# The place of a member in a list: no longer, and spelled in one way.
_PLACE = re.compile(r"0|[1-9][0-9]{0,3}")


class RegisterFileWrong(Invalid):
    """The file cannot be read as rows of a register.

    ``encoding``: it is not UTF-8; ``heading``: a column has no name, one that another has or is
    part of, or one of too many parts; ``uneven``: a row has more or fewer cells than the heading;
    ``csv``: a quote is not closed; ``list``: the YAML is no list of rows; ``empty``: there is no
    row; ``many``: too many.
    """

    cases = ("encoding", "heading", "uneven", "csv", "list", "empty", "many")


class RegisterRow(NamedTuple):
    """A row, and the place in the file by which a reader finds it: a line, or a number of YAML."""

    place: int
    said: dict[str, Tree]


def read_register(raw: bytes, form: str) -> list[RegisterRow]:
    """The rows of a file; raises RegisterFileWrong, and DocumentError for YAML of other shapes."""
    try:
        text = raw.decode(ENCODING)
    except UnicodeDecodeError as problem:
        raise RegisterFileWrong("encoding", byte=problem.start) from None
    rows = list(_read_yaml(text) if form == YAML else _read_csv(text))
    if not rows:
        raise RegisterFileWrong("empty")
    if len(rows) > MOST_ROWS:
        raise RegisterFileWrong("many", most=MOST_ROWS, count=len(rows))
    return rows


def write_register(
    rows: Iterable[JsonObject], columns: Sequence[str], form: str
) -> Iterator[bytes]:
    """The file of some rows, piece by piece: the same that ``read_register`` reads.

    ``columns`` are what CSV has room for, by their paths; YAML has every member that says anything.
    """
    if form == YAML:
        yield b"rows:\n"
        for row in rows:
            yield yaml.safe_dump([_texts(row)], allow_unicode=True, sort_keys=False).encode()
        return
    yield codecs.BOM_UTF8 + _line(columns)
    for row in rows:
        flat = dict(_flat(row, ""))
        assert flat.keys() <= {*columns}, "a column for every member"
        yield _line([_harmless(flat.get(name, "")) for name in columns])


def _line(cells: Sequence[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()


def _read_yaml(text: str) -> Iterator[RegisterRow]:
    document = read_tree(text, "register.yaml", DocumentError)
    document.only("rows")
    rows = document.at("rows").value
    if not isinstance(rows, list):
        raise RegisterFileWrong("list")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise RegisterFileWrong("list")
        yield RegisterRow(number, row)


def _read_csv(text: str) -> Iterator[RegisterRow]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: list[str] = []
    try:
        for cells in reader:
            if not any(cells):
                continue
            if not columns:
                columns = [cell.strip() for cell in cells]
                if not _is_heading(columns):
                    raise RegisterFileWrong("heading", line=reader.line_num)
            elif len(cells) != len(columns):
                raise RegisterFileWrong(
                    "uneven", line=reader.line_num, fields=len(cells), columns=len(columns)
                )
            else:
                yield RegisterRow(reader.line_num, _row(columns, cells))
    except csv.Error:
        raise RegisterFileWrong("csv", line=reader.line_num) from None


def _row(columns: Sequence[str], cells: Sequence[str]) -> dict[str, Tree]:
    """The members of a row; a cell that is empty says nothing."""
    row: dict[str, Tree] = {}
    for column, cell in zip(columns, cells, strict=True):
        if cell:
            *path, last = column.split(".")
            inner = row
            for step in path:
                member = inner.setdefault(step, {})
                assert isinstance(member, dict), "no column is part of another"
                inner = member
            inner[last] = cell[1:] if cell[0] == "'" and _FORMULA.match(cell) else cell
    return {name: _listed(value) for name, value in row.items()}


def _is_heading(columns: Sequence[str]) -> bool:
    """Whether each column names one member, that no other names, and no deeper than YAML may."""
    paths = {tuple(column.split(".")) for column in columns}
    if not all(columns) or len(paths) < len(columns):
        return False
    if any(len(path) > DEPTH_MAX for path in paths):
        return False
    return paths.isdisjoint(path[:most] for path in paths for most in range(1, len(path)))


def _listed(value: Tree) -> Tree:
    """Members that are numbered from nought are a list."""
    if not isinstance(value, dict):
        return value
    if value and all(map(_PLACE.fullmatch, value)):
        return [_listed(value[name]) for name in sorted(value, key=int)]
    return {name: _listed(inner) for name, inner in value.items()}


def _flat(value: Json, path: str) -> Iterator[tuple[str, str]]:
    if value is None or value == []:
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        if all(isinstance(each, str) for each in value):
            yield path, BETWEEN.join(map(str, value))
        else:
            for at, inner in enumerate(value):
                yield from _flat(inner, f"{path}.{at}")
    else:
        yield path, _text(value)


def _texts(row: JsonObject) -> dict[str, Json]:
    return {name: value for name, value in row.items() if value is not None and value != []}


def _text(value: Json) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _harmless(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text
