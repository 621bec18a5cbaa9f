"""Filling a rule: the new version's document and examples, with what comes out of each anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from behaviours.actions.drafts import document_text
from behaviours.actions.trying import try_example
from behaviours.document import Faults
from behaviours.rules.building import build_version
from behaviours.rules.document import document_of
from behaviours.rules.examples import Example, read_examples
from behaviours.rules.factors import FactorBook
from behaviours.rules.filling import Supplied, cases_of, filled, with_outcome
from behaviours.rules.methodology import Version, worst_grade


class FilledTexts(NamedTuple):
    """The texts of a version that supplies what an earlier one awaited.

    ``grade`` is that of the weakest on which a worked case rests; empty while figures are missing.
    """

    document: str
    examples: str
    grade: str


def fill(
    version: Version,
    figures: Sequence[Supplied],
    *,
    name: str,
    starts_on: date | None,
    book: FactorBook,
) -> FilledTexts:
    """What the figures make of an awaiting version.

    Raises FigureNotAwaited, FigureUnitDiffers, and DocumentError for a figure that does not suit
    the rule, such as a table without one of its rows.
    """
    document = filled(version, figures, name=name, starts_on=starts_on)
    made = build_version(document_of(document), book)
    cases = cases_of(version, made)
    faults = Faults()
    examples = read_examples(made, document_of({"examples": list(cases)}), faults)
    faults.check()
    told = [
        with_outcome(case, try_example(made, example))
        for case, example in zip(cases, examples, strict=True)
    ]
    return FilledTexts(
        document_text(document, "/document"),
        document_text({"examples": list(told)}, "/examples"),
        ""
        if made.awaiting
        else worst_grade(
            [_grade(made, e) for e, case in zip(examples, told, strict=True) if "saved_mg" in case]
        ),
    )


def _grade(version: Version, example: Example) -> str:
    on, recorded_on = example.occurred_on, example.recorded_on
    return version.bound(example.region, on, recorded_on).provenance
