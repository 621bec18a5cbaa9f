"""Verify an exported calculation: the same milligrams from what it says, and from nothing else.

This file and what it imports are also the stand-alone verifier, so it uses the standard library
and the rules' own arithmetic only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from behaviours.actions.calculation import ExportedCalculation, RecordedInputs, ReductionRecord
from behaviours.actions.exported import export_calculation
from behaviours.actions.quantify import Working, explain_record
from behaviours.document import canonical_digest
from behaviours.json_value import Json, JsonObject
from behaviours.refusal import Refusal
from behaviours.rules.building import build_version
from behaviours.rules.document import document_of
from behaviours.rules.factors import FactorBook
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import Rulebook
from behaviours.rules.series_value import supplied_read
from behaviours.rules.supplying import with_supplied
from behaviours.signed_document import SIGNATURE_FAULTS, canonical, check_signature

# Members of the export that no arithmetic gives again: the signature alone binds them.
_ONLY_SIGNED = frozenset(
    {"action_id", "reduction_id", "behaviour", "confirmation", "language", "sentences", "signature"}
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``problems`` is empty when everything agrees; ``working`` is None when nothing came out.

    ``key_id`` names the key that signed the export, None for one without a signature: then nothing
    says that these inputs are those of this action.
    """

    name: str
    methodology: str
    digest: str
    stored_mg: str
    working: Working | None
    problems: tuple[str, ...]
    key_id: str | None = None


def verify_calculation(
    calculation: Any,
    book: FactorBook,
    *,
    keys: Mapping[str, bytes] | None = None,
    unsigned: bool = False,
) -> Verdict:
    """Compute a calculation again from what was exported of it, and compare every member.

    The document in it must have the digest that the reduction was stored with, each factor must
    be that of ``book`` under its id, and the export made anew from the record must be the one
    given. Its signature must be of this text, and by one of ``keys`` (raw, by their ids) where
    those are given; ``unsigned`` also takes an export that carries none.
    """
    try:
        record, document = calculation["record"], calculation["document"]
        digest, stored_mg = str(record["digest"]), str(record["saved_mg"])
        name = str(calculation.get("action_id", "the calculation"))
        own_digest = canonical_digest(document)
        named = str(document.get("code")) + "@" + str(document.get("version"))
    except (AttributeError, KeyError, TypeError, ValueError) as gap:
        problem = f"this is no exported calculation: {gap!r} is missing or not of its kind"
        return Verdict("?", "?", "?", "?", None, (problem,))
    if own_digest != digest:
        problem = f"the document has the digest {own_digest}, the reduction names {digest}"
        return Verdict(name, named, digest, stored_mg, None, (problem,))
    try:
        # What a programme added to the series travels with what used it, and is signed with it.
        carried = [supplied_read(each) for each in calculation.get("supplied", ())]
        book = with_supplied(book, carried)
        version = build_version(document_of(document), book)
        rulebook = Rulebook([version], book)
        working = explain_record(record, rulebook)
        expected = _exported_anew(record, version, rulebook, working)
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
    problems = [*_differences(calculation, expected, working, stored_mg)]
    check = check_signature(calculation, keys=keys)
    if check.fault and not (unsigned and "signature" not in calculation):
        problems.append(SIGNATURE_FAULTS[check.fault])
    found = (working.shown["methodology"], digest, stored_mg, working, tuple(problems))
    return Verdict(name, *found, key_id=check.key_id)


def _exported_anew(
    record: ReductionRecord, version: Version, rulebook: Rulebook, working: Working
) -> ExportedCalculation:
    """What the service would export of these inputs, by the rule alone."""
    inputs = record["inputs"]
    return export_calculation(
        {
            "saved_mg": working.saved_mg,
            "methodology": version.code,
            "version": version.version,
            "digest": version.digest,
            "provenance": working.shown["provenance"],
            "action_class": version.action_class,
            "vintage": date.fromisoformat(inputs["occurred_on"]).year,
            "inputs": _with_limits(_with_whole(inputs, working), working),
            "factors": record["factors"],
        },
        rulebook,
    )


def _with_whole(inputs: RecordedInputs, working: Working) -> RecordedInputs:
    """The inputs; of what a household shares, the whole is computed as well."""
    if "share" not in inputs:
        return inputs
    whole_mg = int(working.shown["share"]["whole_mg"])
    return {**inputs, "share": {**inputs["share"], "whole_mg": whole_mg}}


def _with_limits(inputs: RecordedInputs, working: Working) -> RecordedInputs:
    """The inputs; what counts of each limit, and which one cuts, are computed as well."""
    anew: RecordedInputs = {**inputs}
    anew.pop("limited_by", None)
    limits = working.shown.get("limits", [])
    if limits:
        anew["limits"] = {
            o["name"]: {"before": o["before"], "counted": o["counted"]} for o in limits
        }
    else:
        anew.pop("limits", None)
    cut_by = next((each["name"] for each in limits if each["is_cut"]), None)
    if cut_by:
        anew["limited_by"] = cut_by
    return anew


def _differences(
    calculation: JsonObject, expected: ExportedCalculation, working: Working, stored_mg: str
) -> Iterator[str]:
    if str(working.saved_mg) != stored_mg:
        yield f"stored are {stored_mg} mg, computed {working.saved_mg} mg"
    if str(calculation.get("saved_mg")) != stored_mg:
        yield f"shown are {calculation.get('saved_mg')} mg, stored {stored_mg} mg"
    # As JSON on both sides: tuples become lists.
    ours = json.loads(json.dumps(expected))
    for section in sorted({*calculation, *ours} - _ONLY_SIGNED - {"saved_mg"}):
        shown = {section: calculation[section]} if section in calculation else {}
        computed = {section: ours[section]} if section in ours else {}
        if canonical(shown) != canonical(computed):
            differ = _members_that_differ(shown.get(section), computed.get(section))
            names = ", ".join(differ) or section
            yield f"shown {section} differ from the computed ones: {names}"


def _members_that_differ(shown: Json, ours: Json) -> Iterator[str]:
    """The names of the parts of a section that are not as they were computed."""
    if isinstance(ours, list):
        for one in ours:
            if isinstance(one, dict) and (not isinstance(shown, list) or one not in shown):
                yield str(one.get("name", "?"))
    elif isinstance(ours, dict) and isinstance(shown, dict):
        yield from sorted(
            name for name in {*ours, *shown} if shown.get(name, ...) != ours.get(name, ...)
        )


def lines_of(verdict: Verdict, *, steps: bool) -> list[str]:
    """What to tell a person; the first line is the verdict."""
    if verdict.problems:
        return [f"{verdict.name}: NOT VERIFIED", *(f"  {each}" for each in verdict.problems)]
    assert verdict.working is not None
    said = [
        f"{verdict.name}: {verdict.stored_mg} mg CO2e, verified",
        f"  by {verdict.methodology} {verdict.digest}",
        f"  signed by the key {verdict.key_id}"
        if verdict.key_id
        else "  not signed: nothing shows that these inputs are those of this action",
    ]
    if steps:
        said += [
            f"  {one['name']} = {one['equation']} = {one['value']} {one['unit']}"
            for one in verdict.working.shown["steps"]
        ]
    return said
