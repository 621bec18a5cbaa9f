"""Rows as a file that spreadsheets open."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

from flask import Response

# A cell that begins so is a formula to a spreadsheet.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_file(name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """The rows with their heads, in UTF-8 and marked so."""
    out = StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(heads)
    lines.writerows([_plain(cell) for cell in row] for row in rows)
    return Response(
        f"\ufeff{out.getvalue()}",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _plain(cell: str) -> str:
    """What somebody named a thing is never run; a negative number is one."""
    number = cell.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{cell}" if cell.startswith(_FORMULA) and not number else cell
