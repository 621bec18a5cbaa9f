"""Random actions over every rule that can be used, by the programme and by the oracle.

``python -m tests.oracle.compare 1000000 [SEED]`` compares as many and says how many differ.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from behaviours.actions.quantify import explain
from behaviours.actions.shipped import METHODOLOGIES_FOLDER, load_rulebook
from behaviours.refusal import Refusal
from behaviours.rules.factors import shipped_factors
from behaviours.rules.methodology import Version
from behaviours.rules.trusted import PARTICIPANT, PROVIDER
from tests.oracle.formulas import NoResult
from tests.oracle.rules import OracleRule, Question, document_at

Rng = random.Random
# From this day on the programme's last digits are settled, and nothing may differ.
EXACT_FROM = date(2026, 12, 15)
DAYS_KNOWN = 400


@dataclass
class Outcome:
    """How many were compared, by what came out, and the first that differ."""

    compared: int = 0
    saved: int = 0
    differences: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    by_rule: Counter[str] = field(default_factory=Counter)


def pairs() -> list[tuple[Version, OracleRule]]:
    """Every shipped version that can be used, beside its document as the oracle reads it."""
    found = []
    for version in load_rulebook().versions():
        if not version.awaiting and version.survey is None:
            (path,) = METHODOLOGIES_FOLDER.glob(f"*/{version.behaviour}/{version.version}")
            found.append((version, OracleRule(document_at(path))))
    return found


def compare(
    count: int,
    seed: int = 0,
    most_told: int = 10,
    rules: Sequence[tuple[Version, OracleRule]] = (),
) -> Outcome:
    """``count`` random actions, the rules in turn: ``rules``, or every shipped one."""
    rng, outcome, rules = Rng(seed), Outcome(), rules or pairs()
    for index in range(count):
        version, rule = rules[index % len(rules)]
        asked = _question(rng, rule)
        ours, theirs = programme(version, asked), oracle(rule, asked)
        outcome.compared += 1
        outcome.by_rule[rule.label] += 1
        if isinstance(theirs, str):
            outcome.refused[theirs] += 1
        else:
            outcome.saved += theirs > 0
        if ours != theirs and len(outcome.differences) < most_told:
            outcome.differences.append(f"{rule.label}: {ours} and {theirs} of {asked}")
    return outcome


def oracle(rule: OracleRule, asked: Question) -> int | str:
    """The oracle's milligrams, or the code of its refusal."""
    try:
        return rule.saved_mg(asked)
    except NoResult as refused:
        return refused.code


def programme(version: Version, asked: Question) -> int | str:
    """The programme's milligrams, or the code of its refusal."""
    try:
        return explain(
            version,
            asked.quantities,
            asked.evidence,
            asked.region,
            asked.on,
            [(day, Decimal(_decimal(value))) for day, value in asked.earlier],
            recorded_on=asked.recorded_on,
            reported_by=PARTICIPANT if asked.by_person else PROVIDER,
            counted_before=asked.before,
        ).saved_mg
    except Refusal as refusal:
        return refusal.code


def _decimal(value: Fraction) -> str:
    return f"{value.numerator / Decimal(value.denominator):f}"


def _question(rng: Rng, rule: OracleRule) -> Question:
    document = rule.document
    on = _day(rng, document)
    reporting = document.get("reporting", {})
    return Question(
        quantities=_quantities(rng, document),
        evidence=_evidence(rng, document, on),
        region=rng.choice(_regions(document)),
        on=on,
        recorded_on=on + timedelta(days=rng.choice((0, 0, 1, 30, 400))),
        earlier=_earlier(rng, on),
        by_person="participant" in reporting.get("by", ()) and rng.random() < 0.5,
        before=_before(rng, document),
    )


def _before(rng: Rng, document: Mapping[str, Any]) -> dict[str, str]:
    """What counted before: nothing, all that may, or something between."""
    found = {}
    for limit in document.get("limits", ()):
        share = Decimal(rng.choice(("0", "0", "0.5", "0.9", "1", "1.5")))
        amount = Decimal(limit["most"]) * share
        found[limit["name"]] = f"{int(amount) if limit['of'] == 'actions' else amount:f}"
    return found


def _day(rng: Rng, document: Mapping[str, Any]) -> date:
    first = max(date.fromisoformat(document["in_force"]["from"]), EXACT_FROM)
    until = document["in_force"].get("until")
    last = date.fromisoformat(until) if until else first + timedelta(days=1500)
    return first + timedelta(days=rng.randrange((last - first).days + 1))


# Provinces, and cities of them.
_REGIONS = tuple(shipped_factors().known_regions)


def _regions(document: Mapping[str, Any]) -> Sequence[str]:
    regions = document["regions"]
    return _REGIONS if regions == "all" else list(regions)


def _quantities(rng: Rng, document: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for name, quantity in document["quantities"].items():
        if "by" in quantity:
            keys = document["keys"][quantity["by"][0]]
            assert len(quantity["by"]) == 1, "a quantity by two keys is not drawn here yet"
            for key in rng.sample(keys, rng.randint(1, len(keys))):
                found[f"{name}.{key}"] = _number(rng, quantity)
        elif quantity.get("optional") != "true" or rng.random() < 0.5:
            found[name] = _number(rng, quantity)
    return found


def _number(rng: Rng, quantity: Mapping[str, str]) -> str:
    """Within the bounds, often at one of them, small as often as large."""
    least, most = Decimal(quantity["least"]), Decimal(quantity["most"])
    drawn = rng.random()
    if drawn < 0.05:
        return quantity["least"]
    if drawn < 0.1:
        return quantity["most"]
    places = 0 if quantity.get("whole") == "true" else rng.randint(0, 6)
    size = rng.random() if drawn < 0.4 else 10 ** -rng.uniform(0, 7)
    number = (least + (most - least) * Decimal(size)).quantize(Decimal(1).scaleb(-places))
    return f"{min(max(number, least), most):f}"


def _evidence(rng: Rng, document: Mapping[str, Any], on: date) -> dict[str, str]:
    found = {}
    for name, evidence in document["evidence"].items():
        pattern = evidence.get("pattern", "")
        if "default" in evidence and rng.random() < 0.3:
            continue
        if evidence.get("type") == "date":
            found[name] = (on - timedelta(days=rng.randint(-400, 12_000))).isoformat()
        elif pattern and "[" not in pattern:
            found[name] = rng.choice(pattern.split("|"))
        elif not pattern:
            found[name] = "x"
    return found


def _earlier(rng: Rng, on: date) -> list[tuple[date, Fraction]]:
    every = rng.random() < 0.8
    back = rng.choice((7, 30, 60, DAYS_KNOWN))
    days = [on - timedelta(days=each) for each in range(1, back) if every or rng.random() < 0.5]
    return [(day, Fraction(rng.randrange(0, 10**6), 10**4)) for day in days]


def main() -> None:
    """Compare as many as the command line says; exit code 1 when one differs."""
    count = int(sys.argv[1])
    outcome = compare(count, int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    sys.stdout.write(
        f"{outcome.compared} actions over {len(outcome.by_rule)} versions, "
        f"{outcome.saved} save something, refused {dict(outcome.refused)}: "
        f"{len(outcome.differences)} differ\n"
    )
    for difference in outcome.differences:
        sys.stdout.write(f"  {difference}\n")
    raise SystemExit(bool(outcome.differences))


if __name__ == "__main__":
    main()
