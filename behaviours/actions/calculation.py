"""A calculation as JSON: what is stored of it, what is shown, and what is exported.

The shapes only; ``quantify`` makes and reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

from behaviours.document import Tree
from behaviours.rules.series_value import SuppliedShown
from behaviours.sharing import RecordedShare


class RecordedInputs(TypedDict):
    """What a result was computed from; ``history`` as (civil day, quantity) where a rule reads it.

    ``evidence`` is what the equations read of it, ``quantities`` are as they were sent;
    ``reported_by`` stands there where the rule weighs the person's own word, ``share`` where a
    household shares the result, ``hours`` where an equation reads how long it took.
    """

    quantities: Mapping[str, str]
    evidence: Mapping[str, str]
    region: str
    occurred_on: str
    history: NotRequired[Sequence[Sequence[str]]]
    reported_by: NotRequired[str]
    share: NotRequired[RecordedShare]
    hours: NotRequired[str]


class RecordedCalculation(TypedDict):
    """The inputs, and the factor ids by the names of the parameters."""

    inputs: RecordedInputs
    factors: Mapping[str, str]


class Recomputable(RecordedCalculation):
    """What recomputing reads; ``digest`` names the rule by its content."""

    digest: str


class ReductionFacts(Recomputable):
    """What is stored of a reduction beside its milligrams."""

    methodology: str
    version: str
    provenance: str
    action_class: str
    vintage: int


class ReductionRecord(ReductionFacts):
    """What is stored of a reduction: plain JSON that gives the same milligrams again."""

    saved_mg: int


class ExportedRecord(ReductionFacts):
    """The record as it travels: the milligrams as text."""

    saved_mg: str


class InputShown(TypedDict):
    """A quantity (with a unit), a piece of evidence, the region or the day."""

    name: str
    value: str
    unit: NotRequired[str]
    meaning: str


class SourceShown(TypedDict):
    """Where a figure or an equation is from; of a factor's notice the title alone."""

    code: NotRequired[str]
    title: str
    url: NotRequired[str]


class RowShown(TypedDict):
    """A cell of a table with its key."""

    key: list[str]
    value: str


class ParameterShown(TypedDict):
    """A figure: a value, a table of ``rows``, or a factor of a series with its ``factor_id``."""

    name: str
    meaning: str
    unit: str
    provenance: NotRequired[str]
    source: NotRequired[SourceShown]
    value: NotRequired[str]
    rows: NotRequired[list[RowShown]]
    note: NotRequired[str]
    factor_id: NotRequired[str]
    series: NotRequired[str]
    area: NotRequired[str]
    data_year: NotRequired[int]
    notice: NotRequired[str]
    policy: NotRequired[str]
    # Of a value that the programme supplied: for actions done since, recorded since.
    holds_from: NotRequired[str]
    published_on: NotRequired[str]


class StepShown(TypedDict):
    """An equation and what came out of it."""

    name: str
    equation: str
    value: str
    unit: str
    meaning: str
    source: SourceShown
    provenance: str


class HistoryShown(TypedDict):
    """What was read of an earlier day."""

    on: str
    value: str


class RoundingShown(TypedDict):
    """The rule's one rounding."""

    rule: str
    exact_kg: str
    negative: str
    saved_mg: str


class ShareShown(TypedDict):
    """Which part of a household's whole the row is, of parts in the order of its people's ids."""

    parts: list[int]
    at: int
    whole_mg: str
    saved_mg: str


# ``if`` is a word of Python.
ConditionShown = TypedDict("ConditionShown", {"name": str, "if": str, "meaning": str, "met": bool})


class CalculationShown(TypedDict):
    """What a calculation is made of, but for its milligrams."""

    methodology: str
    digest: str
    provenance: str
    inputs: list[InputShown]
    parameters: list[ParameterShown]
    steps: list[StepShown]
    history: list[HistoryShown]
    rounding: RoundingShown
    conditions: list[ConditionShown]
    # Of a row that has one part of what its household saved; ``rounding`` is of the whole.
    share: NotRequired[ShareShown]


class WorkingShown(CalculationShown):
    """A working as JSON."""

    saved_mg: int


class ExportedCalculation(CalculationShown):
    """A stored reduction laid open: the working, the record and the published document."""

    saved_mg: str
    recomputed_mg: str
    agrees: bool
    record: ExportedRecord
    document: Mapping[str, Tree]
    # The values that the programme itself added to a series, where the calculation used some.
    supplied: NotRequired[list[SuppliedShown]]


class ConfirmationShown(TypedDict):
    """Who ended the waiting of an action (the role), when, how and why."""

    outcome: str
    by: str
    decided_at: str
    reason_code: str | None
    reason: str


class NamedCalculation(ExportedCalculation):
    """An exported calculation with the public ids of the action that it is of."""

    action_id: str
    reduction_id: str
    behaviour: str


class ConfirmedCalculation(NamedCalculation):
    """That of an action that waited, and was credited, refused or ended otherwise."""

    confirmation: ConfirmationShown
