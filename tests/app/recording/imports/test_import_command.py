"""`tanpuhui import`: from the example that it writes itself to the file of what was refused."""

from __future__ import annotations

import csv
import json
import re
import secrets
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.commands.import_ import import_
from app.settings import Settings
from app.wiring import Wiring
from tests.builders.people import an_organisation


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    """Runs the command on this run's engines."""
    monkeypatch.setenv("DATABASE_URL", settings.database_url or "")
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    monkeypatch.setenv("TANPUHUI_DATA_DIR", str(settings.data_dir))

    def call(*arguments: object) -> Result:
        return CliRunner().invoke(import_, [str(one) for one in arguments])

    return call


def test_the_example_is_imported_and_again_without_harm(
    run, wiring: Wiring, tmp_path: Path
) -> None:
    provider = f"org_{an_organisation(wiring).hex}"
    assert run("--example", tmp_path).exit_code == 0
    refusals = tmp_path / "refusals.csv"
    arguments = (
        tmp_path / "rides.csv", "--mapping", tmp_path / "rides.yaml", "--provider", provider,
        "--enrol", "--consent-text", "2026-01", "--consent-since", "2026-01-01T00:00:00+08:00",
        "--refusals", refusals, "--json",
    )  # fmt: skip
    first = run(*arguments)
    assert first.exit_code == 2, first.output
    counts = json.loads(first.stdout)
    assert (counts["rows"], counts["recorded"], counts["enrolled"]) == (10, 4, 2)
    assert sum(counts["refused"].values()) == 3
    assert counts["lines"] == {
        "read": 11, "heading": 1, "blank": 0, "recorded": 6, "already_recorded": 0, "refused": 4,
    }  # fmt: skip
    with refusals.open(encoding="utf-8-sig", newline="") as opened:
        lines = list(csv.DictReader(opened))
    assert sorted((line["line"], line["code"]) for line in lines) == [
        ("5", "ENTRY_WITHOUT_EXIT"),
        ("6+7", "SAME_PLACE"),
        ("8", "BLANK_VALUE"),
    ]
    again = json.loads(run(*arguments).stdout)
    assert (again["recorded"], again["already_recorded"]) == (0, 4)


@pytest.mark.parametrize("language", ["en", "zh_CN.UTF-8"])
def test_the_guide_is_printed_in_the_language_of_the_terminal(
    run, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    guide = run("--guide").output
    assert guide.startswith("# The mapping" if language == "en" else "# 文件映射")
    assert json.loads(run("--schema").output)["type"] == "object"
    assert "--guide" in run("--help").output


def test_a_dry_run_says_what_the_run_would_say_and_stores_nothing(
    run, wiring: Wiring, tmp_path: Path
) -> None:
    provider = f"org_{an_organisation(wiring).hex}"
    run("--example", tmp_path)
    # Other cards than those of the example: a ride is counted for one provider only.
    rides = tmp_path / "rides.csv"
    cards, rows = re.compile("^[ABC](?=[0-9])", re.MULTILINE), rides.read_text()
    rides.write_text(cards.sub(secrets.token_hex(4), rows))
    arguments = (
        tmp_path / "rides.csv", "--mapping", tmp_path / "rides.yaml", "--provider", provider,
        "--enrol", "--consent-text", "2026-01", "--consent-since", "2026-01-01T00:00:00+08:00",
        "--json",
    )  # fmt: skip
    found = [
        json.loads(run(*arguments, *more).stdout) for more in (("--dry-run",), ("--dry-run",), ())
    ]
    assert found[0] == found[1] == found[2]
    assert found[0]["recorded"] > 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Give a FILE"),
        (("{file}", "--provider", "nobody"), "--mapping"),
        (("{file}", "--provider", "nobody", "--set", "person=x"), "is missing"),
        (("{file}", "--provider", "nobody", "--map", "behaviour"), "LEFT=RIGHT"),
        (("{file}", "--provider", "nobody", "--mapping", "{mapping}"), "no provider 'nobody'"),
        (("{file}", "--provider", "x", "--mapping", "{mapping}", "--enrol"), "--consent-text"),
        (("{file}", "--provider", "x", "--mapping", "{mapping}", "--consent-text", "v"), "--enrol"),
    ],
)
def test_what_is_missing_is_said(
    run, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    run("--example", tmp_path)
    places = {"file": tmp_path / "rides.csv", "mapping": tmp_path / "rides.yaml"}
    result = run(*[one.format(**places) for one in arguments])
    assert result.exit_code != 0
    assert said in result.output


def test_days_are_not_moved_in_live_books(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("--example", tmp_path)
    monkeypatch.setenv("TANPUHUI_MODE", "live")
    for name in ("SECRET_KEY", "IDENTITY_KEY", "SIGNING_KEY", "MASTER_KEY"):
        monkeypatch.setenv(f"TANPUHUI_{name}", secrets.token_hex(32))
    result = run(
        tmp_path / "rides.csv", "--mapping", tmp_path / "rides.yaml", "--provider", "x",
        "--shift-days", 9,
    )  # fmt: skip
    assert result.exit_code != 0
    assert "test mode" in result.output
