"""The schedule covers every table, and is published in both languages."""

from __future__ import annotations

from html import unescape

import pytest

from app.store.retention.tables_of_kinds import KINDS_OF
from app.store.tables.all import TABLES
from app.store.tables.append_only import APPEND_ONLY, FINAL_ONCE_PUBLISHED
from app.wiring import Wiring
from behaviours.retention import FOR_EVER, KINDS
from tests.builders.due_rows import WRITE
from tests.builders.people import Http


def test_every_table_is_in_the_schedule_with_its_time_or_its_reason() -> None:
    assert KINDS_OF.keys() == set(TABLES), "a table without a rule is kept by nobody's decision"
    named = {kind for kinds in KINDS_OF.values() for kind in kinds}
    assert named == {*KINDS, *FOR_EVER}, "a line of the schedule that is about nothing"
    assert set(WRITE) == set(KINDS), "a kind that no test takes away"


def test_what_never_changes_is_never_taken_away() -> None:
    for table in APPEND_ONLY | FINAL_ONCE_PUBLISHED:
        assert not set(KINDS_OF[table]) & set(KINDS), table


@pytest.mark.parametrize(
    ("language", "codes", "days", "because"),
    [("en", "Codes that people show at a till", "90 days", "ten years"),
     ("zh-CN", "个人在收银台出示的码", "90 天", "十年")],
    ids=["en", "zh"],
)  # fmt: skip
def test_anybody_reads_how_long_everything_is_kept(
    http: Http, language: str, codes: str, days: str, because: str
) -> None:
    said = http.get("/v1/programme", headers={"Accept-Language": language}).json["retention"]
    lines = {each["kind"]: each for each in said}
    assert list(lines) == [*KINDS, *FOR_EVER]
    assert (lines["codes"]["what"], lines["codes"]["keep"]) == (codes, "90 days")
    assert lines["codes"]["keep_in_words"] == days
    assert lines["books"]["keep"] is None
    assert because in lines["books"]["because"]
    page = http.get(f"/docs/retention?lang={language}")
    assert page.status_code == 200
    shown = unescape(page.text)
    for each in said:
        assert each["what"] in shown
        assert (each["keep_in_words"] or each["because"]) in shown


def test_a_version_that_comes_says_what_it_will_keep(http: Http, wiring: Wiring) -> None:
    assert all("retention" in each for each in http.get("/v1/programme").json["announced"])
    assert wiring.programme.retention.periods.keys() == KINDS.keys()
