"""Reading what a rule limits per person and civil period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from behaviours.document import Faults, Part
from behaviours.rules.clauses import BEHAVIOUR, matching, read_source
from behaviours.rules.document import read_unit
from behaviours.rules.limit_rule import ABOVE, ACTIONS, CUT, PERIODS, RESULT, LimitRule
from behaviours.rules.members import HOUSEHOLD, QuantityRule, Source
from behaviours.rules.rounding import MG_OF
from behaviours.rules.units import KG_CO2E

# Quantities are sent with six decimals at most: so they are whole as millionths.
_MILLIONTHS = 1_000_000


def read_limits(
    root: Part,
    quantities: Mapping[str, QuantityRule],
    sources: Mapping[str, Source],
    faults: Faults,
) -> tuple[LimitRule, ...]:
    """The limits that a document states; ``quantities`` are as they are sent."""
    part = root.maybe("limits")
    if part is None:
        return ()
    if root.at("subject").value == HOUSEHOLD:
        raise part.wrong("limit_subject")
    found = faults.listed(_limit, part.each(), quantities, sources, faults)
    for at, each in enumerate(found):
        for other in found[:at]:
            if each.name == other.name:
                part.flawed("declared_twice", name=each.name)
            elif (each.of, each.period) == (other.of, other.period):
                part.flawed("limited_twice", of=each.of, per=each.period)
    return tuple(found)


def _limit(
    part: Part,
    quantities: Mapping[str, QuantityRule],
    sources: Mapping[str, Source],
    faults: Faults,
) -> LimitRule:
    part.only("name", "of", "most", "unit", "per", "above", "meaning", "source", "grade")
    part.at("meaning").only("zh", "en")
    source, grade = read_source(part, sources)
    of, above = part.at("of").text(), part.at("above").one_of(*ABOVE)
    if of in faults.names:
        return cast("LimitRule", faults.lost())
    unit, scale = _counted_in(part, of, above, quantities)
    most = part.at("most").number() * scale
    if most <= 0 or most != int(most):
        raise part.at("most").wrong("limit_not_whole", of=of)
    return LimitRule(
        name=matching(part.at("name"), BEHAVIOUR),
        of=of,
        most=int(most),
        unit=unit,
        scale=scale,
        period=part.at("per").one_of(*PERIODS),
        above=above,
        meaning_zh=part.at("meaning").at("zh").text(),
        meaning_en=part.at("meaning").at("en").text(),
        source=source,
        grade=grade,
    )


def _counted_in(
    part: Part, of: str, above: str, quantities: Mapping[str, QuantityRule]
) -> tuple[str, int]:
    """The unit in which a limit is stated, and how many of what is counted are one of it."""
    if of in quantities and of in {ACTIONS, RESULT}:
        raise part.at("of").wrong("declared_twice", name=of)
    if of == ACTIONS:
        if part.has("unit"):
            raise part.at("unit").wrong("limit_unit_of_actions")
        return "", 1
    if of == RESULT:
        return _mass(part.at("unit"))
    by_key = next((rule for rule in quantities.values() if rule.group == of), None)
    rule = quantities.get(of) or by_key
    if rule is None:
        raise part.at("of").wrong("limit_of_unknown", name=of)
    if by_key is not None and above == CUT:
        raise part.at("above").wrong("limit_cuts_keys", name=of)
    if part.at("unit").text() != rule.unit.text:
        raise part.at("unit").wrong("limit_unit_differs", name=of, unit=rule.unit.text)
    if rule.whole and part.at("most").number() % 1:
        raise part.at("most").wrong("limit_not_whole", of=of)
    return rule.unit.text, _MILLIONTHS


def _mass(part: Part) -> tuple[str, int]:
    unit = read_unit(part)
    if not unit.fits(KG_CO2E):
        raise part.wrong("limit_unit_differs", name=RESULT, unit=KG_CO2E.text)
    return unit.text, int(unit.factor_to(KG_CO2E) * MG_OF["kg"])
