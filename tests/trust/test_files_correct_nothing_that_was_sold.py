"""No line of a file corrects what a unit contains; what is only selected leaves its bundle."""

from __future__ import annotations

from typing import Any

import pytest

from app.wiring import Wiring
from behaviours.files.outcome import Counts, Flaw
from tests.app.recording.imports.conftest import Importer
from tests.builders.audit import assert_books_balance
from tests.builders.empty_market import market, shut
from tests.builders.market import PV, entrust, issued, pooled_pv, rows, sealed, selected, submitted

__all__ = ["market", "shut"]

HEADER = "no,who,from,to,kwh,meter,instead_of\n"
MAPPING: dict[str, Any] = {
    "person": "{who}",
    "records": [
        {
            "behaviour": "distributed_pv",
            "region": "CN-44",
            "external_id": "{no}",
            "supersedes": "{instead_of}",
            "occurred_at": {"value": "{from}", "format": "%Y-%m-%d %H:%M"},
            "ended_at": {"value": "{to}", "format": "%Y-%m-%d %H:%M"},
            "quantities": {"generation_kwh": "{kwh}"},
            "evidence": {"meter_id": "{meter}"},
        }
    ],
}


def line(no: str, kwh: str, instead_of: str = "", who: str = "house-1") -> str:
    return f"{no},{who},2026-03-02 09:00,2026-03-02 19:00,{kwh},0042,{instead_of}\n"


class Readings:
    """A house whose readings came by file, beside others in the pool."""

    def __init__(self, market: Wiring) -> None:
        self.market, self.importing = market, Importer(market)
        counts, flaws = self.read(line("a", "10000"))
        assert (counts.recorded, flaws) == (1, [])
        [row] = self.rows()
        entrust(market, row["participant_id"])
        pooled_pv(market, people=2)

    def read(self, *lines: str) -> tuple[Counts, list[Flaw]]:
        return self.importing(HEADER + "".join(lines), MAPPING)

    def rows(self) -> list[dict[str, Any]]:
        return rows(
            self.market,
            "select a.participant_id, a.action_id, r.action_id is not null as reversed,"
            " e.bundle_id from action a"
            " left join reversal r using (participant_id, action_id)"
            " left join bundle_entry e using (participant_id, action_id)"
            " where a.provider_id = :provider order by a.action_id",
            provider=self.importing.provider,
        )


@pytest.fixture
def readings(market: Wiring) -> Readings:
    return Readings(market)


@pytest.mark.parametrize("reach", [sealed, issued], ids=["sealed", "issued"])
def test_a_line_that_corrects_what_a_unit_contains_is_refused_by_name(
    market: Wiring, readings: Readings, reach: Any
) -> None:
    reach(market, methodology=PV)
    before = readings.rows()
    assert all(row["bundle_id"] for row in before)
    better = line("b", "9000", "a")
    for dry_run in (True, False):
        text = HEADER + better + line("c", "1", who="house-2").replace("0042", "0043")
        counts, flaws = readings.importing(text, MAPPING, dry_run=dry_run)
        assert counts.recorded == 1, "the other line is not lost with it"
        assert [(f.line, f.code, f.pointer) for f in flaws] == [
            ("2", "CANNOT_SUPERSEDE", "/supersedes")
        ]
    assert readings.rows()[:1] == before
    # Nor is it claimed once more without saying that it corrects anything.
    counts, flaws = readings.read(line("d", "9000"), line("a", "9000"))
    assert counts.recorded == 0
    assert [(f.line, f.code) for f in flaws] == [
        ("2", "OVERLAPPING_METER_INTERVAL"),
        ("3", "CONFLICTING_REPEAT"),
    ]
    assert_books_balance(market)


@pytest.mark.parametrize("reach", [selected, submitted], ids=["selected", "submitted"])
def test_a_line_that_corrects_what_is_not_sealed_takes_it_out_of_its_bundle(
    market: Wiring, readings: Readings, reach: Any
) -> None:
    reach(market, methodology=PV)
    counts, flaws = readings.read(line("b", "9000", "a"))
    assert (counts.recorded, flaws) == (1, [])
    assert [(row["reversed"], row["bundle_id"]) for row in readings.rows()] == [
        (True, None),
        (False, None),
    ]
    assert_books_balance(market)
