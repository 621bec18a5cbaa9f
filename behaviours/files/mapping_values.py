"""Values of a mapping as its document states them: texts, times, quantities and places."""

from __future__ import annotations

import re
from datetime import time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import re2

from behaviours.document import Part
from behaviours.files.mapping import GroupRule, When
from behaviours.files.places import PlaceValue
from behaviours.files.quantities import DistanceValue, NumberValue, Quantity, RiseValue
from behaviours.files.values import NUMBER, OTHER, Pattern, TextValue, TimeValue, is_seen

NAMES_MOST = 64
TEXT_MOST = 1000
PATTERN_MOST = 200
REPLACEMENTS_MOST = 20
MINUTES_MOST = 366 * 1440
_DIRECTIVES = frozenset("YymdHIMSfzpbBj%")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_NOON = time(12)
_BACKSLASH = re.compile(r"\\(.?)", re.DOTALL)


def read_string(part: Part) -> str:
    if not isinstance(part.value, str):
        raise part.wrong("not_a_text")
    if len(part.value) > TEXT_MOST:
        raise part.wrong("too_long", most=TEXT_MOST)
    return part.value


def read_texts(part: Part, kind: str = OTHER) -> tuple[TextValue, ...]:
    if not isinstance(part.value, list) or not 0 < len(part.value) <= NAMES_MOST:
        raise part.wrong("mapping_no_texts", most=NAMES_MOST)
    return tuple(read_text(one, kind) for one in part.each())


def read_when(part: Part | None) -> When:
    found = {}
    for column, one in part.items() if part else ():
        values = one.each() if isinstance(one.value, list) else [one]
        found[column] = frozenset(map(read_string, values))
    return found


def read_text(part: Part, kind: str = OTHER) -> TextValue:
    if not isinstance(part.value, dict):
        return TextValue(read_template(part), (), kind)
    part.only("value", "replace")
    return TextValue(read_template(part.at("value")), read_replacements(part), kind)


def read_template(part: Part) -> str:
    text = part.text()
    if len(text) > TEXT_MOST:
        raise part.wrong("too_long", most=TEXT_MOST)
    _check_seen(part, text)
    return text


def _check_seen(part: Part, text: str) -> None:
    """A text with a NUL cannot be stored, and what nobody sees makes two of one."""
    if not is_seen(text):
        raise part.wrong("mapping_unseen")


def read_replacements(part: Part) -> tuple[tuple[Pattern, str], ...]:
    replace = part.maybe("replace")
    found = list(replace.items()) if replace else []
    if replace and len(found) > REPLACEMENTS_MOST:
        raise replace.wrong("mapping_too_many", most=REPLACEMENTS_MOST)
    return tuple((_pattern(one, pattern), _by(one, pattern)) for pattern, one in found)


def _pattern(part: Part, pattern: str) -> Pattern:
    """Of the engine whose time is linear in the text: no pattern of a stranger can hang us."""
    if len(pattern) > PATTERN_MOST:
        raise part.wrong("too_long", most=PATTERN_MOST)
    options = re2.Options()
    options.log_errors = False
    try:
        made: Pattern = re2.compile(pattern, options)
    except re2.error as problem:
        reason = problem.args[0] if problem.args else ""
        shown = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise part.wrong("mapping_pattern", reason=shown) from None
    return made


def _by(part: Part, pattern: str) -> str:
    by = read_string(part)
    if len(by) > PATTERN_MOST:
        raise part.wrong("too_long", most=PATTERN_MOST)
    _check_seen(part, by)
    groups = re2.compile(pattern).groups
    for found in _BACKSLASH.finditer(by):
        if found[1] != "\\" and not (found[1] in tuple("123456789") and int(found[1]) <= groups):
            raise part.wrong("mapping_backslash", groups=groups)
    return by


def read_moment(part: Part, zone: ZoneInfo) -> TimeValue:
    if not isinstance(part.value, dict):
        return TimeValue(read_text(part), None, zone)
    part.only("value", "format", "replace", "plus_minutes", "clock")
    form, clock, plus = part.maybe("format"), part.maybe("clock"), part.maybe("plus_minutes")
    shape = _format(form, has_clock=clock is not None) if form else None
    return TimeValue(
        TextValue(read_template(part.at("value")), read_replacements(part)),
        shape,
        zone,
        timedelta(minutes=_minutes(plus)) if plus else timedelta(),
        _clock(clock) if clock else None,
    )


def read_day(part: Part, zone: ZoneInfo) -> TimeValue:
    """A civil day, as its noon: a time of day that stands beside it says nothing of the day."""
    if not isinstance(part.value, dict):
        return TimeValue(read_text(part), None, zone, clock=_NOON)
    part.only("value", "format", "replace")
    form = part.maybe("format")
    text = TextValue(read_template(part.at("value")), read_replacements(part))
    return TimeValue(text, _format(form, has_clock=True) if form else None, zone, clock=_NOON)


def _minutes(part: Part) -> int:
    found = part.number()
    if found != int(found) or abs(found) > MINUTES_MOST:
        raise part.wrong("not_a_whole_number", least=-MINUTES_MOST, most=MINUTES_MOST)
    return int(found)


def _format(part: Part, *, has_clock: bool) -> str:
    shape = part.text()
    used = re.findall(r"%(.?)", shape)
    for one in used:
        if one not in _DIRECTIVES:
            raise part.wrong("mapping_format", value=f"%{one}", names=_directives())
    if len(used) != len(set(used) - {"%"}) or len(shape) > 64:
        raise part.wrong("mapping_format", value=shape, names=_directives())
    if not ({"H", "I"} & set(used) or has_clock):
        # Midnight would be a guess, and the second ride of a day would overlap the first.
        raise part.wrong("mapping_no_clock")
    return shape


def _directives() -> str:
    return " ".join(f"%{one}" for one in sorted(_DIRECTIVES))


def _clock(part: Part) -> time:
    text = part.text()
    if _CLOCK.fullmatch(text) is None:
        raise part.wrong("mapping_clock", value=text)
    return time.fromisoformat(text)


def read_quantity(part: Part, group: GroupRule | None) -> Quantity:
    if not isinstance(part.value, dict):
        return NumberValue(read_text(part, NUMBER), None, is_sum=False)
    part.only("value", "sum", "rise", "distance", "times", "replace", "resets", "at_most")
    kinds = [name for name in ("value", "sum", "rise", "distance") if part.has(name)]
    if len(kinds) != 1:
        raise part.wrong("mapping_one_of", names="value, sum, rise, distance")
    kind = kinds[0]
    if kind == "distance":
        part.only("distance")
        return _distance(part.at("distance"))
    if kind in ("sum", "rise") and group is None:
        raise part.at(kind).wrong("mapping_outside_group", name=kind)
    text = TextValue(read_template(part.at(kind)), read_replacements(part), NUMBER)
    factor, at_most = part.maybe("times"), part.maybe("at_most")
    times = read_positive(factor) if factor else None
    if kind != "rise":
        part.only(kind, "times", "replace")
        return NumberValue(text, times, is_sum=kind == "sum")
    resets = part.maybe("resets")
    from_zero = resets is not None and resets.one_of("refused", "from_zero") == "from_zero"
    if from_zero and not at_most:
        # A reading that dips and comes back would be counted twice over.
        raise part.wrong("mapping_rise_bound")
    return RiseValue(text, times, from_zero, read_positive(at_most) if at_most else None)


def _distance(part: Part) -> DistanceValue:
    part.only("from", "to")
    return DistanceValue(_degrees(part.at("from")), _degrees(part.at("to")))


def read_place(part: Part | None) -> PlaceValue | None:
    return PlaceValue(*_degrees(part)) if part else None


def _degrees(part: Part) -> tuple[TextValue, TextValue]:
    found = read_texts(part, NUMBER)
    if len(found) != 2:
        raise part.wrong("mapping_place")
    return found[0], found[1]


def read_positive(part: Part) -> Decimal:
    found = part.number()
    if found <= 0 or len(found.as_tuple().digits) > 24:
        raise part.wrong("mapping_factor", value=str(part.value))
    return found
