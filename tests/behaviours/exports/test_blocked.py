"""What a record that moved blocks here: the same action, reported a second time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from behaviours.actions.declared import OTHER_INSTALLATION
from behaviours.actions.shipped import load_rulebook
from behaviours.exports.blocked import EVER, ONCE, Blocked, blocked_by
from behaviours.exports.moving import MovedReport
from behaviours.issuers import NEVER, Claiming, Issuer, IssuerRegister
from behaviours.rules.factors import shipped_factors
from behaviours.rules.in_force import ProgrammeRulebook
from tests.behaviours.builders import an_action
from tests.builders.civil import CHINA

PERSON, RECORD = UUID(int=1), UUID(int=2)
METRO = Issuer("metro", "地铁", "Metro", ("ride",), NEVER)
GRID = Issuer("grid", "电网", "Grid", ("meter",), NEVER)
RULES = ProgrammeRulebook(
    load_rulebook().versions(),
    shipped_factors(),
    {},
    CHINA,
    Claiming(IssuerRegister([METRO, GRID])),
)


def a_report(
    behaviour: str = "metro_ride", *, issuers: dict[str, str] | None = None, **changes: Any
) -> MovedReport:
    """What an export says of an action: nobody's, with the codes of issuers by kind of number."""
    action = an_action(behaviour, participant_id="", provider_id="", external_id="")
    return MovedReport(
        replace(action, **changes), {"ride": "metro"} if issuers is None else issuers
    )


def blocked(*reports: MovedReport) -> Blocked:
    return blocked_by(reports, RULES, PERSON)


def test_the_same_number_of_the_same_issuer_is_found_again() -> None:
    one, again = blocked(a_report()), blocked(a_report(evidence={"ride_id": "M 1"}))
    assert (one.unmatched, again.unmatched) == (0, 0)
    assert set(one.once) == set(again.once) != set()
    other = blocked(a_report(evidence={"ride_id": "m-2"}))
    assert set(other.once).isdisjoint(one.once)


def test_a_number_whose_issuer_nobody_knows_here_is_counted_and_blocks_nothing() -> None:
    for issuers in ({}, {"ride": "elsewhere"}, {"ride": "grid"}):
        found = blocked(a_report(issuers=issuers))
        assert found.unmatched == 1
        assert set(found.once).isdisjoint(blocked(a_report()).once)


def test_an_action_that_no_rule_here_speaks_of_is_counted() -> None:
    assert blocked(a_report(behaviour="flying")).unmatched == 1
    assert blocked(a_report(evidence={})).unmatched == 1, "its numbers are not there"
    assert (
        blocked(a_report("distributed_pv", issuers={"meter": "grid"}, ended_at=None)).unmatched == 1
    )


def test_a_meter_is_blocked_from_its_first_day_to_its_last() -> None:
    first = a_report("distributed_pv", issuers={"meter": "grid"})
    begun = first.action.occurred_at - timedelta(days=9)
    earlier = a_report(
        "distributed_pv",
        issuers={"meter": "grid"},
        occurred_at=begun,
        ended_at=begun + timedelta(hours=1),
    )
    found = blocked(first, earlier)
    assert found.meters
    (span,) = set(found.meters.values())
    assert span[1] - span[0] == timedelta(days=9)
    unknown = blocked(a_report("distributed_pv", issuers={}))
    assert (unknown.meters, unknown.unmatched) == ({}, 1)


def test_the_register_holds_one_row_for_all_that_counts_once_and_one_for_each_meter() -> None:
    found = blocked(a_report(), a_report("distributed_pv", issuers={"meter": "grid"}))
    rows = list(found.declared("粤碳普惠", RECORD))
    assert len(rows) == 1 + len(found.meters)
    _, once, digests = rows[0]
    assert (once.mechanism, once.reference, once.kind, once.from_day) == (
        OTHER_INSTALLATION,
        "粤碳普惠",
        ONCE,
        EVER,
    )
    assert digests == list(found.once)
    _, metered, _ = rows[1]
    assert metered.from_day <= (metered.to_day or EVER)
    assert len({mark for mark, _, _ in rows}) == len(rows)
    assert list(Blocked().declared("粤碳普惠", RECORD)) == []
