"""Stored reductions run again: every difference is reported, by its kind."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from app.commands.main import tanpuhui
from app.wiring import Wiring
from tests.builders.actions import a_ride
from tests.builders.market import a_person, recorded, run
from tests.builders.people import an_organisation


@pytest.fixture
def rides(own: Wiring) -> list[UUID]:
    provider = an_organisation(own, "provider")
    person = a_person(own, provider)
    first = datetime(2026, 3, 2, tzinfo=UTC)
    made = [
        a_ride(person, provider, occurred_at=first + timedelta(hours=hour)) for hour in range(600)
    ]
    return recorded(own, made)


def told(wiring: Wiring, folder: Path, *words: str) -> Result:
    given = wiring.settings
    return CliRunner().invoke(
        tanpuhui,
        ["audit", "recompute", *words],
        env={
            "DATABASE_URL": str(given.database_url),
            "REDIS_URL": str(given.redis_url),
            "TANPUHUI_DATA_DIR": str(folder),
        },
    )


def test_all_of_them_come_out(own: Wiring, rides: list[UUID], tmp_path: Path) -> None:
    result = told(own, tmp_path, "--all", "--json")
    assert result.exit_code == 0, result.output
    outcome = json.loads(result.stdout)
    assert (outcome["count"], outcome["broken"], outcome["ok"]) == (600, 0, True)


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("saved_mg = 1", "stored 1 mg, recomputed 46000 mg"),
        (
            "calculation = jsonb_set(calculation, '{inputs,quantities,trips}', '\"2\"')",
            "stored 46000 mg, recomputed 92000 mg",
        ),
        ('quantities = \'{"trips": "2"}\'', "its record says quantities"),
        ("region = 'CN-33'", "its record says region CN-44, its row CN-33"),
        ("occurred_at = occurred_at + interval '1 day'", "its record says day"),
        ("version = '2099'", "its record says methodology bj.low_carbon_travel@2024"),
        ("provenance = 'official'", "its record says provenance press, its row official"),
        ("calculation = '{}'", "its record cannot be read"),
        ('calculation = \'{"inputs": 5, "factors": 6}\'', "its record cannot be read"),
        ("digest = '\\x00'", "UNKNOWN_METHODOLOGY"),
    ],
)
def test_each_kind_of_damage_is_reported(
    own: Wiring, rides: list[UUID], tmp_path: Path, damage: str, problem: str
) -> None:
    hurt = rides[17]
    run(
        own,
        lambda connection: connection.connection.driver_connection.execute(
            "set local session_replication_role = replica;"
            f" update action set {damage} where action_id = '{hurt}'"
        ),
    )
    file = tmp_path / "differences.ndjson"
    result = told(own, tmp_path, "--all", "--differences", str(file))
    assert result.exit_code == 1, result.output
    (line,) = file.read_text("utf-8").splitlines()
    difference = json.loads(line)
    assert difference["reduction_id"] == f"red_{hurt.hex}"
    assert problem in difference["problem"]
    assert "BROKEN ×1" in result.stdout
