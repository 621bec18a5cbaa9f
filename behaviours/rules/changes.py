"""What each version changed: the days concerned, the figures, and on whose authority."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from behaviours.rules.members import Parameter
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import Rulebook


def change_lines(rulebook: Rulebook) -> list[str]:
    """CHANGES.md without its head: a line per version, by the first day concerned, newest first."""
    versions = rulebook.versions()
    newest_first = sorted(versions, key=lambda each: each.label)
    newest_first.sort(key=lambda each: each.validity.starts_on, reverse=True)
    return list(_lines(newest_first, versions))


def _lines(ordered: Sequence[Version], versions: Sequence[Version]) -> Iterator[str]:
    year = 0
    for version in ordered:
        if version.validity.starts_on.year != year:
            year = version.validity.starts_on.year
            yield from ("", f"## {year}", "")
        yield f"* **{version.label}** ({version.behaviour}): {_effect(version, versions)}"


def _effect(version: Version, versions: Sequence[Version]) -> str:
    what = "actions" if version.survey is None else "projects"
    days = f"{what} from {version.validity.starts_on}"
    if version.validity.ends_on is not None:
        days += f" to {version.validity.ends_on}"
    before = _before(version, versions)
    text = version.stated.document.title
    authority = (
        f"{version.stated.document.issuer}: {text}" if version.stated.document.issuer else text
    )
    if version.awaiting:
        return f"none yet, it awaits figures; meant for {days}. By {authority}."
    if before is None:
        return f"first rule, {days}, {_where(version)}. By {authority}."
    changed = ", ".join(_changed(before, version)) or "no figure"
    replaced = f"in place of {before.label}; changed: {changed}"
    return f"{days}, {_where(version)}, {replaced}. By {authority}."


def _where(version: Version) -> str:
    return (
        "all provinces"
        if version.validity.regions is None
        else ", ".join(sorted(version.validity.regions))
    )


def _before(version: Version, versions: Sequence[Version]) -> Version | None:
    """What priced the same actions before: of the same regions, the last that started earlier."""
    earlier = [
        each
        for each in versions
        if each.behaviour == version.behaviour
        and each.validity.regions == version.validity.regions
        and each.validity.starts_on < version.validity.starts_on
        and not each.awaiting
    ]
    return max(earlier, key=lambda each: each.validity.starts_on, default=None)


def _changed(before: Version, after: Version) -> list[str]:
    """The names of figures and equations that are not what they were."""
    old, new = _figures(before), _figures(after)
    figures = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    equations = {each.name: each.text for each in before.reckoning.equations}
    figures += [
        each.name for each in after.reckoning.equations if equations.get(each.name) != each.text
    ]
    figures += [f"the grade of {each}" for each in _regraded(before, after) if each not in figures]
    trust = [
        ("who may report", before.trust.reporting != after.trust.reporting),
        ("what is plausible", _bounds(before) != _bounds(after)),
        ("what counts in a period", _limits(before) != _limits(after)),
        ("the deduction for uncertainty", _deducted(before) != _deducted(after)),
        ("the installation", before.trust.installation != after.trust.installation),
    ]
    return figures + [said for said, differs in trust if differs]


def _bounds(version: Version) -> list[tuple[str, str, str]]:
    return [(each.name, each.text, each.otherwise) for each in version.trust.plausible]


def _limits(version: Version) -> list[tuple[str, int, str]]:
    return [(each.code(version.code), each.most, each.above) for each in version.limits]


def _deducted(version: Version) -> object:
    rule = version.deduction
    return rule and (rule.confidence, rule.table, rule.allowed)


def _figures(version: Version) -> Mapping[str, object]:
    return {
        each.name: _figure(each, version)
        for each in version.reckoning.parameters
        if each.name in version.reckoning.compiled.used
    }


def _figure(parameter: Parameter, version: Version) -> object:
    """What is compared: a value that holds from the version's first day on names no day."""
    begins = version.validity.starts_on
    dated = tuple(
        (value.start if value.start > begins else None, str(value.number))
        for value in parameter.values
    )
    return parameter.unit.text, dated, parameter.series


def _regraded(before: Version, after: Version) -> list[str]:
    """The names of figures that are the same and rest on something better or worse."""
    old = {each.name: each for each in before.reckoning.parameters}
    return [
        each.name
        for each in after.reckoning.parameters
        if each.name in old
        and [value.grade for value in each.values]
        != [value.grade for value in old[each.name].values]
    ]
