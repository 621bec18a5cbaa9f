"""A file that is sent again: true repeats count as recorded, another content is a refused line."""

from __future__ import annotations

import json
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from click.testing import CliRunner

from app.commands.import_ import import_
from app.settings import Settings
from app.wiring import Wiring
from tests.builders.people import an_organisation


def imported(folder: Path, rides: Path, provider: str) -> dict[str, Any]:
    """Import the file by the mapping of the example; the counts."""
    arguments = (
        rides, "--mapping", folder / "rides.yaml", "--provider", provider, "--enrol",
        "--consent-text", "2026-01", "--consent-since", "2026-01-01T00:00:00+08:00", "--json",
    )  # fmt: skip
    result = CliRunner().invoke(import_, [str(one) for one in arguments])
    counts: dict[str, Any] = json.loads(result.stdout)
    return counts


def test_a_corrected_line_is_refused_and_a_true_repeat_is_not(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, wiring: Wiring, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", settings.database_url or "")
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    monkeypatch.setenv("TANPUHUI_DATA_DIR", str(settings.data_dir))
    provider = f"org_{an_organisation(wiring).hex}"
    CliRunner().invoke(import_, ["--example", str(tmp_path)])
    rides = tmp_path / "rides.csv"
    # People of this test alone.
    text = rides.read_text("utf-8")
    for card in ("A1", "B2", "C3"):
        text = text.replace(f"{card},", f"{card}{token_hex(6)},")
    rides.write_text(text, "utf-8")
    assert imported(tmp_path, rides, provider)["recorded"] == 4
    assert imported(tmp_path, rides, provider)["already_recorded"] == 4
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(text.replace(",2.4", ",2.5"), "utf-8")
    counts = imported(tmp_path, corrected, provider)
    assert (counts["recorded"], counts["already_recorded"]) == (0, 3)
    assert counts["refused"]["CONFLICTING_REPEAT"] == 1
