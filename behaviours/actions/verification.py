"""Verify an exported calculation: the same milligrams from what it says, and from nothing else.

This file and what it imports are also the stand-alone verifier, so it uses the standard library
and the rules' own arithmetic only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from behaviours.actions.quantify import Working, explain_record
from behaviours.document import canonical_digest
from behaviours.json_value import JsonObject
from behaviours.refusal import Refusal
from behaviours.rules.building import build_version
from behaviours.rules.document import document_of
from behaviours.rules.factors import FactorBook
from behaviours.rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Verdict:
    """``problems`` is empty when everything agrees; ``working`` is None when nothing came out."""

    name: str
    methodology: str
    digest: str
    stored_mg: str
    working: Working | None
    problems: tuple[str, ...]


def verify_calculation(calculation: Any, book: FactorBook) -> Verdict:
    """Compute a calculation again from what was exported of it.

    The document in it must have the digest that the reduction was stored with, each factor must
    be that of ``book`` under its id, each shown step must come out, and so must the milligrams.
    """
    try:
        record, document = calculation["record"], calculation["document"]
        digest, stored_mg = str(record["digest"]), str(record["saved_mg"])
        name = str(calculation.get("action_id", "the calculation"))
        own_digest = canonical_digest(document)
    except (AttributeError, KeyError, TypeError, ValueError) as gap:
        problem = f"this is no exported calculation: {gap!r} is missing or not of its kind"
        return Verdict("?", "?", "?", "?", None, (problem,))
    named = str(document.get("code")) + "@" + str(document.get("version"))
    if own_digest != digest:
        problem = f"the document has the digest {own_digest}, the reduction names {digest}"
        return Verdict(name, named, digest, stored_mg, None, (problem,))
    try:
        version = build_version(document_of(document), book)
        working = explain_record(record, Rulebook([version], book))
    except Refusal as refusal:
        problem = f"it cannot be computed: {refusal}"
        return Verdict(name, named, digest, stored_mg, None, (problem,))
    except KeyError as gap:
        problem = (
            f"{gap} is not known here. If it is a factor's id, it may have been published after "
            "this verifier was made: fetch a newer one."
        )
        return Verdict(name, named, digest, stored_mg, None, (problem,))
    except (ArithmeticError, AttributeError, TypeError, ValueError) as damage:
        problem = f"its record cannot be read: {damage!r}"
        return Verdict(name, named, digest, stored_mg, None, (problem,))
    problems = tuple(_differences(calculation, working, stored_mg))
    return Verdict(name, working.methodology, digest, stored_mg, working, problems)


def _differences(calculation: JsonObject, working: Working, stored_mg: str) -> Iterator[str]:
    if str(working.saved_mg) != stored_mg:
        yield f"stored are {stored_mg} mg, computed {working.saved_mg} mg"
    if str(calculation.get("saved_mg")) != stored_mg:
        yield f"shown are {calculation.get('saved_mg')} mg, stored {stored_mg} mg"
    # As JSON on both sides: tuples become lists.
    ours = json.loads(json.dumps(working.as_dict()))
    for section in ("parameters", "steps", "inputs", "history"):
        shown = calculation.get(section)
        if shown == ours[section]:
            continue
        names = [
            str(one.get("name", "?"))
            for one in ours[section]
            if not isinstance(shown, list) or one not in shown
        ]
        yield f"shown {section} differ from the computed ones: {', '.join(names) or section}"


def lines_of(verdict: Verdict, *, steps: bool) -> list[str]:
    """What to tell a person; the first line is the verdict."""
    if verdict.problems:
        return [f"{verdict.name}: NOT VERIFIED", *(f"  {each}" for each in verdict.problems)]
    assert verdict.working is not None
    said = [
        f"{verdict.name}: {verdict.stored_mg} mg CO2e, verified",
        f"  by {verdict.methodology} {verdict.digest}",
    ]
    if steps:
        said += [
            f"  {one['name']} = {one['equation']} = {one['value']} {one['unit']}"
            for one in verdict.working.steps
        ]
    return said
