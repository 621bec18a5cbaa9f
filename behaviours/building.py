"""Building: a document becomes a version, or a DocumentError that says where and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from behaviours.document import Part, canonical_digest
from behaviours.expression import NAME, ExpressionError
from behaviours.factors import GRADES, FactorBook, Resolution
from behaviours.formula import Compiled, Scope, Table, compile_equations
from behaviours.methodology import (
    ACTION_CLASSES,
    CATEGORIES,
    ClaimRule,
    Document,
    Equation,
    EvidenceRule,
    ExclusionRule,
    IntervalRule,
    Parameter,
    QuantityRule,
    Source,
    Value,
    Version,
)
from behaviours.units import KG_CO2E

_FIELDS = (
    "code version behaviour title category action_class document scope applicability applicant "
    "subject regions in_force crediting_period claim_window_days quantities evidence interval "
    "claims exclusions history_subject keys parameters equations result rounding caps missing "
    "sources"
).split()
_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+|[a-z][a-z0-9_]*")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")
_BEHAVIOUR = re.compile(r"[a-z][a-z0-9_]{1,63}")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_RESERVED_NAMES = frozenset({"on", "region"})


def build_version(root: Part, book: FactorBook) -> Version:
    """The version that a document states, checked whole: names, units, sources, equations."""
    root.only(*_FIELDS)
    sources = _sources(root.at("sources"))
    names: dict[str, Part] = {}
    quantities = {n: _quantity(n, p) for n, p in _named(root, "quantities", names)}
    evidence = {n: _evidence(n, p) for n, p in _named(root, "evidence", names)}
    keys = {n: _key_set(p) for n, p in _named(root, "keys", names)} if root.has("keys") else {}
    starts_on = root.at("in_force").at("from").day()
    parameters = [
        _parameter(n, p, starts_on, sources, keys, book)
        for n, p in _named(root, "parameters", names)
    ]
    equations = [_equation(p, sources, names) for p in root.at("equations").each()]
    compiled = _compile(root, quantities, evidence, keys, parameters, equations)
    result = _result(root, equations)
    _check_all_used(root, parameters, compiled)
    in_force = root.at("in_force")
    in_force.only("from", "until")
    title = root.at("title")
    title.only("zh", "en")
    window = root.maybe("claim_window_days")
    return Version(
        code=_matching(root.at("code"), _CODE),
        version=_matching(root.at("version"), _VERSION),
        behaviour=_matching(root.at("behaviour"), _BEHAVIOUR),
        title_zh=title.at("zh").text(),
        title_en=title.at("en").text(),
        category=root.at("category").one_of(*CATEGORIES),
        action_class=root.at("action_class").one_of(*ACTION_CLASSES),
        document=_document(root.at("document")),
        scope=root.at("scope").text(),
        applicability=tuple(p.text() for p in root.at("applicability").each()),
        applicant=root.at("applicant").text(),
        subject=root.at("subject").one_of("person", "household", "small_firm"),
        regions=_regions(root.at("regions"), book),
        starts_on=starts_on,
        ends_on=in_force.at("until").day() if in_force.has("until") else None,
        claim_window_days=None if window is None else window.whole(3660),
        crediting_period=root.at("crediting_period").text(),
        quantities=MappingProxyType(quantities),
        evidence=MappingProxyType(evidence),
        interval=_interval(root.at("interval"), evidence),
        claims=tuple(_claim(p, evidence) for p in root.at("claims").each()),
        exclusions=tuple(_exclusion(p) for p in root.at("exclusions").each()),
        history_subject=_history_subject(root, evidence, compiled),
        key_sets=MappingProxyType(keys),
        parameters=tuple(parameters),
        equations=tuple(equations),
        result=result,
        negative=_rounding(root.at("rounding"))[0],
        rounding_text=_rounding(root.at("rounding"))[1],
        caps=tuple(p.text() for p in root.at("caps").each()),
        missing=tuple(_missing(p) for p in root.at("missing").each()),
        sources=MappingProxyType(sources),
        digest=canonical_digest(root.value),
        tree=root.value if isinstance(root.value, dict) else {},
        compiled=compiled,
        evidence_read=tuple(n for n in evidence if n in compiled.used),
        book=book,
    )


def _named(root: Part, field: str, names: dict[str, Part]) -> list[tuple[str, Part]]:
    """The named parts of a section; a name may stand for one thing only in the whole document."""
    found = []
    for name, part in root.at(field).items():
        if NAME.fullmatch(name) is None or name in _RESERVED_NAMES:
            raise part.wrong("not a usable name", "Use letters, digits and _; not 'on', 'region'.")
        if name in names:
            raise part.wrong(f"{name} is declared twice", "Give one of the two another name.")
        names[name] = part
        found.append((name, part))
    return found


def _matching(part: Part, pattern: re.Pattern[str]) -> str:
    value = part.text()
    if pattern.fullmatch(value) is None:
        raise part.wrong(f"{value!r} has an unusable form", f"It must match {pattern.pattern}.")
    return value


def _document(part: Part) -> Document:
    part.only("title", "issuer", "number", "date", "url")
    # What could not be read stays empty here and is listed under `missing`.
    texts = {}
    for name in ("issuer", "number", "date", "url"):
        value = part.at(name).value
        texts[name] = value if isinstance(value, str) else part.at(name).text()
    return Document(
        part.at("title").text(), texts["issuer"], texts["number"], texts["date"], texts["url"]
    )


def _sources(part: Part) -> dict[str, Source]:
    found = {}
    for code, source in part.items():
        source.only("title", "url", "read")
        url = source.at("url").value
        found[code] = Source(
            code,
            source.at("title").text(),
            url if isinstance(url, str) else source.at("url").text(),
            source.at("read").text(),
        )
    if not found:
        raise part.wrong("no source is named", "Name at least the text that the rule follows.")
    return found


def _source(part: Part, sources: Mapping[str, Source]) -> tuple[str, str]:
    """Code and grade of where a figure was read: no figure stands without them."""
    source = part.at("source")
    if source.text() not in sources:
        raise source.wrong(f"no source is called {source.text()!r}", "Add it under sources:.")
    return source.text(), part.at("grade").one_of(*GRADES)


def _quantity(name: str, part: Part) -> QuantityRule:
    part.only("unit", "least", "most", "whole", "meaning", "evidence")
    rule = QuantityRule(
        name,
        part.at("unit").unit(),
        part.at("least").number(),
        part.at("most").number(),
        part.has("whole") and part.at("whole").flag(),
        part.at("meaning").text(),
        part.at("evidence").text(),
    )
    if not 0 <= rule.least <= rule.most:
        raise part.wrong("the bounds contradict each other", "least: 0 or more, most: above it.")
    return rule


def _evidence(name: str, part: Part) -> EvidenceRule:
    part.only("meaning", "type", "pattern", "default")
    pattern = None
    if part.has("pattern"):
        text = part.at("pattern").text()
        # Only shapes that are matched in one pass: no groups that repeat, no look-around.
        if re.fullmatch(r"(?:\[[^\[\]()]+\](?:\{\d+(?:,\d+)?\})?|[A-Za-z|_-])+", text) is None:
            raise part.at("pattern").wrong(
                "too rich a pattern", "Use classes with counts, as [0-9]{15}, or words with |."
            )
        pattern = re.compile(text)
    kind = part.at("type").one_of("text", "date") if part.has("type") else "text"
    default = part.at("default").text() if part.has("default") else None
    return EvidenceRule(name, part.at("meaning").text(), kind, pattern, default)


def _key_set(part: Part) -> tuple[str, ...]:
    keys = tuple(_matching(p, _KEY) for p in part.each())
    if not keys or len(set(keys)) != len(keys):
        raise part.wrong("keys are missing or doubled", "List each key once.")
    return keys


def _parameter(
    name: str,
    part: Part,
    starts_on: date,
    sources: Mapping[str, Source],
    keys: Mapping[str, tuple[str, ...]],
    book: FactorBook,
) -> Parameter:
    unit = part.at("unit").unit()
    meaning = part.at("meaning").text()
    if part.has("series"):
        part.only("unit", "meaning", "series")
        return Parameter(name, unit, meaning, (), _resolution(part.at("series"), book), ())
    part.only("unit", "meaning", "values", "by")
    by: tuple[str, ...] = ()
    if part.has("by"):
        by = tuple(p.text() for p in part.at("by").each())
        for key in by:
            if key not in keys:
                raise part.at("by").wrong(f"no keys are called {key!r}", "Add them under keys:.")
    values = tuple(_value(p, starts_on, sources, [keys[k] for k in by]) for p in
                   part.at("values").each())
    if not values or values[0].start > starts_on:
        raise part.wrong(
            "there is no value on the first day in force",
            "Add a sourced value, or ask for it as a quantity.",
        )
    if [v.start for v in values] != sorted({v.start for v in values}):
        raise part.at("values").wrong("the dates do not ascend", "Put the earliest value first.")
    return Parameter(name, unit, meaning, values, None, by)


def _resolution(part: Part, book: FactorBook) -> Resolution:
    part.only("name", "policy", "notice", "area_map")
    policy = part.at("policy").one_of("pinned", "activity_year", "latest_published")
    series = part.at("name").text()
    fitting = [f for f in book.factors.values() if f.series == series]
    if not fitting:
        raise part.at("name").wrong(f"no series is called {series!r}", "Name a series we hold.")
    notice = part.at("notice").text() if policy == "pinned" else None
    if notice is not None and notice not in {f.notice.code for f in fitting}:
        raise part.at("notice").wrong(f"{series} has nothing of that notice", "Name its notice.")
    area_map = part.at("area_map").text() if part.has("area_map") else None
    if area_map is not None and area_map not in book.area_maps:
        raise part.at("area_map").wrong(f"no area map {area_map!r}", "Name a map we hold.")
    return Resolution(series, policy, area_map, notice, fitting[0].unit)


def _value(
    part: Part,
    starts_on: date,
    sources: Mapping[str, Source],
    keys: list[tuple[str, ...]],
) -> Value:
    part.only("from", "value", "rows", "source", "grade", "note")
    source, grade = _source(part, sources)
    start = part.at("from").day() if part.has("from") else starts_on
    note = part.at("note").text() if part.has("note") else ""
    if not keys:
        return Value(start, part.at("value").number(), source, grade, note)
    rows: dict[tuple[str, ...], Decimal] = {}
    for row in part.at("rows").each():
        row.only("key", "value")
        key = tuple(p.text() for p in row.at("key").each())
        if len(key) != len(keys) or any(k not in allowed for k, allowed in zip(key, keys)):
            raise row.at("key").wrong("no such key", "Use one key of each set named under by:.")
        if key in rows:
            raise row.at("key").wrong("this row stands twice", "Remove one of the two.")
        rows[key] = row.at("value").number()
    return Value(start, MappingProxyType(rows), source, grade, note)


def _equation(part: Part, sources: Mapping[str, Source], names: dict[str, Part]) -> Equation:
    part.only("name", "is", "unit", "meaning", "source", "grade")
    name = part.at("name").text()
    if NAME.fullmatch(name) is None or name in names or name in _RESERVED_NAMES:
        raise part.at("name").wrong(f"{name!r} is taken or unusable", "Choose another name.")
    names[name] = part
    source, grade = _source(part, sources)
    return Equation(
        name,
        part.at("is").text(),
        part.at("unit").unit(),
        part.at("meaning").text(),
        source,
        grade,
    )


def _compile(
    root: Part,
    quantities: Mapping[str, QuantityRule],
    evidence: Mapping[str, EvidenceRule],
    keys: Mapping[str, tuple[str, ...]],
    parameters: list[Parameter],
    equations: list[Equation],
) -> Compiled:
    scope = Scope(
        quantities={n: rule.unit for n, rule in quantities.items()},
        parameters={p.name: (i, p.unit) for i, p in enumerate(parameters) if not p.keys},
        tables={
            p.name: Table(i, tuple(frozenset(keys[k]) for k in p.keys), p.unit)
            for i, p in enumerate(parameters)
            if p.keys
        },
        evidence={n: rule.kind for n, rule in evidence.items()},
        key_sets=keys,
    )
    for parameter in parameters:
        series = parameter.series
        if series is not None and not series.unit.fits(parameter.unit):
            raise root.at("parameters").at(parameter.name).wrong(
                f"the series is in {series.unit.text}", "State a unit that fits it."
            )
    triples = [(e.name, e.text, e.unit) for e in equations]
    try:
        return compile_equations(triples, scope)
    except ExpressionError as error:
        for equation, part in zip(equations, root.at("equations").each(), strict=True):
            if str(error).startswith(f"equation {equation.name}:"):
                raise part.at("is").wrong(
                    str(error), "Mend the equation, or the units of what it names."
                ) from None
        raise


def _result(root: Part, equations: list[Equation]) -> int:
    part = root.at("result")
    for index, equation in enumerate(equations):
        if equation.name == part.text():
            if equation.unit != KG_CO2E:
                raise part.wrong(
                    f"{equation.name} is in {equation.unit.text}", "The result is in kgCO2e."
                )
            return index
    raise part.wrong(f"no equation is called {part.text()!r}", "Name the one that is credited.")


def _check_all_used(root: Part, parameters: list[Parameter], compiled: Compiled) -> None:
    for parameter in parameters:
        if parameter.name not in compiled.used:
            raise root.at("parameters").at(parameter.name).wrong(
                "no equation reads it", "Use it or remove it: a figure without use misleads."
            )
    for name, part in root.at("quantities").items():
        if name not in compiled.used:
            raise part.wrong("no equation reads it", "Use it or do not ask for it.")


def _regions(part: Part, book: FactorBook) -> frozenset[str] | None:
    if part.value == "all":
        return None
    found = frozenset(p.text() for p in part.each())
    unknown = found - book.regions.keys()
    if unknown or not found:
        raise part.wrong(f"unknown regions {sorted(unknown)}", "Write all, or codes as CN-44.")
    return found


def _interval(part: Part, evidence: Mapping[str, EvidenceRule]) -> IntervalRule:
    part.only("required", "most_hours", "occupies_person", "meter")
    meter = part.at("meter").text() if part.has("meter") else None
    if meter is not None and meter not in evidence:
        raise part.at("meter").wrong(f"no evidence is called {meter!r}", "Name the meter's.")
    rule = IntervalRule(
        part.at("required").flag(),
        part.at("most_hours").whole(24 * 366),
        part.has("occupies_person") and part.at("occupies_person").flag(),
        meter,
    )
    if meter is not None and not rule.required:
        raise part.wrong("a metered deed needs its interval", "Write required: true.")
    return rule


def _claim(part: Part, evidence: Mapping[str, EvidenceRule]) -> ClaimRule:
    part.only("kind", "evidence", "per", "ignore_case")
    names = tuple(p.text() for p in part.at("evidence").each())
    for name in names:
        if name not in evidence:
            raise part.at("evidence").wrong(f"no evidence is called {name!r}", "Declare it first.")
    per_day = part.has("per") and part.at("per").one_of("day") == "day"
    ignore_case = part.has("ignore_case") and part.at("ignore_case").flag()
    return ClaimRule(_matching(part.at("kind"), _BEHAVIOUR), names, per_day, ignore_case)


def _exclusion(part: Part) -> ExclusionRule:
    part.only("group", "side", "per")
    return ExclusionRule(
        _matching(part.at("group"), _BEHAVIOUR),
        _matching(part.at("side"), _BEHAVIOUR),
        part.at("per").one_of("day", "year"),
    )


def _history_subject(
    root: Part, evidence: Mapping[str, EvidenceRule], compiled: Compiled
) -> str | None:
    part = root.maybe("history_subject")
    if not compiled.history and part is None:
        return None
    if len(compiled.history) > 1:
        raise root.at("equations").wrong("two histories are read", "Read one quantity's history.")
    subject = root.at("history_subject")
    if subject.text() not in evidence:
        raise subject.wrong("no such evidence", "Name the evidence that says whose history it is.")
    return subject.text()


def _rounding(part: Part) -> tuple[str, str]:
    part.only("to", "mode", "negative")
    part.at("to").one_of("mg")
    part.at("mode").one_of("down")
    negative = part.at("negative").one_of("zero", "refuse")
    return negative, "once, at the end, down to whole milligrams of CO2e"


def _missing(part: Part) -> Mapping[str, str]:
    part.only("what", "where")
    return {"what": part.at("what").text(), "where": part.at("where").text()}
