"""The shape of rule documents and examples as JSON Schema, for editors.

It is made of the same tables as the reader. What only the reader can know - names, units, formulas,
and whether the examples come out - an editor cannot check; what the schema refuses, so does the
reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from behaviours.json_value import JsonObject
from behaviours.rules import clauses
from behaviours.rules.amending import AMENDS, KEPT, NEEDED as AMENDMENT
from behaviours.rules.building import FIELDS, OPTIONAL
from behaviours.rules.examples import FIELDS as EXAMPLE_FIELDS, ORIGINS
from behaviours.rules.factors import GRADES, POLICIES
from behaviours.rules.members import HOUSEHOLD
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
_VALUE = record(
    {"from": DAY, "note": TEXT, "value": NUMBER, "rows": _ROWS},
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
        record({"by": list_of(TEXT)}, unit=TEXT, meaning=TEXT, values=list_of(_VALUE)),
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
_EQUATION = record(
    **{"name": TEXT, "is": TEXT, "unit": TEXT, "meaning": TEXT, "source": TEXT, "grade": _GRADE}
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
    "subject": _one_of(("person", HOUSEHOLD, "small_firm")),
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
    "rounding": record(
        to=_one_of(("mg",)), mode=_one_of(("down",)), negative=_one_of(("zero", "refuse"))
    ),
    "caps": list_of(TEXT),
    "awaiting": list_of(_GAP),
    "missing": list_of(_GAP),
    "sources": _named(record(title=TEXT, url=MAYBE_EMPTY, read=TEXT)),
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
    "saved_mg": WHOLE,
    "refused": TEXT,
    "held": TEXT,
    "taken_over": FLAG,
}


def methodology_schema() -> Schema:
    """Of methodology.yaml."""
    needed = [name for name in FIELDS if name not in OPTIONAL]
    properties = {AMENDS: TEXT, **{name: _PROPERTIES[name] for name in FIELDS}}
    # A document is whole, or says what it amends and in what it differs.
    whole: Schema = {"required": [*needed], "properties": {AMENDS: False}}
    change: Schema = {"required": [*AMENDMENT], "properties": dict.fromkeys(KEPT, False)}
    described = _document("A methodology version", properties, [])
    return {**described, "oneOf": [whole, change]}


def examples_schema() -> Schema:
    """Of examples.yaml."""
    example: Schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["title", "origin", "region", "occurred_on", "quantities", "evidence"],
        "anyOf": [{"required": [outcome]} for outcome in ("saved_mg", "refused", "held")],
        "properties": {name: _EXAMPLE[name] for name in EXAMPLE_FIELDS},
    }
    examples = {**list_of(example), "minItems": 1}
    return _document("Worked cases of a methodology", {"examples": examples}, ["examples"])


def _document(title: str, properties: Mapping[str, Schema], needed: list[str]) -> Schema:
    return {
        "$schema": DIALECT,
        "title": title,
        "type": "object",
        "additionalProperties": False,
        "required": needed,
        "properties": dict(properties),
    }
