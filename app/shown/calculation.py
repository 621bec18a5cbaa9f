"""A calculation told in plain sentences, in Chinese and in English.

What a rule's document says (meanings, titles of sources) is quoted in the document's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from app.messages.catalogues import LANGUAGES, text
from behaviours.actions.calculation import (
    ConditionShown,
    ExportedCalculation,
    InputShown,
    LimitShown,
    ParameterShown,
    StepShown,
    UncertaintyShown,
    counted_of,
)
from behaviours.actions.claims import LEAST_MINUTES
from behaviours.document import Part
from behaviours.rules.document import document_of

_Told: TypeAlias = InputShown | ParameterShown | StepShown | ConditionShown

# A text in quotes, or a name; what is in quotes is left alone.
_WORD = re.compile(r"'[^']*'|[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*")
_SIGNS = {" * ": " × ", " / ": " ÷ ", " - ": " − "}
# Sums and products of names and numbers, which can be written with what the names stand for.
_PLAIN_EQUATION = re.compile(r"[-+*/(). A-Za-z0-9_]+")


def tell_calculation(calculation: ExportedCalculation, language: str) -> list[str]:
    """The sentences of an exported calculation, in the order of the sum."""
    assert language in LANGUAGES, f"no sentences in {language!r}"
    return list(_sentences(calculation, language))


def _sentences(told: ExportedCalculation, language: str) -> Iterator[str]:
    document = document_of(told["document"])
    inputs = {one["name"]: one for one in told["inputs"]}
    region, day = inputs.pop("region"), inputs.pop("occurred_on")
    title = document.at("title").at("zh" if language == "zh-CN" else "en").text()
    place = f"{region['meaning']} ({region['value']})"
    facts = {"title": title, "day": day["value"], "place": place}
    yield text("calculation:action", language, facts)
    yield text("calculation:rule", language, told)
    source = document.at("document").at("title").text()
    yield text("calculation:text", language, {"title": source})
    for one in inputs.values():
        said = "calculation:input" if "unit" in one else "calculation:evidence"
        yield text(said, language, _filled(one))
    yield from _time_taken(document, language)
    for condition in told["conditions"]:
        yield text("calculation:condition", language, _filled(condition))
    if told["history"]:
        days = "; ".join(f"{one['on']}: {one['value']}" for one in told["history"])
        yield text("calculation:history", language, {"days": days})
    for parameter in told["parameters"]:
        yield _figure(parameter, language)
    yield from _steps(told, inputs, language)
    yield from _result(told, language)


def _time_taken(document: Part, language: str) -> Iterator[str]:
    """What an action that may be sent without its end takes of its person's time, and why."""
    interval = document.at("interval")
    occupies = interval.has("occupies_person") and interval.at("occupies_person").flag()
    if interval.at("required").flag() or not occupies:
        return
    stated = interval.maybe("least_minutes")
    said = "calculation:time" if stated else "calculation:time_unstated"
    minutes = stated.text() if stated else str(LEAST_MINUTES)
    yield text(said, language, {"minutes": minutes})


def _figure(one: ParameterShown, language: str) -> str:
    filled = {**_filled(one), "grade": one["provenance"], "source": one["source"]["title"]}
    if "factor_id" in one:
        filled |= {"year": one["data_year"], "picked": one["policy"]}
        return text("calculation:factor", language, filled)
    if "rows" in one:
        return text("calculation:table", language, {**filled, "rows": len(one["rows"])})
    return text("calculation:figure", language, filled)


def _steps(
    told: ExportedCalculation, inputs: Mapping[str, InputShown], language: str
) -> Iterator[str]:
    known = {
        one["name"]: _amount(one)
        for one in (*inputs.values(), *told["parameters"])
        if "unit" in one and "value" in one
    }
    known |= {
        name: _amount({**inputs[name], "value": value}) for name, value in counted_of(told).items()
    }
    for one in told["steps"]:
        equation = one["equation"]
        plain = _PLAIN_EQUATION.fullmatch(equation) is not None and all(
            word in known for word in _WORD.findall(equation)
        )
        # With their units, as the equation converts between them.
        worked = _WORD.sub(lambda word: known[word[0]], equation) if plain else equation
        filled = {**_filled(one), "equation": _signs(equation), "worked": _signs(worked)}
        shown = (
            "calculation:worked" if worked not in (equation, _amount(one)) else "calculation:step"
        )
        said = "calculation:equal" if equation == one["value"] else shown
        yield text(said, language, filled)
        known[one["name"]] = _amount(one)


def _result(told: ExportedCalculation, language: str) -> Iterator[str]:
    stored, again = int(told["saved_mg"]), int(told["recomputed_mg"])
    exact, whole = told["rounding"]["exact_kg"], int(told["rounding"]["saved_mg"])
    grams, rest = divmod(whole, 1000)
    g = f"{grams:,}.{rest:03d}".rstrip("0").rstrip(".")
    kind = "calculation:negative" if exact.startswith("-") else "calculation:rounding"
    yield text(kind, language, {"exact": exact, "mg": f"{whole:,}", "g": g})
    if "uncertainty" in told:
        yield from _uncertainty(told["uncertainty"], language)
    for each in told.get("limits", ()):
        yield _limit(each, language)
    if any(each["is_cut"] for each in told.get("limits", ())) and "share" not in told:
        yield text("calculation:limited", language, {"mg": f"{again:,}"})
    if "share" in told:
        parts = told["share"]["parts"]
        part = f"{parts[told['share']['at']]:,}"
        facts = {"whole": f"{whole:,}", "part": part, "of": f"{sum(parts):,}", "mg": f"{again:,}"}
        yield text("calculation:share", language, facts)
    yield text("calculation:grade", language, {"grade": told["provenance"]})
    agrees = "calculation:agrees" if stored == again else "calculation:differs"
    yield text(agrees, language, {"mg": f"{again:,}", "stored": f"{stored:,}"})


def _uncertainty(one: UncertaintyShown, language: str) -> Iterator[str]:
    facts = {"half_width": one["half_width_kg"], "confidence": one["confidence"]}
    yield text("calculation:uncertainty", language, facts)
    if one["unstated"]:
        names = ", ".join(one["unstated"])
        yield text("calculation:uncertainty_unstated", language, {"names": names})


def _limit(one: LimitShown, language: str) -> str:
    unit = "" if one["unit"] == "1" else f" {one['unit']}"
    facts: dict[str, str] = {
        name: f"{amount}{unit}"
        for name, amount in (
            ("most", one["most"]),
            ("before", one["before"]),
            ("counted", one["counted"]),
        )
    }
    return text(f"limit:{one['per']}", language, {**facts, "from": one["from"]})


def _filled(one: _Told) -> Mapping[str, object]:
    """Ready for a sentence, which brings its own full stop."""
    return {**one, "meaning": one["meaning"].rstrip(".。"), "amount": _amount(one)}


def _amount(one: Mapping[str, object]) -> str:
    """A value with its unit, if it has one."""
    value, unit = str(one.get("value", "")), one.get("unit", "1")
    return value if unit == "1" else f"{value} {unit}"


def _signs(equation: str) -> str:
    for plain, shown in _SIGNS.items():
        equation = equation.replace(plain, shown)
    return " ".join(equation.split())
