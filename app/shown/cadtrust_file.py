"""A project's rows for CAD Trust as files."""

from __future__ import annotations

from collections.abc import Sequence

from app.shown.cadtrust import CadTrustContext, CadTrustRow, cadtrust_rows
from app.shown.deterministic_zip import zipped
from app.usecases.projects.read_cadtrust import CadTrustSource
from behaviours.json_value import Json, JsonObject
from behaviours.signed_document import canonical
from rewards.registry.cadtrust import INSERT_ORDER, MODEL


def cadtrust_file(source: CadTrustSource, of: CadTrustContext) -> bytes:
    """The same as a zip."""
    return zipped(cadtrust_files(source, of))


def cadtrust_files(source: CadTrustSource, of: CadTrustContext) -> dict[str, bytes]:
    """A file for each table, numbered in insert order, and what was left out."""
    found = cadtrust_rows(source, of)
    files = {
        f"{at:02}-{table}.json": canonical(_table(table, found.rows))
        for at, table in enumerate(INSERT_ORDER, start=1)
    }
    left: list[Json] = [dict(each._asdict()) for each in found.left_out]
    files["left-out.json"] = canonical({"left_out": left})
    return files


def _table(table: str, rows: Sequence[CadTrustRow]) -> JsonObject:
    of_table: list[Json] = [
        {"id": each.row_id, "row": each.row} for each in rows if each.table == table
    ]
    return {"model": MODEL, "table": table, "rows": of_table}
