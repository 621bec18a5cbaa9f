"""Rulebook: all published rules, and which one was in force for an action on its day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from behaviours.refusal import Invalid, Unknown
from behaviours.rules.factors import FactorBook
from behaviours.rules.members import EvidenceRule, QuantityRule
from behaviours.rules.methodology import Version
from behaviours.rules.proxies import is_proxy_name
from behaviours.rules.succession import successor_of


class UnknownBehaviour(Invalid):
    """No rule of this programme knows the behaviour."""


class NoRuleInForce(Invalid):
    """The behaviour is known, but no rule was in force on the day of the action."""

    cases: ClassVar[tuple[str, ...]] = ("before_first", "after_last", "long_ago", "version")


class RegionNotCovered(Invalid):
    """The behaviour is known, but no rule covers the region of the action."""


class UnknownMethodology(Unknown):
    """No methodology version has that code, version or digest."""

    cases = ("code", "version", "digest")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A behaviour as the catalogue shows it, with what an app has to send."""

    code: str
    title_zh: str
    title_en: str
    category: str
    category_code: str
    scene: str
    action_class: str
    quantities: tuple[QuantityRule, ...]
    evidence: tuple[EvidenceRule, ...]
    interval_required: bool
    methodology: str
    # Before that day none of its actions is taken, where the rule is the behaviour's first.
    in_force_from: date


class Rulebook:
    """Published versions, indexed by behaviour, label and digest. Immutable once made."""

    def __init__(self, versions: Iterable[Version], book: FactorBook) -> None:
        self.book = self._book = book
        self._by_behaviour: dict[str, list[Version]] = {}
        self._by_label: dict[tuple[str, str], Version] = {}
        self._by_digest: dict[str, Version] = {}
        self._by_code: dict[str, list[Version]] = {}
        for version in sorted(versions, key=lambda v: (v.behaviour, v.validity.starts_on, v.label)):
            if version.survey is None:
                self._by_behaviour.setdefault(version.behaviour, []).append(version)
            self._by_label[version.code, version.version] = version
            self._by_digest[version.digest] = version
        for version in self._by_label.values():
            self._by_code.setdefault(version.code, []).append(version)
        self._chosen: dict[tuple[str, date, str], Version] = {}

    def version_for(self, behaviour: str, on: date, region: str) -> Version:
        """The version in force; a rule for the region goes before a rule for all regions.

        A rule that awaits figures never goes before one that can be used; a proxy never goes
        before a rule of the region's own that can be used. Raises
        UnknownBehaviour, UnknownRegion, RegionNotCovered, NoRuleInForce or MethodologyIncomplete.
        """
        key = (behaviour, on, region)
        found = self._chosen.get(key)
        if found is None:
            found = self._choose(behaviour, on, region)
            if len(self._chosen) > _CHOSEN_MAX:
                self._chosen.clear()
            self._chosen[key] = found
        return found

    def _choose(self, behaviour: str, on: date, region: str) -> Version:
        known = self._by_behaviour.get(behaviour)
        if known is None:
            raise UnknownBehaviour(pointer="/behaviour", behaviour=behaviour)
        self._book.check_region(region)
        covering = [version for version in known if version.validity.covers(region)]
        if not covering:
            raise RegionNotCovered(
                pointer="/region",
                behaviour=behaviour,
                region=region,
                region_name=self._book.name_of(region),
            )
        in_force = [version for version in covering if version.validity.in_force(on)]
        if not in_force:
            raise _no_rule(behaviour, on, covering)
        usable = [version for version in in_force if not version.awaiting]
        if not usable:
            # The one that the region would have: its refusal says what is missing, and where.
            raise max(in_force, key=nearest).incomplete("/behaviour")
        return max(usable, key=nearest)

    def version(self, code: str, version: str) -> Version:
        """The named version; raises UnknownMethodology."""
        found = self._by_label.get((code, version))
        if found is None:
            raise UnknownMethodology("version", methodology=f"{code}@{version}")
        return found

    def version_by_digest(self, digest: str) -> Version:
        """The version with that content; raises UnknownMethodology."""
        found = self._by_digest.get(digest)
        if found is None:
            raise UnknownMethodology("digest", digest=digest)
        return found

    def versions_of(self, code: str) -> list[Version]:
        """The versions of one methodology, oldest first; raises UnknownMethodology."""
        found = self._by_code.get(code)
        if not found:
            raise UnknownMethodology("code", methodology=code)
        return list(found)

    def version_on(self, code: str, on: date) -> Version:
        """The version of a methodology in force on the day, or else its newest."""
        versions = self.versions_of(code)
        return next(
            (each for each in reversed(versions) if each.validity.in_force(on)), versions[-1]
        )

    def versions(self) -> list[Version]:
        """Every version, by behaviour and then by the day it came into force."""
        return list(self._by_label.values())

    def behaviours(self, on: date | None = None) -> list[Behaviour]:
        """What earns: each behaviour as its latest version that can be used describes it.

        Of a day it is the latest that has started by then, or else the first that is to come.
        """
        usable = ([v for v in vs if not v.awaiting] for vs in self._by_behaviour.values())
        return [_behaviour(_latest(versions, on)) for versions in usable if versions]

    def successor_of(self, version: Version, on: date) -> Version | None:
        """The version of the same rule that has its place on the day, wherever it was to hold."""
        return successor_of(version, self._by_code[version.code], on)

    def awaited(self, on: date | None = None) -> list[Version]:
        """Versions that take no action yet; each names in ``awaiting`` what it lacks and where.

        Of a day those are left out whose place another has by then.
        """
        waiting = [version for version in self.versions() if version.awaiting]
        if on is None:
            return waiting
        return [each for each in waiting if self.successor_of(each, on) is None]


def nearest(version: Version) -> tuple[bool, bool, date, str]:
    """A rule of the region's own goes before its proxy, that before one for all, then the later."""
    regional = version.validity.regions is not None
    own = regional and not is_proxy_name(version.version)
    return own, regional, version.validity.starts_on, version.label


def _latest(versions: Sequence[Version], on: date | None) -> Version:
    """Of versions in the order of their first days, the last that has started, or the first."""
    if on is None:
        return versions[-1]
    started = [each for each in versions if each.validity.starts_on <= on]
    return started[-1] if started else versions[0]


_CHOSEN_MAX = 50_000


def _no_rule(behaviour: str, on: date, covering: Sequence[Version]) -> NoRuleInForce:
    first = min(version.validity.starts_on for version in covering)
    return NoRuleInForce(
        "before_first" if on < first else "after_last",
        pointer="/occurred_at",
        behaviour=behaviour,
        on=on.isoformat(),
        in_force_from=first.isoformat(),
    )


def _behaviour(version: Version) -> Behaviour:
    return Behaviour(
        code=version.behaviour,
        title_zh=version.title_zh,
        title_en=version.title_en,
        category=version.category,
        category_code=version.category_code,
        scene=version.behaviour,
        action_class=version.action_class,
        quantities=tuple(version.told.quantities.values()),
        evidence=tuple(version.told.evidence.values()),
        interval_required=version.told.interval.required,
        methodology=version.label,
        in_force_from=version.validity.starts_on,
    )


def lock_line(version: Version) -> str:
    """What published.lock holds of a published version: ``code@version digest``."""
    return f"{version.label} {version.digest}"


def lock_lines(rulebook: Rulebook) -> list[str]:
    """What published.lock holds, in order."""
    return sorted(lock_line(version) for version in rulebook.versions())
