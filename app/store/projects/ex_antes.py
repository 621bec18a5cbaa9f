"""SQL of ex-ante tables: one for each design, with the years as rows of their own."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.ids import public
from app.store.inserting import insert_into
from app.store.log.acting import tell
from behaviours.json_value import JsonObject
from behaviours.projects.designed import DaySpan
from behaviours.projects.ex_ante import ExAnteRow, ExAnteSpan, StatedExAnte

_COLUMNS = StatedExAnte._fields
_ADD = text(insert_into("ex_ante", _COLUMNS)).bindparams(bindparam("content", type_=JSONB))
_ROW = ("project_id", "design_number", "starts_on", "ends_before", "saved_mg", "inputs")
_ADD_ROW = text(insert_into("ex_ante_row", _ROW)).bindparams(bindparam("inputs", type_=JSONB))
_ONE = text(
    f"select {', '.join(_COLUMNS)} from ex_ante"
    " where project_id = :project_id and design_number = :design_number"
)
_ROWS = text(
    "select starts_on, ends_before, saved_mg from ex_ante_row"
    " where project_id = :project_id and design_number = :design_number order by starts_on"
)


def add_ex_ante(
    connection: Connection,
    table: StatedExAnte,
    rows: Sequence[ExAnteRow],
    inputs: Sequence[JsonObject],
) -> None:
    """Keep a table and its years, each with the survey that it was computed from."""
    connection.execute(_ADD, table._asdict())
    which = {"project_id": table.project_id, "design_number": table.design_number}
    written = [
        {**which, **row.span._asdict(), "saved_mg": row.saved_mg, "inputs": document}
        for row, document in zip(rows, inputs, strict=True)
    ]
    connection.execute(_ADD_ROW, written)
    told: JsonObject = {"ex_ante_mg": table.total_mg, "ex_ante_digest": table.digest.hex()}
    tell("project", public("prj", table.project_id), told)


def find_ex_ante(
    connection: Connection, project_id: UUID, design_number: int
) -> StatedExAnte | None:
    """The table of a design, if it has one."""
    asked = {"project_id": project_id, "design_number": design_number}
    found = connection.execute(_ONE, asked).one_or_none()
    return StatedExAnte(*found)._replace(digest=bytes(found.digest)) if found else None


def ex_ante_rows(connection: Connection, project_id: UUID, design_number: int) -> list[ExAnteSpan]:
    """The years of a table, in their order."""
    asked = {"project_id": project_id, "design_number": design_number}
    return [
        ExAnteSpan(DaySpan(starts_on, ends_before), saved_mg)
        for starts_on, ends_before, saved_mg in connection.execute(_ROWS, asked)
    ]
