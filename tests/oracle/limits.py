"""What a rule's limits let count of an action, by fractions of the document's own units."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.oracle.formulas import NoResult

MG_OF = {"mgCO2e": 1, "gCO2e": 10**3, "kgCO2e": 10**6, "tCO2e": 10**9}


def rest_of(limit: Mapping[str, Any], before: Mapping[str, str]) -> Fraction:
    """What still counts in the period."""
    return max(Fraction(limit["most"]) - Fraction(before.get(limit["name"], "0")), Fraction(0))


def counted(
    document: Mapping[str, Any], sent: Mapping[str, str], before: Mapping[str, str]
) -> dict[str, str] | None:
    """The quantities as far as they count; None where nothing does."""
    left = dict(sent)
    for limit in document.get("limits", ()):
        rest = rest_of(limit, before)
        if limit["above"] != "cut":
            continue
        if limit["of"] not in sent:
            if limit["of"] in {"actions", "result"} and not rest:
                return None
        elif Fraction(left[limit["of"]]) > rest:
            if not rest:
                return None
            left[limit["of"]] = str(rest)
    return left


def credited(
    document: Mapping[str, Any],
    saved_mg: int,
    quantities: Mapping[str, str],
    before: Mapping[str, str],
) -> int:
    """What is credited of what the counted quantities saved; NoResult where it is refused."""
    for limit in document.get("limits", ()):
        if limit["of"] == "result" and limit["above"] == "cut":
            saved_mg = min(saved_mg, int(rest_of(limit, before) * MG_OF[limit["unit"]]))
    for limit in document.get("limits", ()):
        if limit["above"] == "refuse":
            wanted = _amount(limit, saved_mg, quantities)
            if wanted > rest_of(limit, before):
                raise NoResult("LIMIT_REACHED")
    return saved_mg


def _amount(limit: Mapping[str, Any], saved_mg: int, quantities: Mapping[str, str]) -> Fraction:
    if limit["of"] == "actions":
        return Fraction(1)
    if limit["of"] == "result":
        return Fraction(saved_mg, MG_OF[limit["unit"]])
    names = [n for n in quantities if n == limit["of"] or n.startswith(limit["of"] + ".")]
    return sum((Fraction(quantities[name]) for name in names), Fraction(0))
