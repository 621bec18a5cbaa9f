"""Ex-ante table: what a design expects of each civil year, run by the same engine as the periods.

Rows are half-open and cut at New Year, so the first and the last may be short: forty years from 18
August touch 41 civil years (projects.md, E8). A table that the engine does not reproduce is
refused, by row and in its total over all rows (E18, E20).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from behaviours.json_value import Json, JsonObject
from behaviours.projects.designed import DaySpan, DesignFacts
from behaviours.projects.plausible import check_plausible
from behaviours.projects.surveyed import (
    FixedTables,
    SurveyFrame,
    SurveyTold,
    chained,
    read_document,
    survey_document,
)
from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.rules.methodology import Version
from behaviours.rules.survey.run import run_survey


class ExAnteUnfit(Invalid):
    """The rows are not the civil years of the crediting period, each once and in order."""


class ExAnteNotReproduced(Conflict):
    """The engine comes to another mass: of a ``row``, or in the ``total`` of all rows."""

    cases = ("row", "total")


class ExAnteStands(Conflict):
    """The design has another table already: state the design anew to state another one."""


class ExAnteMissing(Conflict):
    """A design is on public notice with the table of what it is expected to come to."""


class UnknownExAnte(UnknownId):
    """The newest design of the project has no ex-ante table yet."""

    cases = ("ex_ante",)


class ExAnteRow(NamedTuple):
    """A civil year of the design, with its values and what they are said to come to."""

    span: DaySpan
    told: SurveyTold
    saved_mg: int


class NewExAnte(NamedTuple):
    """The table as it is stated: the project's own figures, the rows and their total in mg."""

    fixed: JsonObject
    rows: tuple[ExAnteRow, ...]
    total_mg: int


class StatedExAnte(NamedTuple):
    """The table as it is kept, for one design; ``digest`` is the SHA-256 of the content."""

    project_id: UUID
    design_number: int
    content: JsonObject
    digest: bytes
    total_mg: int
    stated_by: UUID
    stated_at: datetime


def check_reproduced(
    version: Version, region: str, facts: DesignFacts, said: NewExAnte
) -> list[JsonObject]:
    """The survey of each row, every one of which comes to what is said.

    Raises ExAnteUnfit, ExAnteNotReproduced, SurveyImplausible and what a run raises.
    """
    expected = facts.crediting.by_year()
    if [each.span for each in said.rows] != expected:
        raise ExAnteUnfit(
            pointer="/rows", years=len(expected), starts_on=facts.crediting.starts_on.isoformat()
        )
    fixed = FixedTables(said.fixed, facts.crediting)
    previous: JsonObject = {}
    documents = []
    for at, row in enumerate(said.rows):
        frame = SurveyFrame(region, row.span, facts)
        document = survey_document(version, frame, row.told, fixed, previous)
        survey = read_document(document)
        run = run_survey(version, survey)
        if run.mg != row.saved_mg:
            raise _differs("row", f"/rows/{at}/saved_mg", row.saved_mg, run.mg, row.span)
        check_plausible(version, facts, survey, run)
        previous = chained(version, run)
        documents.append(document)
    total_mg = sum(each.saved_mg for each in said.rows)
    if total_mg != said.total_mg:
        raise _differs("total", "/total_mg", said.total_mg, total_mg, facts.crediting)
    return documents


def _differs(
    case: str, pointer: str, stated_mg: int, computed_mg: int, span: DaySpan
) -> ExAnteNotReproduced:
    return ExAnteNotReproduced(
        case,
        pointer=pointer,
        stated_mg=str(stated_mg),
        computed_mg=str(computed_mg),
        starts_on=span.starts_on.isoformat(),
    )


def ex_ante_written(design_digest: bytes, said: NewExAnte) -> JsonObject:
    """The table as JSON, bound to its design by the digest; what its own digest is of."""
    rows: list[Json] = [
        {
            "from": each.span.starts_on.isoformat(),
            "to": each.span.ends_before.isoformat(),
            **each.told._asdict(),
            "saved_mg": str(each.saved_mg),
        }
        for each in said.rows
    ]
    return {
        "design_digest": design_digest.hex(),
        "project_parameters": said.fixed,
        "rows": rows,
        "total_mg": str(said.total_mg),
    }


class ExAnteSpan(NamedTuple):
    """A row as it is compared with what was measured."""

    span: DaySpan
    saved_mg: int


def expected_mg(rows: Sequence[ExAnteSpan], span: DaySpan) -> int:
    """What the table has for these days, by days of each row; rounded down."""
    return sum(
        each.saved_mg * each.span.within(span).days // each.span.days
        for each in rows
        if each.span.days
    )
