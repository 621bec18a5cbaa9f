"""A calculation as JSON: what is stored of it, what is shown, and what is exported.

The shapes only; ``quantify`` makes and reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

from behaviours.document import Tree
from behaviours.rules.series_value import SuppliedShown
from behaviours.sharing import RecordedShare


class RecordedLimit(TypedDict):
    """Of one limit of the rule: what counted before in its period, and what of the action counts.

    Both in the unit of the document.
    """

    before: str
    counted: str


class RecordedInputs(TypedDict):
    """What a result was computed from; ``history`` as (civil day, quantity) where a rule reads it.

    ``evidence`` is what the equations read of it, ``quantities`` are as they were sent;
    ``reported_by`` stands there where the rule weighs the person's own word, ``share`` where a
    household shares the result, ``hours`` where an equation reads how long it took, ``limits``, by
    name, where the rule limits what counts, and ``limited_by`` where one of them cut something off.
    """

    quantities: Mapping[str, str]
    evidence: Mapping[str, str]
    region: str
    occurred_on: str
    history: NotRequired[Sequence[Sequence[str]]]
    reported_by: NotRequired[str]
    share: NotRequired[RecordedShare]
    hours: NotRequired[str]
    limits: NotRequired[Mapping[str, RecordedLimit]]
    limited_by: NotRequired[str]


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


class MovedShown(TypedDict):
    """A figure, or a row of one, that states an uncertainty: as stated, its half-width at the
    confidence of the result, in its unit, and what that moves the result by."""

    name: str
    key: list[str]
    stated: str
    half_width: str
    unit: str
    moves_kg: str


class UncertaintyShown(TypedDict):
    """That of the result before its rounding: a half-width, and as a share of it (null of nought).

    It is a least one where figures are ``unstated``: they count as exact.
    """

    method: str
    confidence: str
    half_width_kg: str
    relative: str | None
    figures: list[MovedShown]
    unstated: list[str]


# ``from`` is a word of Python.
LimitShown = TypedDict(
    "LimitShown",
    {
        "name": str,
        "of": str,
        "most": str,
        "unit": str,
        "per": str,
        "from": str,
        "above": str,
        "before": str,
        "counted": str,
        "is_cut": bool,
        "meaning": dict[str, str],
        "provenance": str,
    },
)
# ``if`` is one as well.
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
    # Where a figure states its uncertainty.
    uncertainty: NotRequired[UncertaintyShown]
    # Where the rule limits what counts in a period; ``rounding`` is of what was left to count.
    limits: NotRequired[list[LimitShown]]
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


def counted_of(shown: CalculationShown | ExportedCalculation) -> dict[str, str]:
    """The quantities of which the equations read another value than was sent: what counts."""
    names = {each["name"] for each in shown["inputs"]}
    return {
        each["of"]: each["counted"]
        for each in shown.get("limits", ())
        # Where nothing counts the steps are those of what was sent.
        if each["of"] in names and each["counted"] != "0"
    }
