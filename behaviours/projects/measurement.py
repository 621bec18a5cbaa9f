"""Measurement: one value of a quantity of the rule, for its keys and some days; never changed.

A correction is another row that names the one it stands in place of. Units are the rule's and are
typed by nobody (projects.md, E18 and E19).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import product
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.json_value import Json, JsonObject
from behaviours.projects.designed import DaySpan, DesignFacts, civil_year
from behaviours.projects.surveyed import rule_of
from behaviours.refusal import Conflict, Invalid
from behaviours.rules.members import QuantityRule
from behaviours.rules.methodology import Version
from behaviours.rules.survey_rule import UnfitSurvey

MEASURED, CALCULATED, SUBSTITUTED = QUALITIES = ("measured", "calculated", "substituted")
MOST_MEASUREMENTS: Final = 1_000


class MeasurementUnfit(Invalid):
    """A measurement does not fit its period: ``value``: it is no decimal number; ``days``: they lie
    outside the period or the civil year of its key; ``reason``: a substitute or a correction says
    why; ``due``: a calibration is due after it was made."""

    cases = ("value", "days", "reason", "due")


class MeasuredBefore(Conflict):
    """There is a value already: ``cell``: a new one names it; ``superseded``: another one stands in
    its place already; ``other``: it is of another quantity or period."""

    cases = ("cell", "superseded", "other")


class NewMeasurement(NamedTuple):
    """A value as it is stated; ``supersedes`` is the measurement that it stands in place of."""

    parameter: str
    key: str
    value: str
    span: DaySpan
    quality: str
    evidence: bytes
    instrument: str | None = None
    reason: str | None = None
    supersedes: UUID | None = None


class Measurement(NamedTuple):
    """A value as it is kept; ``evidence`` is the SHA-256 of what it was read from."""

    measurement_id: UUID
    period_id: UUID
    parameter: str
    key: str
    value: str
    starts_on: date
    ends_before: date
    quality: str
    evidence: bytes
    instrument: str | None
    reason: str | None
    supersedes: UUID | None
    recorded_by: UUID
    recorded_at: datetime

    @classmethod
    def made_of(
        cls, identifier: UUID, period_id: UUID, said: NewMeasurement, by: UUID, now: datetime
    ) -> Measurement:
        """A stated value as it is kept."""
        return cls(
            identifier,
            period_id,
            said.parameter,
            said.key,
            said.value,
            *said.span,
            said.quality,
            said.evidence,
            said.instrument,
            said.reason,
            said.supersedes,
            by,
            now,
        )

    @property
    def span(self) -> DaySpan:
        return DaySpan(self.starts_on, self.ends_before)


class Calibration(NamedTuple):
    """An instrument of a project was calibrated: until the day it is due again it may be believed.

    ``most_error_ppm`` is the greatest error that its class permits; ``evidence`` the SHA-256 of the
    certificate.
    """

    project_id: UUID
    instrument: str
    calibrated_on: date
    due_on: date
    most_error_ppm: int
    evidence: bytes
    recorded_by: UUID
    recorded_at: datetime


class NewCalibration(NamedTuple):
    """A calibration as it is stated."""

    instrument: str
    calibrated_on: date
    due_on: date
    most_error_ppm: int
    evidence: bytes

    def check(self, pointer: str) -> None:
        """Raises MeasurementUnfit."""
        if self.due_on <= self.calibrated_on:
            raise MeasurementUnfit("due", pointer=f"{pointer}/due_on")


class MissingDays(NamedTuple):
    """Where nothing was measured: the whole of a cell, or days of it."""

    parameter: str
    key: str
    starts_on: date
    ends_before: date


def check_measurements(version: Version, period: DaySpan, said: Sequence[NewMeasurement]) -> None:
    """Raises UnfitSurvey and MeasurementUnfit at the first that does not fit."""
    rule = rule_of(version)
    for at, each in enumerate(said):
        pointer = f"/measurements/{at}"
        quantity = rule.quantities.get(each.parameter)
        if quantity is None:
            raise UnfitSurvey("unknown_name", pointer=f"{pointer}/parameter", name=each.parameter)
        if not _is_number(each.value):
            raise MeasurementUnfit("value", pointer=f"{pointer}/value")
        within = cell_days(version, quantity, each.key, period)
        if each.span.days <= 0 or not within.holds(each.span):
            raise MeasurementUnfit("days", pointer=f"{pointer}/from", key=each.key)
        explains = each.quality == SUBSTITUTED or each.supersedes is not None
        if explains and not each.reason:
            raise MeasurementUnfit("reason", pointer=f"{pointer}/reason")


def cell_days(version: Version, quantity: QuantityRule, key: str, period: DaySpan) -> DaySpan:
    """The days that a cell is about: the period, or what it has of the civil year in the key."""
    rule, parts = rule_of(version), key.split(".")
    if rule.years in quantity.sets and len(parts) == len(quantity.sets):
        year = parts[quantity.sets.index(rule.years)]
        if year.isascii() and year.isdigit() and 1 <= int(year) < 9999:
            return period.within(civil_year(int(year)))
    return period


def check_superseding(said: Sequence[NewMeasurement], current: Collection[Measurement]) -> None:
    """Whether each is the first of its cell, or names the one that counts now.

    Raises MeasuredBefore.
    """
    counts = {(each.parameter, each.key): each.measurement_id for each in current}
    for at, each in enumerate(said):
        before = counts.get((each.parameter, each.key))
        pointer = f"/measurements/{at}/supersedes"
        if each.supersedes is None and before is not None:
            raise MeasuredBefore("cell", pointer=pointer, name=each.parameter, key=each.key)
        if each.supersedes is not None and each.supersedes != before:
            case = "other" if before is None else "superseded"
            raise MeasuredBefore(case, pointer=pointer, name=each.parameter, key=each.key)
        counts[(each.parameter, each.key)] = UUID(int=0)


def quantities_of(current: Iterable[Measurement]) -> JsonObject:
    """What was measured, as a survey's document writes it."""
    tables: dict[str, dict[str, Json]] = {}
    plain: dict[str, Json] = {}
    for each in current:
        if each.key:
            tables.setdefault(each.parameter, {})[each.key] = each.value
        else:
            plain[each.parameter] = each.value
    return {**tables, **plain}


def missing_days(
    version: Version,
    facts: DesignFacts,
    sets: JsonObject,
    period: DaySpan,
    current: Sequence[Measurement],
) -> list[MissingDays]:
    """Every cell, and every day of a cell, for which there is no value: printed, never filled."""
    told = {(each.parameter, each.key): each for each in current}
    found = []
    for name, quantity in rule_of(version).quantities.items():
        for key in _keys(version, quantity, facts, sets, period):
            days, value = cell_days(version, quantity, key, period), told.get((name, key))
            if value is None:
                found.append(MissingDays(name, key, *days))
                continue
            before = DaySpan(days.starts_on, value.starts_on)
            after = DaySpan(value.ends_before, days.ends_before)
            found += [MissingDays(name, key, *each) for each in (before, after) if each.days > 0]
    return found


def uncalibrated_days(
    current: Iterable[Measurement], calibrations: Iterable[Calibration]
) -> list[MissingDays]:
    """Days of measured values on which the instrument was not calibrated."""
    known: dict[str, list[DaySpan]] = {}
    for each in calibrations:
        known.setdefault(each.instrument, []).append(DaySpan(each.calibrated_on, each.due_on))
    return [
        MissingDays(one.parameter, one.key, *each)
        for one in current
        if one.quality == MEASURED and one.instrument is not None
        for each in _uncovered(one.span, known.get(one.instrument, []))
    ]


def _uncovered(span: DaySpan, covers: Sequence[DaySpan]) -> list[DaySpan]:
    found, open_from = [], span.starts_on
    for each in sorted(cover.within(span) for cover in covers):
        if each.days and open_from < each.starts_on:
            found.append(DaySpan(open_from, each.starts_on))
        open_from = max(open_from, each.ends_before) if each.days else open_from
    rest = DaySpan(open_from, span.ends_before)
    return [*found, rest] if rest.days > 0 else found


def _keys(
    version: Version,
    quantity: QuantityRule,
    facts: DesignFacts,
    sets: JsonObject,
    period: DaySpan,
) -> list[str]:
    """Every key that the quantity may have in this period; a plain one has the key ``""``."""
    rule = rule_of(version)
    choices: list[Sequence[str]] = []
    for name in quantity.sets:
        if name == rule.years:
            choices.append([f"{each.starts_on.year:04d}" for each in period.by_year()])
        elif name in version.reckoning.key_sets:
            choices.append(list(version.reckoning.key_sets[name]))
        else:
            choices.append(_members(facts, sets, name))
    return [".".join(each) for each in product(*choices)]


def _members(facts: DesignFacts, sets: JsonObject, name: str) -> list[str]:
    told = sets.get(name)
    if isinstance(told, dict):
        return [str(key) for inner in told.values() for key in inner]
    if isinstance(told, list):
        return [str(key) for key in told]
    return list(facts.keys(name))


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
