"""tanpuhui audit, recompute and seed, as an operator types them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from app.commands.main import tanpuhui
from app.usecases.audit.audit import INVARIANTS
from app.wiring import Wiring


def _run(seeded: Wiring, *arguments: str) -> Result:
    settings = seeded.settings
    environ = {
        "TANPUHUI_DATA_DIR": str(settings.data_dir),
        "TANPUHUI_MODE": "test",
        "TANPUHUI_SECRET_KEY": settings.secret_key,
        "TANPUHUI_IDENTITY_KEY": settings.identity_key.hex(),
        "TANPUHUI_SIGNING_KEY": settings.signing_key.hex(),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
    }
    return CliRunner().invoke(tanpuhui, arguments, env=environ)


def test_the_audit_prints_a_line_for_each_invariant_and_ends_well(seeded: Wiring) -> None:
    result = _run(seeded, "audit")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert len(lines) == len(INVARIANTS) + 3
    assert all(" ok " in line for line in lines[:-1])
    assert lines[-1] == f"All {len(INVARIANTS) + 2} invariants hold."


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
        as_lines, as_json = _run(seeded, "audit"), _run(seeded, "audit", "--json")
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
    result = _run(seeded, *verb, "--sample", "50", "--seed", "spring")
    assert result.exit_code == 0, result.output
    assert "50  ok" in result.output


def test_one_action_is_recomputed_by_either_of_its_ids(seeded: Wiring) -> None:
    action_id = seeded.database.transact(
        lambda connection: connection.execute(
            text("select action_id from action limit 1")
        ).scalar_one()
    )
    for prefix in ("act", "red"):
        result = _run(seeded, "recompute", f"{prefix}_{action_id.hex}")
        assert result.exit_code == 0, result.output
        assert "1  ok" in result.output
    unknown = _run(seeded, "recompute", "act_" + 32 * "0")
    assert unknown.exit_code == 1
    assert "There is no action" in unknown.output


@pytest.mark.parametrize("arguments", [[], ["--all", "--sample", "3"], ["act_1"]])
def test_recompute_says_what_it_needs(seeded: Wiring, arguments: list[str]) -> None:
    assert _run(seeded, "recompute", *arguments).exit_code == 2


def test_a_second_seed_changes_nothing(seeded: Wiring) -> None:
    result = _run(seeded, "seed")
    assert result.exit_code == 0, result.output
    assert "demo.json" in result.output.replace("\n", "")
