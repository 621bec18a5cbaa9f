"""How far the catalogue is: before the proxies and after, counted anew."""

from __future__ import annotations

from datetime import date

from behaviours.actions.shipped import load_rulebook
from behaviours.rules.counts import counted
from behaviours.rules.factors import shipped_factors
from behaviours.rules.rulebook import Rulebook
from tests.behaviours.builders import a_document, a_version

VERSIONS = load_rulebook().versions()


def test_the_proxies_more_than_halve_what_nobody_could_report():
    before = counted(VERSIONS, date(2026, 12, 14))
    after = counted(VERSIONS, date(2026, 12, 15))
    assert (before.proxies, after.proxies) == (0, 15)
    # One more is the air conditioner's, whose figure is better graded.
    assert after.usable == before.usable + 16
    # Nothing that was published is taken back: the versions still say what they lack.
    assert after.awaiting == before.awaiting
    assert (before.behaviours_waiting, after.behaviours_waiting) == (31, 18)
    assert after.behaviours_usable == before.behaviours_usable + 13
    assert before.unsourced == after.unsourced == 0
    assert before.figures["official"] < after.figures["official"]
    assert after.figures["press"] == before.figures["press"]


def test_a_day_counts_what_has_started_by_it():
    first = a_version(a_document())
    later = a_document(parameters={"EF": ("3", "kgCO2e/kg"), "more": ("0", "kgCO2e")})
    later = later.replace("mass * EF", "mass * EF + more").replace("from: 2024", "from: 2025")
    second = a_version(later.replace('version: "1"', 'version: "2"'), saved_mg="3000000")
    versions = Rulebook([first, second], shipped_factors()).versions()
    nothing, one, both = (counted(versions, date(year, 6, 1)) for year in (2023, 2024, 2025))
    assert (nothing.usable, one.usable, both.usable) == (0, 1, 2)
    assert (nothing.behaviours_usable, one.behaviours_usable, both.behaviours_usable) == (0, 1, 1)
    assert [each.figures["official"] for each in (nothing, one, both)] == [0, 1, 3]
    assert both.awaiting == both.awaited == both.from_series == both.unsourced == 0
