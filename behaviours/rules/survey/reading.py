"""Reading what was measured in a period: a survey, as a document or a request writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from behaviours.document import DocumentError, Faults, Part
from behaviours.rules.factors import GRADES
from behaviours.rules.survey_rule import Cells, FixedFigure, Keys, Survey
from behaviours.yaml_text import read_tree

# What is told of a project and a period.
SURVEY_FIELDS = (
    "region",
    "period",
    "sets",
    "quantities",
    "labels",
    "project_parameters",
    "previous",
)


class InvalidSurvey(DocumentError, code="INVALID_SURVEY"):
    """What is told of a project and a period cannot be read; names line, field and what to do."""

    cases = ("field", "document")


def survey_of(text: str, source: str) -> Survey:
    """The survey that a text is; raises InvalidSurvey with all of its faults."""
    faults = Faults()
    part = read_tree(text, source, InvalidSurvey).noting(faults)
    part.only(*SURVEY_FIELDS)
    survey = faults.read(read_survey, part)
    faults.check()
    return survey


def read_survey(part: Part) -> Survey:
    """A survey as a document writes it: keys of several sets joined by full stops."""
    period = part.at("period")
    period.only("from", "to")
    members, parents = _members(part.maybe("sets"))
    return Survey(
        region=part.at("region").text(),
        starts_on=period.at("from").day(),
        ends_on=period.at("to").day(),
        members=members,
        parents=parents,
        quantities={n: read_cells(p) for n, p in _items(part, "quantities")},
        labels={
            n: {_keys(key): word.text() for key, word in p.items()}
            for n, p in _items(part, "labels")
        },
        fixed={n: _fixed(p) for n, p in _items(part, "project_parameters")},
        previous={n: p.number() for n, p in _items(part, "previous")},
    )


def _items(part: Part, section: str) -> Iterator[tuple[str, Part]]:
    if part.has(section):
        yield from part.at(section).items()


def _members(
    part: Part | None,
) -> tuple[dict[str, Sequence[str]], dict[str, Mapping[str, str]]]:
    """``strata: [S1, S2]``, and ``plots: {S1: [a, b], S2: [c]}`` of what lies within."""
    members: dict[str, Sequence[str]] = {}
    parents: dict[str, Mapping[str, str]] = {}
    for name, keys in part.items() if part is not None else ():
        if not isinstance(keys.value, dict):
            members[name] = [each.text() for each in keys.each()]
            continue
        lies_in = [(each.text(), parent) for parent, inner in keys.items() for each in inner.each()]
        members[name] = [key for key, _ in lies_in]
        parents[name] = dict(lies_in)
    return members, parents


def read_cells(part: Part) -> Cells:
    """A table by keys; a plain number is one cell without any."""
    if not isinstance(part.value, dict):
        return {(): part.number()}
    return {_keys(key): value.number() for key, value in part.items()}


def _keys(text: str) -> Keys:
    return tuple(text.split("."))


def _fixed(part: Part) -> FixedFigure:
    part.only("values", "source", "grade")
    return FixedFigure(
        read_cells(part.at("values")), part.at("source").text(), part.at("grade").one_of(*GRADES)
    )
