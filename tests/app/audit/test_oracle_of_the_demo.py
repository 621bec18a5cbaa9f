"""Every action of the demo's ninety days, worked out by a program of its own in fractions."""

from __future__ import annotations

from collections import Counter

from app.store.audit.stored import stored_reductions
from app.wiring import Wiring
from behaviours.actions.shipped import METHODOLOGIES_FOLDER
from tests.oracle.compare import EXACT_FROM
from tests.oracle.records import allowed_mg
from tests.oracle.rules import OracleRule, document_at


def test_every_action_of_the_demo_comes_out_to_the_milligram(seeded: Wiring) -> None:
    rules = {
        version.digest: OracleRule(
            document_at(next(METHODOLOGIES_FOLDER.glob(f"*/{version.behaviour}/{version.version}")))
        )
        for version in seeded.rules.shipped.versions()
        if version.survey is None
    }
    seen: Counter[str] = Counter()
    saved_mg = 0
    with seeded.database.engine.connect() as connection:
        for stored in stored_reductions(connection):
            rule = rules[stored.record["digest"]]
            assert stored.saved_mg in allowed_mg(rule, stored.record, EXACT_FROM), (
                f"{rule.label}: {stored.record}"
            )
            seen[rule.label] += 1
            saved_mg += stored.saved_mg
    # The whole story is in it: years of rides, meters and households.
    assert seen.total() > 1_000
    assert len(seen) > 10
    assert saved_mg > 0
