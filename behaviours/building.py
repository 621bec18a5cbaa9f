"""Building: a document becomes a version, or a DocumentError that says where and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from behaviours import clauses
from behaviours.document import Part, canonical_digest
from behaviours.expression import NAME, ExpressionError
from behaviours.factors import FactorBook
from behaviours.formula import Compiled, Scope, Table, compile_equations
from behaviours.methodology import (
    ACTION_CLASSES,
    CATEGORIES,
    Equation,
    EvidenceRule,
    Parameter,
    QuantityRule,
    Source,
    Version,
)
from behaviours.units import KG_CO2E

_FIELDS = (
    *("code", "version", "behaviour", "title", "category", "action_class", "document", "scope"),
    *("applicability", "applicant", "subject", "regions", "in_force", "crediting_period"),
    *("claim_window_days", "quantities", "evidence", "interval", "claims", "exclusions"),
    *("history_subject", "keys", "parameters", "equations", "result", "rounding", "caps"),
    *("missing", "sources"),
)


@dataclass(frozen=True, slots=True)
class _Arithmetic:
    """The part of a document that its equations can name, and the equations themselves."""

    quantities: Mapping[str, QuantityRule]
    evidence: Mapping[str, EvidenceRule]
    keys: Mapping[str, tuple[str, ...]]
    parameters: tuple[Parameter, ...]
    equations: tuple[Equation, ...]
    compiled: Compiled


def build_version(root: Part, book: FactorBook) -> Version:
    """The version that a document states, checked whole: names, units, sources, equations."""
    root.only(*_FIELDS)
    sources = clauses.read_sources(root.at("sources"))
    arithmetic = _arithmetic(root, sources, book)
    in_force, title = root.at("in_force"), root.at("title")
    in_force.only("from", "until")
    title.only("zh", "en")
    window, until = root.maybe("claim_window_days"), in_force.maybe("until")
    negative, rounding = clauses.read_rounding(root.at("rounding"))
    interval = clauses.read_interval(root.at("interval"), arithmetic.evidence)
    claims = [clauses.read_claim(p, arithmetic.evidence) for p in root.at("claims").each()]
    if not claims and interval.meter is None:
        raise root.at("claims").wrong(
            "nothing keeps a deed from being claimed twice", "Name a claim key or a meter."
        )
    assert isinstance(root.value, dict)
    return Version(
        code=clauses.matching(root.at("code"), clauses.CODE),
        version=clauses.matching(root.at("version"), clauses.VERSION),
        behaviour=clauses.matching(root.at("behaviour"), clauses.BEHAVIOUR),
        title_zh=title.at("zh").text(),
        title_en=title.at("en").text(),
        category=root.at("category").one_of(*CATEGORIES),
        action_class=root.at("action_class").one_of(*ACTION_CLASSES),
        document=clauses.read_origin(root.at("document")),
        scope=root.at("scope").text(),
        applicability=tuple(p.text() for p in root.at("applicability").each()),
        applicant=root.at("applicant").text(),
        subject=root.at("subject").one_of("person", "household", "small_firm"),
        regions=clauses.read_regions(root.at("regions"), book),
        starts_on=in_force.at("from").day(),
        ends_on=None if until is None else until.day(),
        claim_window_days=None if window is None else window.whole(3660),
        crediting_period=root.at("crediting_period").text(),
        quantities=MappingProxyType(dict(arithmetic.quantities)),
        evidence=MappingProxyType(dict(arithmetic.evidence)),
        interval=interval,
        claims=tuple(claims),
        exclusions=tuple(clauses.read_exclusion(p) for p in root.at("exclusions").each()),
        history_subject=_history_subject(root, arithmetic),
        key_sets=MappingProxyType(dict(arithmetic.keys)),
        parameters=arithmetic.parameters,
        equations=arithmetic.equations,
        result=_result(root.at("result"), arithmetic.equations),
        negative=negative,
        rounding_text=rounding,
        caps=tuple(p.text() for p in root.at("caps").each()),
        missing=tuple(clauses.read_missing(p) for p in root.at("missing").each()),
        sources=MappingProxyType(sources),
        digest=canonical_digest(root.value),
        tree=root.value,
        compiled=arithmetic.compiled,
        evidence_read=tuple(n for n in arithmetic.evidence if n in arithmetic.compiled.used),
        book=book,
    )


def _arithmetic(root: Part, sources: Mapping[str, Source], book: FactorBook) -> _Arithmetic:
    taken: set[str] = set()
    starts_on = root.at("in_force").at("from").day()
    quantities = {n: clauses.read_quantity(n, p) for n, p in _named(root, "quantities", taken)}
    evidence = {n: clauses.read_evidence(n, p) for n, p in _named(root, "evidence", taken)}
    keys = {}
    if root.has("keys"):
        keys = {n: clauses.read_key_set(p) for n, p in _named(root, "keys", taken)}
    figures = clauses.FigureReader(starts_on, sources, keys, book)
    parameters = tuple(figures.parameter(n, p) for n, p in _named(root, "parameters", taken))
    equations = tuple(_equations(root, sources, taken))
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
    compiled = _compile(root, equations, scope)
    for section in ("parameters", "quantities"):
        for name, part in root.at(section).items():
            if name not in compiled.used:
                raise part.wrong("no equation reads it", "Use it, or remove it: it misleads.")
    return _Arithmetic(quantities, evidence, keys, parameters, equations, compiled)


def _named(root: Part, section: str, taken: set[str]) -> Iterator[tuple[str, Part]]:
    """The named parts of a section; a name may stand for one thing only in the whole document."""
    for name, part in root.at(section).items():
        _take_name(name, part, taken)
        yield name, part


def _take_name(name: str, part: Part, taken: set[str]) -> None:
    if NAME.fullmatch(name) is None or name in clauses.RESERVED_NAMES:
        raise part.wrong(f"{name!r} is not a usable name", "Use letters, digits and _.")
    if name in taken:
        raise part.wrong(f"{name} is declared twice", "Give one of the two another name.")
    taken.add(name)


def _equations(root: Part, sources: Mapping[str, Source], taken: set[str]) -> Iterator[Equation]:
    for part in root.at("equations").each():
        equation = clauses.read_equation(part, sources)
        _take_name(equation.name, part.at("name"), taken)
        yield equation


def _compile(root: Part, equations: tuple[Equation, ...], scope: Scope) -> Compiled:
    for equation, part in zip(equations, root.at("equations").each(), strict=True):
        try:
            # Alone first, so that the error is named at the line of its own equation.
            compile_equations([(equation.name, equation.text, equation.unit)], scope)
        except ExpressionError as error:
            raise part.at("is").wrong(
                str(error), "Mend the equation, or the units of what it names."
            ) from None
    scope.steps.clear()
    scope.terms = 0
    return compile_equations([(e.name, e.text, e.unit) for e in equations], scope)


def _result(part: Part, equations: tuple[Equation, ...]) -> int:
    for index, equation in enumerate(equations):
        if equation.name == part.text():
            if equation.unit != KG_CO2E:
                raise part.wrong(
                    f"{equation.name} is in {equation.unit.text}", "The result is in kgCO2e."
                )
            return index
    raise part.wrong(f"no equation is called {part.text()!r}", "Name the one that is credited.")


def _history_subject(root: Part, arithmetic: _Arithmetic) -> str | None:
    histories = arithmetic.compiled.history
    if not histories:
        return None
    if len(histories) > 1:
        raise root.at("equations").wrong("two histories are read", "Read one quantity's history.")
    subject = root.at("history_subject")
    if subject.text() not in arithmetic.evidence:
        raise subject.wrong("no such evidence", "Name the evidence that says whose history it is.")
    return subject.text()
