"""What a programme states of projects: how long they are on notice, and when somebody is late.

Each figure has its grade and its source, because most rules of registries could not be read in
their own text. What a version leaves out stands in ``programmes/projects.yaml``, and in no code.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from behaviours.document import DocumentError, Part
from behaviours.json_value import JsonObject
from behaviours.regions import lies_in
from behaviours.working_days import WorkingDays, last_working_day
from behaviours.yaml_text import read_tree

USUAL: Final = Path(__file__).parent / "programmes" / "projects.yaml"
# How well founded a figure is: the issuer's own text; a copy of it; the press; known and not read;
# a decision of whoever runs the programme.
GRADES: Final = ("official", "secondary", "press", "memory", "rule")
WORKING, CALENDAR = "working", "calendar"
_MOST_DAYS: Final = 365
_MOST_MONTHS: Final = 120
_NOTICES: Final = ("notices", "report_notices")
_DAYS: Final = ("remind_validation", "decide_registration", "report_loss", "renew")

_MONTHS: Final = ("lapse", "overdue_report", "unverified")


class GradedFigure(NamedTuple):
    """A number of days or months, how well founded it is, and where it is from."""

    value: int
    grade: str
    source: str


class NoticeRule(NamedTuple):
    """How long a design or a report is on notice where this applies; None and no codes: everywhere.

    ``methodologies`` are what the codes of the rules begin with.
    """

    days: GradedFigure
    counted: str
    region: str | None = None
    methodologies: tuple[str, ...] = ()

    def applies(self, region: str, methodology: str) -> bool:
        """Whether a project of a region that took a rule is on notice by this."""
        return lies_in(region, self.region) and (
            not self.methodologies or methodology.startswith(self.methodologies)
        )

    def last_day(self, opened_on: date, calendar: WorkingDays) -> date:
        """The last day of a notice; its first is the one after ``opened_on``."""
        if self.counted == CALENDAR:
            return opened_on + timedelta(days=self.days.value)
        return last_working_day(opened_on, self.days.value, calendar)

    def written(self) -> JsonObject:
        """As everybody reads it with the notice."""
        days, grade, source = self.days
        return {"days": days, "counted": self.counted, "grade": grade, "source": source}


class ByAuthority(NamedTuple):
    """Rules, by what their codes begin with, whose text has the authority check by itself."""

    methodologies: tuple[str, ...]
    grade: str
    source: str


class LastNoticeDay(NamedTuple):
    """The last civil day of a notice, and the rule by which it is the longest."""

    day: date
    rule: NoticeRule


class ProjectTerms(NamedTuple):
    """How long designs and reports of projects are on notice; after how many days a validation is
    reminded of, after how many working days a registration that was asked for is overdue, and after
    how many months in which nothing moved it a project lapses."""

    notices: tuple[NoticeRule, ...]
    remind_validation: GradedFigure
    decide_registration: GradedFigure
    lapse_months: GradedFigure
    by_authority: tuple[ByAuthority, ...]
    report_notices: tuple[NoticeRule, ...]
    # Within how many days a loss is reported.
    report_loss: GradedFigure
    # How many days before its end a crediting period's renewal is asked for.
    renew: GradedFigure
    # After how many months without a verification a report is overdue, and after how many what was
    # issued of land is treated as lost.
    overdue_report: GradedFigure
    unverified: GradedFigure

    def validated_by_authority(self, methodology: str) -> bool:
        """Whether the authority itself validates a project that took this rule."""
        return any(methodology.startswith(each.methodologies) for each in self.by_authority)

    def last_notice_day(
        self, opened_on: date, *, region: str, methodology: str, calendar: WorkingDays
    ) -> LastNoticeDay:
        """Of a design, by the longest of what applies to a project."""
        given = opened_on, region, methodology, calendar
        return _longest(self.notices, *given)

    def last_report_day(
        self, opened_on: date, *, region: str, methodology: str, calendar: WorkingDays
    ) -> LastNoticeDay:
        """Of the report of a monitoring period, likewise."""
        given = opened_on, region, methodology, calendar
        return _longest(self.report_notices, *given)


def _longest(
    rules: Iterable[NoticeRule],
    opened_on: date,
    region: str,
    methodology: str,
    calendar: WorkingDays,
) -> LastNoticeDay:
    ends = (
        LastNoticeDay(each.last_day(opened_on, calendar), each)
        for each in rules
        if each.applies(region, methodology)
    )
    return max(ends, key=lambda one: one.day)


def read_project_terms(part: Part | None) -> ProjectTerms:
    """The terms of a version; what it leaves out means the usual. Raises DocumentError."""
    usual = _usual()
    if part is None:
        return _terms(usual, usual)
    return _terms(part, usual)


def _usual() -> Part:
    return read_tree(USUAL.read_text(encoding="utf-8"), USUAL.name, DocumentError)


def _terms(part: Part, usual: Part) -> ProjectTerms:
    names = (*_NOTICES, *_DAYS, *_MONTHS, "by_authority")
    part.only(*names)
    stated = {name: part.maybe(name) or usual.at(name) for name in names}
    notices, report_notices = (_notices(stated[name]) for name in _NOTICES)
    remind, decide, loss, renew = (_figure(stated[name], "days", _MOST_DAYS) for name in _DAYS)
    lapse, overdue, lost = (_figure(stated[name], "months", _MOST_MONTHS) for name in _MONTHS)
    by_authority = tuple(_by_authority(each) for each in stated["by_authority"].each())
    return ProjectTerms(
        notices, remind, decide, lapse, by_authority, report_notices, loss, renew, overdue, lost
    )


def _notices(part: Part) -> tuple[NoticeRule, ...]:
    rules = tuple(_notice(each) for each in part.each())
    if not any(each.region is None and not each.methodologies for each in rules):
        raise part.wrong("no_general_notice")
    return rules


def _notice(part: Part) -> NoticeRule:
    region, codes = part.maybe("region"), part.maybe("methodologies")
    return NoticeRule(
        _figure(part, "days", _MOST_DAYS, "counted", "region", "methodologies"),
        part.at("counted").one_of(WORKING, CALENDAR),
        region.text() if region else None,
        _codes(codes.each()) if codes else (),
    )


def _by_authority(part: Part) -> ByAuthority:
    part.only("methodologies", "grade", "source")
    codes = _codes(part.at("methodologies").each())
    return ByAuthority(codes, part.at("grade").one_of(*GRADES), part.at("source").text())


def _codes(parts: Iterable[Part]) -> tuple[str, ...]:
    return tuple(each.text() for each in parts)


def _figure(part: Part, unit: str, most: int, *besides: str) -> GradedFigure:
    part.only(unit, "grade", "source", *besides)
    return GradedFigure(
        part.at(unit).whole(most), part.at("grade").one_of(*GRADES), part.at("source").text()
    )
