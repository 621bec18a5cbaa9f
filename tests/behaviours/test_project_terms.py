"""What a programme states of projects: each figure with its grade and source."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from behaviours.document import DocumentError
from behaviours.project_deadlines import ProjectDeadlines
from behaviours.project_terms import read_project_terms
from behaviours.working_days import CN, WEEKDAYS, WorkingDays
from behaviours.yaml_text import read_tree
from behaviours.zones import zone_named

CHINA = zone_named("Asia/Shanghai")


def stated(text: str) -> object:
    return read_project_terms(read_tree(text, "programme.yaml", DocumentError))


def test_what_a_version_leaves_out_means_the_usual_and_says_how_well_it_is_founded() -> None:
    usual = read_project_terms(None)
    by_days = {each.days.value: (each.counted, each.days.grade) for each in usual.notices}
    assert by_days[20] == ("working", "memory")
    assert by_days[7] == ("working", "secondary")
    assert usual.remind_validation[:2] == (60, "rule")
    assert usual.decide_registration[:2] == (15, "memory")
    assert usual.lapse_months[:2] == (24, "rule")
    own = read_project_terms(
        read_tree("lapse: {months: '12', grade: rule, source: x}", "p.yaml", DocumentError)
    )
    assert own == usual._replace(lapse_months=own.lapse_months)
    assert own.lapse_months.value == 12


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (
            "notices: [{days: '9', counted: working, region: CN-44, grade: rule, source: x}]",
            "notices",
        ),
        (
            "report_notices: [{days: '9', counted: working, region: CN-4, grade: rule, source: x}]",
            "report_notices",
        ),
        ("notices: [{days: '9', counted: lunar, grade: rule, source: x}]", "notices[0].counted"),
        ("notices: [{days: '9', counted: working, grade: sure, source: x}]", "notices[0].grade"),
        ("notices: [{days: '9', counted: working, grade: rule}]", "notices[0]"),
        ("lapse: {months: '0', grade: rule, source: x}", "lapse.months"),
        ("lapses: {}", "lapses"),
    ],
)  # fmt: skip
def test_a_clause_that_cannot_be_meant_is_refused_at_its_place(text: str, field: str) -> None:
    with pytest.raises(DocumentError) as refused:
        stated(text)
    assert str(refused.value.facts["field"]).startswith(field)


def test_deadlines_are_of_civil_days_of_the_programme() -> None:
    deadlines = ProjectDeadlines(read_project_terms(None), WorkingDays(WEEKDAYS), CHINA)
    # A quarter past midnight in China, on the first of March.
    moment = datetime(2027, 2, 28, 16, 15, tzinfo=UTC)
    assert deadlines.today(moment) == date(2027, 3, 1)
    assert deadlines.lapsing_before(moment) == datetime(2025, 3, 1, tzinfo=CHINA)
    assert deadlines.reminding_before(moment) == date(2026, 12, 31)
    assert deadlines.decision_due(moment) == date(2027, 3, 22)
    usual = deadlines._replace(calendar=WorkingDays(CN))
    last = usual.notice_opened(moment, region="CN-440800", methodology="a.rule@1")
    assert (last.rule.days.value, last.rule.days.grade) == (20, "memory")


def test_a_report_is_on_notice_by_the_longest_rule_of_reports_that_applies() -> None:
    own = read_project_terms(
        read_tree(
            "report_notices: [{days: '5', counted: working, grade: rule, source: x},"
            " {days: '30', counted: calendar, region: CN-31, grade: rule, source: y}]",
            "programme.yaml",
            DocumentError,
        )
    )
    deadlines = ProjectDeadlines(own, WorkingDays(WEEKDAYS), CHINA)
    monday = datetime(2027, 3, 1, 2, tzinfo=UTC)
    here = deadlines.report_noticed(monday, region="CN-440800", methodology="a.rule@1")
    assert (here.day, here.rule.days.source) == (date(2027, 3, 8), "x")
    there = deadlines.report_noticed(monday, region="CN-310000", methodology="a.rule@1")
    assert (there.day, there.rule.days.source) == (date(2027, 3, 31), "y")
    # Of a design the usual rules still count.
    design = deadlines.notice_opened(monday, region="CN-440800", methodology="a.rule@1")
    assert design.day == date(2027, 3, 29)
