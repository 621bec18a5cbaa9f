"""tanpuhui audit, recompute and seed, as an operator types them."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from app.usecases.audit.audit import INVARIANTS
from app.wiring import Wiring
from tests.builders.commands import typed


def test_the_audit_prints_a_line_for_each_invariant_and_ends_well(seeded: Wiring) -> None:
    result = typed(seeded, "audit")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert len(lines) == len(INVARIANTS) + 7
    assert all(" ok " in line for line in lines[:-1])
    assert lines[-1] == f"All {len(INVARIANTS) + 6} invariants hold."


def test_a_broken_invariant_is_said_with_its_offender_and_exit_code_1(seeded: Wiring) -> None:
    def shift(points: int) -> str:
        return seeded.database.transact(
            lambda connection: connection.execute(
                text(
                    "update points_account set balance = balance + :points where participant_id"
                    " = (select max(participant_id::text)::uuid from participant)"
                    " returning 'par_' || replace(participant_id::text, '-', '')"
                ),
                {"points": points},
            ).scalar_one()
        )

    offender = shift(1)
    try:
        as_lines, as_json = typed(seeded, "audit"), typed(seeded, "audit", "--json")
    finally:
        shift(-1)
    assert as_lines.exit_code == as_json.exit_code == 1
    [broken] = [line for line in as_lines.output.splitlines() if "BROKEN" in line]
    assert broken.startswith("points_balance")
    assert offender in broken
    assert "1 of " in as_lines.output.splitlines()[-1]
    document = json.loads(as_json.output)
    assert document["ok"] is False
    [found] = [each for each in document["findings"] if not each["ok"]]
    assert (found["name"], found["broken"], found["offenders"]) == ("points_balance", 1, [offender])


@pytest.mark.parametrize("verb", [["recompute"], ["audit", "recompute"]])
def test_a_sample_is_recomputed_to_the_milligram(seeded: Wiring, verb: list[str]) -> None:
    result = typed(seeded, *verb, "--sample", "50", "--seed", "spring")
    assert result.exit_code == 0, result.output
    assert "50  ok" in result.output


def test_one_action_is_recomputed_by_either_of_its_ids(seeded: Wiring) -> None:
    action_id = seeded.database.transact(
        lambda connection: connection.execute(
            text("select action_id from action limit 1")
        ).scalar_one()
    )
    for prefix in ("act", "red"):
        result = typed(seeded, "recompute", f"{prefix}_{action_id.hex}")
        assert result.exit_code == 0, result.output
        assert "1  ok" in result.output
    unknown = typed(seeded, "recompute", "act_" + 32 * "0")
    assert unknown.exit_code == 1
    assert "There is no action" in unknown.output


@pytest.mark.parametrize("arguments", [[], ["--all", "--sample", "3"], ["act_1"]])
def test_recompute_says_what_it_needs(seeded: Wiring, arguments: list[str]) -> None:
    assert typed(seeded, "recompute", *arguments).exit_code == 2


def test_a_second_seed_changes_nothing(seeded: Wiring) -> None:
    result = typed(seeded, "seed")
    assert result.exit_code == 0, result.output
    assert "demo.json" in result.output.replace("\n", "")
