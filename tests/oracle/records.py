"""What a stored reduction says of itself, worked out again: its own part of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

from tests.oracle.rules import OracleRule, Question


def question_of(record: Mapping[str, Any]) -> Question:
    """The action of a record, with the factors that it names."""
    inputs = record["inputs"]
    on = date.fromisoformat(inputs["occurred_on"])
    return Question(
        quantities=inputs["quantities"],
        evidence=inputs["evidence"],
        region=inputs["region"],
        on=on,
        recorded_on=on,
        earlier=[
            (date.fromisoformat(day), Fraction(value)) for day, value in inputs.get("history", ())
        ],
        pinned=record["factors"],
        by_person=inputs.get("reported_by") == "participant",
        before={name: each["before"] for name, each in inputs.get("limits", {}).items()},
    )


def allowed_mg(rule: OracleRule, record: Mapping[str, Any], exact_from: date) -> set[int]:
    """What may be stored: one number; of days before ``exact_from`` also one milligram less where
    the exact sum is whole, since fifty digits could miss it."""
    asked = question_of(record)
    if asked.before:
        return {rule.saved_mg(asked)}
    exact = rule.exact_mg(asked)
    wholes = {max(floor(exact), 0)}
    if asked.on < exact_from and exact == floor(exact) > 0:
        wholes.add(floor(exact) - 1)
    share = record["inputs"].get("share")
    if share is None:
        return wholes
    return {own_part(whole, share["parts"], share["at"]) for whole in wholes}


def own_part(whole: int, parts: Sequence[int], at: int) -> int:
    """What is left over after rounding down goes to the largest remainders, the first before the
    later ones."""
    ideal = [Fraction(whole * part, sum(parts)) for part in parts]
    left = whole - sum(floor(each) for each in ideal)
    order = sorted(range(len(parts)), key=lambda i: (floor(ideal[i]) - ideal[i], i))
    return floor(ideal[at]) + (at in order[:left])
