"""The shape of rule documents and examples as JSON Schema, for editors.

It is made of the same tables as the reader. What only the reader can know - names, units, formulas,
and whether the examples come out - an editor cannot check; what the schema refuses, so does the
reader.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

from behaviours.json_value import JsonObject
from behaviours.rules import clauses
from behaviours.rules.amending import AMENDS, KEPT, NEEDED as AMENDMENT
from behaviours.rules.building import FIELDS, OPTIONAL
from behaviours.rules.common_clauses import PROJECT
from behaviours.rules.examples import FIELDS as EXAMPLE_FIELDS, ORIGINS
from behaviours.rules.factors import GRADES, POLICIES
from behaviours.rules.limit_rule import ABOVE, PERIODS
from behaviours.rules.members import HOUSEHOLD
from behaviours.rules.rounding import MG_OF, MODES, NEGATIVE, RESULT_MODES
from behaviours.rules.survey.building import FIELDS as SURVEY_FIELDS, OPTIONAL as SURVEY_OPTIONAL
from behaviours.rules.survey.examples import FIELDS as SURVEY_EXAMPLE_FIELDS
from behaviours.rules.trusted import (
    CONFIRMATIONS,
    INSTALLATION_KINDS,
    OUTCOMES,
    PARTICIPANT,
    PROVIDER,
)
from behaviours.rules.units import GASES
from behaviours.vocabulary import ACTION_CLASSES, CATEGORIES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema: TypeAlias = JsonObject

# Unquoted, an editor takes 2024 for a number and true for a truth; the reader reads the text.
TEXT: Schema = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
MAYBE_EMPTY: Schema = {"type": ["string", "number", "boolean"]}
NUMBER: Schema = {"type": ["string", "number"], "pattern": r"^\s*-?[0-9]+(\.[0-9]+)?\s*$"}
WHOLE: Schema = {"type": ["string", "integer"], "pattern": r"^\s*[0-9]+(\.0+)?\s*$"}
WHOLE_OR_LESS: Schema = {"type": ["string", "integer"], "pattern": r"^\s*-?[0-9]+(\.0+)?\s*$"}
DAY: Schema = {"type": "string", "pattern": r"^\s*[0-9]{4}-?[0-9]{2}-?[0-9]{2}\s*$"}
FLAG: Schema = {"enum": ["true", "false", True, False]}


def _one_of(words: Iterable[str]) -> Schema:
    return {"enum": list(words)}


def list_of(each: Schema) -> Schema:
    return {"type": "array", "items": each}


def _named(each: Schema) -> Schema:
    """Names that the author chooses, each with such a value."""
    return {"type": "object", "additionalProperties": each}


def record(optional: Mapping[str, Schema] | None = None, /, **needed: Schema) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(needed),
        "properties": {**needed, **(optional or {})},
    }


_GRADE = _one_of(GRADES)
_GAP = record(what=TEXT, where=TEXT)
_ROWS = list_of(record(key=list_of(TEXT), value=NUMBER))
_RANGES = list_of(record(dict.fromkeys(("least", "above", "below", "up_to"), NUMBER), value=NUMBER))
_UNCERTAINTY = record({"half_width": NUMBER, "lower": NUMBER, "upper": NUMBER}, confidence=NUMBER)
_VALUE = record(
    {
        "uncertainty": _UNCERTAINTY,
        "from": DAY,
        "note": TEXT,
        "value": NUMBER,
        "rows": {"anyOf": [_ROWS, _RANGES]},
    },
    source=TEXT,
    grade=_GRADE,
)
_PARAMETER = {
    "anyOf": [
        record(
            unit=TEXT,
            meaning=TEXT,
            series=record({"notice": TEXT, "area_map": TEXT}, name=TEXT, policy=_one_of(POLICIES)),
        ),
        record(
            {"by": list_of(TEXT), "range": TEXT},
            unit=TEXT,
            meaning=TEXT,
            values=list_of(_VALUE),
        ),
        record({"by": list_of(TEXT)}, unit=TEXT, meaning=TEXT, required=_GAP),
    ]
}
_QUANTITY = record(
    {"whole": FLAG, "optional": FLAG, "by": list_of(TEXT)},
    unit=TEXT,
    least=NUMBER,
    most=NUMBER,
    meaning=TEXT,
    evidence=TEXT,
)
_EVIDENCE = record(
    {"type": _one_of(("text", "date")), "pattern": TEXT, "default": TEXT, "optional": FLAG},
    meaning=TEXT,
)
_CLAIM = record(
    {"per": _one_of(("day", "year")), "ignore_case": FLAG, "person": FLAG},
    kind=TEXT,
    evidence=list_of(TEXT),
)
_STEP_ROUNDING = record(places=WHOLE_OR_LESS, mode=_one_of(MODES))
_EQUATION = record(
    {"rounding": _STEP_ROUNDING, "for": list_of(TEXT)},
    **{"name": TEXT, "is": TEXT, "unit": TEXT, "meaning": TEXT, "source": TEXT, "grade": _GRADE},
)
_CONDITION = record(**{"name": TEXT, "if": TEXT, "meaning": TEXT, "source": TEXT, "grade": _GRADE})
_REPORTING = {
    "anyOf": [
        record(by={"const": [PROVIDER]}),
        record(
            by={"const": [PROVIDER, PARTICIPANT]},
            evidence={**list_of(TEXT), "minItems": 1},
            evidence_factor=NUMBER,
            confirmation=_one_of(CONFIRMATIONS),
            per_day=WHOLE,
            source=TEXT,
            grade=_GRADE,
        ),
    ]
}
_PLAUSIBLE = record(
    **{
        "name": TEXT,
        "if": TEXT,
        "else": _one_of(OUTCOMES),
        "meaning": record(zh=TEXT, en=TEXT),
        "source": TEXT,
        "grade": _GRADE,
    }
)
_LIMIT = record(
    {"unit": TEXT},
    name=TEXT,
    of=TEXT,
    most=NUMBER,
    per=_one_of(PERIODS),
    above=_one_of(ABOVE),
    meaning=record(zh=TEXT, en=TEXT),
    source=TEXT,
    grade=_GRADE,
)

_PROPERTIES: Mapping[str, Schema] = {
    "code": {"type": "string", "pattern": f"^(?:{clauses.CODE.pattern})$"},
    "version": TEXT,
    "behaviour": {"type": "string", "pattern": f"^{clauses.BEHAVIOUR.pattern}$"},
    "title": record(zh=TEXT, en=TEXT),
    "category": _one_of(CATEGORIES),
    "action_class": _one_of(ACTION_CLASSES),
    "document": record(
        title=TEXT, issuer=MAYBE_EMPTY, number=MAYBE_EMPTY, date=MAYBE_EMPTY, url=MAYBE_EMPTY
    ),
    "scope": TEXT,
    "applicability": list_of(TEXT),
    "eligibility": list_of(_CONDITION),
    "applicant": TEXT,
    "ownership": record(
        {"evidence": TEXT},
        owner=_one_of(("user", "operator")),
        delegation=_one_of(("open", "entrusted", "none")),
    ),
    "reporting": _REPORTING,
    "installation": record({"capacity": TEXT}, kind=_one_of(INSTALLATION_KINDS)),
    "plausible": list_of(_PLAUSIBLE),
    "subject": _one_of(("person", HOUSEHOLD, "small_firm", PROJECT)),
    "subject_evidence": TEXT,
    "regions": {"anyOf": [{"const": "all"}, list_of(TEXT)]},
    "in_force": record({"until": DAY}, **{"from": DAY}),
    "crediting_period": TEXT,
    "claim_window_days": WHOLE,
    "claim_window": record({"opens_days": WHOLE, "closes_days": WHOLE}),
    "quantities": _named(_QUANTITY),
    "evidence": _named(_EVIDENCE),
    "evidence_grades": record(
        {"note": TEXT}, evidence=TEXT, factors=_named(NUMBER), source=TEXT, grade=_GRADE
    ),
    "interval": record(
        {
            "least_minutes": WHOLE,
            "occupies_person": FLAG,
            "meter": TEXT,
            "within": record(**{"from": TEXT, "to": TEXT}),
        },
        required=FLAG,
        most_hours=WHOLE,
    ),
    "claims": list_of(_CLAIM),
    "exclusions": list_of(record(group=TEXT, side=TEXT, per=_one_of(("day", "year")))),
    "history_subject": TEXT,
    "keys": _named(list_of(TEXT)),
    "gases": record({"gwp_set": TEXT}, counted=list_of(_one_of(GASES))),
    "parameters": _named(_PARAMETER),
    "equations": list_of(_EQUATION),
    "result": TEXT,
    "rounding": record(to=_one_of(MG_OF), mode=_one_of(RESULT_MODES), negative=_one_of(NEGATIVE)),
    "uncertainty_deduction": record(
        {"rows": _RANGES, "allowed": NUMBER}, confidence=NUMBER, source=TEXT, grade=_GRADE
    ),
    "limits": list_of(_LIMIT),
    "caps": list_of(TEXT),
    "awaiting": list_of(_GAP),
    "missing": list_of(_GAP),
    "sources": _named(record(title=TEXT, url=MAYBE_EMPTY, read=TEXT)),
}
# What only a rule of projects says.
_SURVEY: Mapping[str, Schema] = {
    "sets": _named(record({"within": TEXT, "civil_years": FLAG}, meaning=TEXT)),
    "project_parameters": _named(_QUANTITY),
    "labels": _named(record({"by": list_of(TEXT)}, allowed=list_of(TEXT), meaning=TEXT)),
    "previous": _named(record(unit=TEXT, meaning=TEXT)),
    "results": list_of(TEXT),
    "vintages": TEXT,
}
_CELLS: Schema = {"anyOf": [NUMBER, _named(NUMBER)]}
_SURVEY_EXAMPLE: Mapping[str, Schema] = {
    "title": TEXT,
    "origin": _one_of(ORIGINS),
    "region": TEXT,
    "period": record(**{"from": DAY, "to": DAY}),
    "recorded_on": DAY,
    "sets": _named({"anyOf": [list_of(TEXT), _named(list_of(TEXT))]}),
    "quantities": _named(_CELLS),
    "labels": _named(_named(TEXT)),
    "project_parameters": _named(record(values=_CELLS, source=TEXT, grade=_GRADE)),
    "parameters": _named(_CELLS),
    "previous": _named(NUMBER),
    "steps": _named(NUMBER),
    "saved_mg": {"type": ["string", "integer"], "pattern": r"^\s*-?[0-9]+\s*$"},
    "vintages": _named(TEXT),
    "refused": TEXT,
}
_EXAMPLE: Mapping[str, Schema] = {
    "title": TEXT,
    "origin": _one_of(ORIGINS),
    "region": TEXT,
    "occurred_on": DAY,
    "recorded_on": DAY,
    "quantities": _named(TEXT),
    "evidence": _named(TEXT),
    "parameters": _named({"anyOf": [NUMBER, _named(NUMBER)]}),
    "reported_by": _one_of(("person", "provider")),
    "ended_after_hours": WHOLE,
    "history": list_of(record(day=DAY, value=NUMBER)),
    "counted_before": _named(NUMBER),
    "saved_mg": WHOLE,
    "refused": TEXT,
    "held": TEXT,
    "taken_over": FLAG,
}


def methodology_schema() -> Schema:
    """Of methodology.yaml."""
    properties = {AMENDS: TEXT, **{name: _PROPERTIES[name] for name in FIELDS}, **_SURVEY}
    # A document is whole, or says what it amends and in what it differs.
    whole: Schema = {
        "properties": {AMENDS: False},
        "if": {"required": ["subject"], "properties": {"subject": {"const": PROJECT}}},
        "then": _whole(SURVEY_FIELDS, SURVEY_OPTIONAL, properties),
        "else": _whole(FIELDS, OPTIONAL, properties),
    }
    change: Schema = {"required": [*AMENDMENT], "properties": dict.fromkeys(KEPT, False)}
    described = _document("A methodology version", properties, [])
    return {**described, "oneOf": [whole, change]}


def _whole(
    fields: Sequence[str], optional: Collection[str], properties: Mapping[str, Schema]
) -> Schema:
    """One kind of document: what it needs, and that it says nothing of the other kind."""
    return {
        "required": [name for name in fields if name not in optional],
        "properties": {name: False for name in properties if name not in (AMENDS, *fields)},
    }


def examples_schema() -> Schema:
    """Of examples.yaml."""
    example = _case(
        {name: _EXAMPLE[name] for name in EXAMPLE_FIELDS},
        ("title", "origin", "region", "occurred_on", "quantities", "evidence"),
        ("saved_mg", "refused", "held"),
    )
    of_projects = _case(
        {name: _SURVEY_EXAMPLE[name] for name in SURVEY_EXAMPLE_FIELDS},
        ("title", "origin", "region", "period", "quantities"),
        ("saved_mg", "steps", "refused"),
    )
    examples = {**list_of({"anyOf": [example, of_projects]}), "minItems": 1}
    return _document("Worked cases of a methodology", {"examples": examples}, ["examples"])


def _case(
    properties: Mapping[str, Schema], needed: Sequence[str], outcomes: Sequence[str]
) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [*needed],
        "anyOf": [{"required": [outcome]} for outcome in outcomes],
        "properties": dict(properties),
    }


def _document(title: str, properties: Mapping[str, Schema], needed: list[str]) -> Schema:
    return {
        "$schema": DIALECT,
        "title": title,
        "type": "object",
        "additionalProperties": False,
        "required": needed,
        "properties": dict(properties),
    }
