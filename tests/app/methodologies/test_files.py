"""The files of rules as they are typed about: what is published is locked, what awaits says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.commands.main import tanpuhui
from behaviours.actions.shipped import LOCK_NAME, METHODOLOGIES_FOLDER
from behaviours.rules.factors import SERIES_FOLDER

RIDE = "bj/metro_ride/2024"


def typed(*words: str) -> Result:
    return CliRunner().invoke(tanpuhui, ["methodology", *words])


@pytest.fixture
def folders(tmp_path: Path) -> tuple[str, ...]:
    """A few rules with their lock, and all series, as options of ``lock``."""
    rules, series = tmp_path / "rules", tmp_path / "series"
    shutil.copytree(METHODOLOGIES_FOLDER / RIDE, rules / RIDE)
    shutil.copytree(SERIES_FOLDER, series)
    return ("--rules", str(rules), "--series", str(series))


def test_the_shipped_locks_hold_what_is_there() -> None:
    done = typed("lock", "--check")
    assert (done.exit_code, done.output) == (0, "0 lines are missing.\n")


def test_a_new_version_gets_its_line_once(folders: tuple[str, ...]) -> None:
    lock = Path(folders[1]) / LOCK_NAME
    missing = typed("lock", "--check", *folders)
    assert (missing.exit_code, lock.exists()) == (1, False)
    assert "bj.low_carbon_travel@2024 sha256:" in missing.output
    assert typed("lock", *folders).output.endswith("1 lines were added.\n")
    (line,) = lock.read_text("utf-8").splitlines()
    assert line in (METHODOLOGIES_FOLDER / LOCK_NAME).read_text("utf-8")
    assert typed("lock", "--check", *folders).exit_code == 0


def test_what_was_published_is_never_locked_anew(folders: tuple[str, ...]) -> None:
    typed("lock", *folders)
    file, lock = Path(folders[1]) / RIDE / "methodology.yaml", Path(folders[1]) / LOCK_NAME
    kept = lock.read_text("utf-8")
    text = file.read_text("utf-8")
    file.write_text("# A comment changes nothing.\n" + text, "utf-8")
    assert typed("lock", "--check", *folders).exit_code == 0
    file.write_text(text.replace("crediting_period:", "crediting_period: Once, and"), "utf-8")
    refused = typed("lock", *folders)
    assert refused.exit_code == 1
    assert "promises what is not there any more" in refused.output
    assert lock.read_text("utf-8") == kept


def test_a_rule_that_awaits_figures_is_not_listed_as_in_force() -> None:
    lines = {line.split()[0]: line for line in typed("list").output.splitlines()}
    assert lines["acef.stop_driving@draft"].rstrip().endswith("awaiting figures")
    assert "2024-10-01 –" in lines["bj.low_carbon_travel@2024"]
