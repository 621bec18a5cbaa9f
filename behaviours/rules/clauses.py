"""Clauses: each section of a rule document, read and checked by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time
from math import prod

from behaviours.document import Part
from behaviours.rules import members
from behaviours.rules.document import read_unit
from behaviours.rules.factors import GRADES, FactorBook
from behaviours.rules.rounding import (
    MG_OF,
    MODES,
    PLACES_LEAST,
    PLACES_MOST,
    RESULT_MODES,
    ResultRounding,
    StepRounding,
)

CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+|[a-z][a-z0-9_]*")
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")
BEHAVIOUR = re.compile(r"[a-z][a-z0-9_]{1,63}")
RESERVED_NAMES = frozenset({"on", "region", "evidence_factor", "evidence_grades"})
# How many values one quantity that is sent by key may have.
KEYED_MAX = 100

_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
# Only shapes that are matched in one pass: no groups that repeat, no look-around.
_EVIDENCE_PATTERN = re.compile(r"(?:\[[^\[\]()]+\](?:\{\d+(?:,\d+)?\})?|[A-Za-z|_-])+")


def matching(part: Part, pattern: re.Pattern[str]) -> str:
    value = part.text()
    if pattern.fullmatch(value) is None:
        part.flawed("unusable_form", value=value, pattern=pattern.pattern)
    return value


def read_origin(part: Part) -> members.Document:
    part.only("title", "issuer", "number", "date", "url")
    # What could not be read stays empty here and is listed under `missing`.
    texts = {}
    for name in ("issuer", "number", "date", "url"):
        value = part.at(name).value
        texts[name] = value if isinstance(value, str) else part.at(name).text()
    return members.Document(
        part.at("title").text(), texts["issuer"], texts["number"], texts["date"], texts["url"]
    )


def read_sources(part: Part) -> dict[str, members.Source]:
    found = {}
    for code, source in part.items():
        source.only("title", "url", "read")
        url = source.at("url").value
        found[code] = members.Source(
            code,
            source.at("title").text(),
            url if isinstance(url, str) else source.at("url").text(),
            source.at("read").text(),
        )
    if not found:
        part.flawed("no_source")
    return found


def read_source(part: Part, sources: Mapping[str, members.Source]) -> tuple[str, str]:
    """Code and grade of where a figure was read: no figure stands without them."""
    source = part.at("source")
    if source.text() not in sources:
        source.flawed("unknown_source", name=source.text())
    return source.text(), part.at("grade").one_of(*GRADES)


def read_quantity(name: str, part: Part) -> members.QuantityRule:
    part.only("unit", "least", "most", "whole", "optional", "meaning", "evidence", "by")
    rule = members.QuantityRule(
        name,
        read_unit(part.at("unit")),
        part.at("least").number(),
        part.at("most").number(),
        part.has("whole") and part.at("whole").flag(),
        part.at("meaning").text(),
        part.at("evidence").text(),
        required=not (part.has("optional") and part.at("optional").flag()),
    )
    if not 0 <= rule.least <= rule.most:
        raise part.wrong("bounds_contradict")
    return rule


def quantity_keys(part: Part, keys: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """The keys by which a quantity is sent, set by set; nothing for a plain one."""
    if not part.has("by"):
        return ()
    sets = []
    for name in part.at("by").each():
        if name.text() not in keys:
            raise name.wrong("unknown_keys", name=name.text())
        sets.append(keys[name.text()])
    if not 1 <= prod(len(keys) for keys in sets) <= KEYED_MAX:
        raise part.at("by").wrong("too_many_keys", most=KEYED_MAX)
    return tuple(sets)


def read_evidence(name: str, part: Part) -> members.EvidenceRule:
    part.only("meaning", "type", "pattern", "default", "optional")
    pattern = None
    if part.has("pattern"):
        text = part.at("pattern").text()
        if _EVIDENCE_PATTERN.fullmatch(text) is None:
            raise part.at("pattern").wrong("pattern_too_rich", example="[0-9]{15}")
        pattern = re.compile(text)
    kind = part.at("type").one_of("text", "date") if part.has("type") else "text"
    default = part.at("default").text() if part.has("default") else None
    optional = part.has("optional") and part.at("optional").flag()
    if optional:
        if default is not None:
            raise part.at("default").wrong("default_already")
        default = ""
    return members.EvidenceRule(name, part.at("meaning").text(), kind, pattern, default, optional)


def read_key_set(part: Part) -> tuple[str, ...]:
    keys = tuple(matching(p, _KEY) for p in part.each())
    if not keys or len(set(keys)) != len(keys):
        raise part.wrong("keys_doubled")
    return keys


def read_equation(
    part: Part, sources: Mapping[str, members.Source], *more: str
) -> members.Equation:
    """A named step; ``more`` are the fields that somebody else reads of it."""
    part.only("name", "is", "unit", "meaning", "source", "grade", "rounding", *more)
    source, grade = read_source(part, sources)
    return members.Equation(
        part.at("name").text(),
        part.at("is").text(),
        read_unit(part.at("unit")),
        part.at("meaning").text(),
        source,
        grade,
        _step_rounding(part.at("rounding")) if part.has("rounding") else None,
    )


def _step_rounding(part: Part) -> StepRounding:
    part.only("places", "mode")
    places = part.at("places").whole(PLACES_MOST, PLACES_LEAST)
    return StepRounding(places, part.at("mode").one_of(*MODES))


def read_regions(part: Part, book: FactorBook) -> frozenset[str] | None:
    if part.value == "all":
        return None
    found = frozenset(p.text() for p in part.each())
    unknown = found - book.regions.keys()
    if unknown or not found:
        raise part.wrong("unknown_regions", regions=", ".join(sorted(unknown)))
    return found


def read_interval(part: Part, evidence: Mapping[str, members.EvidenceRule]) -> members.IntervalRule:
    part.only("required", "most_hours", "least_minutes", "occupies_person", "meter", "within")
    meter = part.at("meter").text() if part.has("meter") else None
    if meter is not None and meter not in evidence:
        raise part.at("meter").wrong("unknown_meter", name=meter)
    rule = members.IntervalRule(
        part.at("required").flag(),
        part.at("most_hours").whole(24 * 366),
        part.has("occupies_person") and part.at("occupies_person").flag(),
        meter,
        _hours(part.at("within")) if part.has("within") else None,
        part.at("least_minutes").whole(24 * 60) if part.has("least_minutes") else None,
    )
    if rule.least_minutes is not None and rule.least_minutes > 60 * rule.most_hours:
        raise part.at("least_minutes").wrong("least_above_most", most_hours=rule.most_hours)
    if meter is not None and not rule.required:
        raise part.wrong("interval_needed")
    return rule


def _hours(part: Part) -> tuple[time, time]:
    part.only("from", "to")
    first, last = (time.fromisoformat(_clock(part.at(end))) for end in ("from", "to"))
    if first == last:
        raise part.wrong("hours_empty")
    return first, last


def _clock(part: Part) -> str:
    if _CLOCK.fullmatch(part.text()) is None:
        raise part.wrong("not_a_time")
    return part.text()


def read_claim(part: Part, evidence: Mapping[str, members.EvidenceRule]) -> members.ClaimRule:
    part.only("kind", "evidence", "per", "ignore_case", "person")
    names = tuple(p.text() for p in part.at("evidence").each())
    for name in names:
        if name not in evidence:
            raise part.at("evidence").wrong("unknown_evidence", name=name)
        if evidence[name].optional:
            raise part.at("evidence").wrong("evidence_optional", name=name)
    per = part.at("per").one_of("day", "year") if part.has("per") else ""
    person = part.has("person") and part.at("person").flag()
    if not names and not (person and per):
        raise part.wrong("same_key_for_all")
    return members.ClaimRule(
        matching(part.at("kind"), BEHAVIOUR),
        names,
        per_day=per == "day",
        ignore_case=part.has("ignore_case") and part.at("ignore_case").flag(),
        per_year=per == "year",
        person=person,
    )


def read_exclusion(part: Part) -> members.ExclusionRule:
    part.only("group", "side", "per")
    return members.ExclusionRule(
        matching(part.at("group"), BEHAVIOUR),
        matching(part.at("side"), BEHAVIOUR),
        part.at("per").one_of("day", "year"),
    )


def read_rounding(part: Part, negative: Sequence[str]) -> ResultRounding:
    """How the result is rounded; ``negative`` is what may become of a loss."""
    part.only("to", "mode", "negative")
    return ResultRounding(
        part.at("to").one_of(*MG_OF),
        part.at("mode").one_of(*RESULT_MODES),
        part.at("negative").one_of(*negative),
    )


def read_missing(part: Part) -> Mapping[str, str]:
    part.only("what", "where")
    return {"what": part.at("what").text(), "where": part.at("where").text()}


def read_awaited(name: str, part: Part) -> members.Awaited:
    part.only("what", "where")
    return members.Awaited(name, part.at("what").text(), part.at("where").text())


def read_condition(part: Part, sources: Mapping[str, members.Source]) -> members.Condition:
    part.only("name", "if", "meaning", "source", "grade")
    source, grade = read_source(part, sources)
    return members.Condition(
        matching(part.at("name"), BEHAVIOUR),
        part.at("if").text(),
        part.at("meaning").text(),
        source,
        grade,
    )


def read_ownership(
    part: Part | None, evidence: Mapping[str, members.EvidenceRule]
) -> members.Ownership:
    """Whose the claim is; the person's, reported by whoever has her consent, unless said."""
    if part is None:
        return members.Ownership("user", "open", None)
    part.only("owner", "delegation", "evidence")
    owner = part.at("owner").one_of("user", "operator")
    delegation = part.at("delegation").one_of("open", "entrusted", "none")
    if delegation != "entrusted":
        return members.Ownership(owner, delegation, None)
    named = part.at("evidence")
    if named.text() not in evidence:
        raise named.wrong("unknown_proof", name=named.text())
    return members.Ownership(owner, delegation, named.text())


def read_claim_window(root: Part) -> tuple[int, int | None]:
    """After how many days an action may first be reported, and after how many no longer."""
    if root.has("claim_window_days"):
        if root.has("claim_window"):
            raise root.at("claim_window").wrong("window_twice")
        return 0, root.at("claim_window_days").whole(3660)
    if not root.has("claim_window"):
        return 0, None
    part = root.at("claim_window")
    part.only("opens_days", "closes_days")
    opens = part.at("opens_days").whole(3660) if part.has("opens_days") else 0
    closes = part.at("closes_days").whole(3660) if part.has("closes_days") else None
    if closes is not None and closes < opens:
        raise part.wrong("window_backwards")
    return opens, closes
