"""Filling: the figures that a rule awaited make a new version, which differs in nothing else."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple, cast

from behaviours.document import Part, Tree
from behaviours.refusal import Invalid
from behaviours.rules.document import read_document, read_unit
from behaviours.rules.factors import GRADES
from behaviours.rules.members import Parameter
from behaviours.rules.methodology import Version
from behaviours.rules.units import Unit

Branch = dict[str, Tree]
_COUNTED = re.compile(r"-[0-9]{1,4}$")
# What a version says of itself; everything else is what a fill leaves as it is.
_OWN = frozenset({"version", "in_force", "parameters", "sources", "missing"})


class FigureNotAwaited(Invalid):
    """The rule does not lack that figure."""

    cases = ("none", "known", "unknown", "gas")


class FigureUnitDiffers(Invalid):
    """A figure is stated in another unit than the rule asks for."""


class FigureUnsourced(Invalid, code="FIGURE_WITHOUT_SOURCE"):
    """Nobody says where the figure was read."""


class Supplied(NamedTuple):
    """A figure with where it was read; ``rows`` in the place of ``value`` for a table.

    ``source`` is a code of the rule's sources, or a source of its own.
    """

    name: str
    unit: Unit
    value: str
    rows: Sequence[Tree]
    source: str | Mapping[str, str]
    grade: str
    note: str = ""


def read_figures(text: str, name: str) -> list[Supplied]:
    """``figures:`` by name, each with value or rows, unit, source and grade.

    Raises DocumentError, and FigureUnsourced for one without a source.
    """
    root = read_document(text, name)
    root.only("figures")
    return [_supplied(name, part) for name, part in root.at("figures").items()]


def _supplied(name: str, part: Part) -> Supplied:
    part.only("value", "rows", "unit", "source", "grade", "note")
    if not part.has("source"):
        raise FigureUnsourced(pointer=f"/figures/{name}", name=name)
    source = part.at("source")
    table = part.has("rows")
    return Supplied(
        name,
        read_unit(part.at("unit")),
        "" if table else part.at("value").text(),
        [each.value for each in part.at("rows").each()] if table else (),
        source.text() if isinstance(source.value, str) else _own_source(source),
        part.at("grade").one_of(*GRADES),
        part.at("note").text() if part.has("note") else "",
    )


def _own_source(part: Part) -> Mapping[str, str]:
    part.only("title", "url", "read")
    url = part.at("url").value
    return {
        "title": part.at("title").text(),
        "url": url if isinstance(url, str) else part.at("url").text(),
        "read": part.at("read").text(),
    }


def next_version(version: str, taken: Collection[str]) -> str:
    """The name of the version after this one: ``2022-3`` after ``2022-2``."""
    root = _COUNTED.sub("", version)
    return next(name for n in range(2, len(taken) + 3) if (name := f"{root}-{n}") not in taken)


def filled(
    version: Version, figures: Sequence[Supplied], *, name: str, starts_on: date | None
) -> Branch:
    """The document of the new version, from ``starts_on`` or the earlier one's first day on.

    Raises FigureNotAwaited and FigureUnitDiffers.
    """
    if not version.awaiting:
        raise FigureNotAwaited("none", pointer="/figures", methodology=version.label, name="")
    known = {each.name: each for each in version.reckoning.parameters}
    parameters = dict(cast(Branch, version.tree["parameters"]))
    sources = dict(cast(Branch, version.tree["sources"]))
    missing = list(cast(list[Tree], version.tree["missing"]))
    for figure in figures:
        stated = _stated(version, figure, known.get(figure.name), parameters)
        required = stated.pop("required")
        value: Branch = {"rows": list(figure.rows)} if figure.rows else {"value": figure.value}
        value |= {"source": _source_code(figure, sources), "grade": figure.grade}
        value |= {"note": figure.note} if figure.note else {}
        parameters[figure.name] = {**stated, "values": [value]}
        missing = [gap for gap in missing if gap != required]
    in_force = dict(cast(Branch, version.tree["in_force"]))
    first = (starts_on or version.validity.starts_on).isoformat()
    changed: Branch = {
        "version": name,
        "in_force": {**in_force, "from": first},
        "parameters": parameters,
        "sources": sources,
        "missing": missing,
    }
    return {field: changed.get(field, value) for field, value in version.tree.items()}


def _stated(
    version: Version, figure: Supplied, parameter: Parameter | None, parameters: Branch
) -> Branch:
    pointer = f"/figures/{figure.name}"
    if parameter is None:
        case = "unknown"
    elif parameter.awaiting is None:
        case = "known"
    elif figure.name not in parameters:
        case = "gas"
    else:
        if (figure.unit.scale, figure.unit.powers) != (parameter.unit.scale, parameter.unit.powers):
            raise FigureUnitDiffers(
                pointer=f"{pointer}/unit",
                name=figure.name,
                unit=figure.unit.text,
                wanted=parameter.unit.text,
            )
        return dict(cast(Branch, parameters[figure.name]))
    raise FigureNotAwaited(case, pointer=pointer, methodology=version.label, name=figure.name)


def _source_code(figure: Supplied, sources: Branch) -> str:
    """The code of a figure's source, which is added where the rule has none like it."""
    if isinstance(figure.source, str):
        return figure.source
    own: Tree = dict(figure.source)
    for code, known in sources.items():
        if known == own:
            return code
    code = next(
        code for n in range(1, len(sources) + 2) if (code := f"supplied_{n}") not in sources
    )
    sources[code] = own
    return code


def cases_of(version: Version, filled_in: Version) -> list[Branch]:
    """The examples of a rule for the one that it was filled to; what comes out is still the old.

    Those that showed how nothing can be computed without the figures are left out; what lay before
    the new version's first day is moved to it.
    """
    awaited = {each.name for each in filled_in.awaiting}
    cases = []
    for each in cast(list[Branch], version.examples["examples"]):
        case = {name: value for name, value in each.items() if name != "taken_over"}
        if not awaited and case.get("refused") == "METHODOLOGY_INCOMPLETE":
            continue
        stated = case.pop("parameters", None)
        if isinstance(stated, dict):
            kept = {name: value for name, value in stated.items() if name in awaited}
            if awaited:
                case["parameters"] = kept
            else:
                case["origin"] = "computed"
        cases.append(_moved(case, filled_in.validity.starts_on))
    return cases


def _moved(case: Branch, starts_on: date) -> Branch:
    on = date.fromisoformat(str(case["occurred_on"]))
    later = max(timedelta(0), starts_on - on)
    if not later:
        return case

    def day(value: Tree) -> str:
        return (date.fromisoformat(str(value)) + later).isoformat()

    moved = {**case, "occurred_on": day(case["occurred_on"])}
    if "recorded_on" in case:
        moved["recorded_on"] = day(case["recorded_on"])
    if "history" in case:
        history = cast(list[Branch], case["history"])
        moved["history"] = [{**each, "day": day(each["day"])} for each in history]
    return moved


def with_outcome(case: Branch, came_out: str) -> Branch:
    """The case with what came out of it."""
    bare = {n: value for n, value in case.items() if n not in ("saved_mg", "refused", "held")}
    word, _, condition = came_out.partition(" ")
    if condition:
        return {**bare, word: condition}
    return {**bare, "saved_mg" if came_out.isdigit() else "refused": came_out}


def only_supplies(version: Version, earlier: Version) -> bool:
    """Whether a version states nothing that an awaiting one did not, but the figures it lacked."""
    new, old = version.tree, earlier.tree
    if not earlier.awaiting or version.code != earlier.code:
        return False
    if any(new.get(name) != old.get(name) for name in {*new, *old} - _OWN):
        return False
    before, after = (cast(Branch, tree["in_force"]) for tree in (old, new))
    if before.get("until") != after.get("until"):
        return False
    known, stated = (cast(Branch, tree["parameters"]) for tree in (old, new))
    supplied = [
        part["required"] for part in known.values() if isinstance(part, dict) and "required" in part
    ]
    gaps, left = (cast(list[Tree], tree["missing"]) for tree in (old, new))
    sources, read = (cast(Branch, tree["sources"]) for tree in (old, new))
    return (
        list(known) == list(stated)
        and all(_same_or_supplied(known[name], stated[name]) for name in known)
        and all(read.get(code) == source for code, source in sources.items())
        and [gap for gap in gaps if gap not in supplied] == [g for g in left if g not in supplied]
    )


def _same_or_supplied(before: Tree, after: Tree) -> bool:
    if not (isinstance(before, dict) and isinstance(after, dict) and "required" in before):
        return before == after
    bare = [
        {n: v for n, v in each.items() if n not in ("required", "values")}
        for each in (before, after)
    ]
    return bare[0] == bare[1]
