"""The files of rules as they are typed about: what is published is locked, what awaits says so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.commands.main import tanpuhui
from behaviours.actions.shipped import LOCK_NAME, METHODOLOGIES_FOLDER
from behaviours.rules.factors import SERIES_FOLDER
from tests.behaviours.builders import EXAMPLES, a_document

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
    shown = typed("list").output
    lines = {line.split()[0]: line for line in shown.splitlines() if line.strip()}
    table = {line.split()[0]: line for line in reversed(shown.splitlines()) if line.strip()}
    assert table["acef.stop_driving@draft-2"].rstrip().endswith("awaiting 2 figures")
    assert "EF_day: the emissions of a usual day by kind of car (The T/ACEF text" in shown
    assert lines["acef.stop_driving@draft-2"].strip() == "acef.stop_driving@draft-2 awaits"
    assert "2024-10-01 –" in lines["bj.low_carbon_travel@2024"]
    # Its place another has by now; it is not told a second time what both lack.
    assert lines["acef.stop_driving@draft"].rstrip().endswith("superseded by draft-2")


PV = ("calc", "gd.distributed_pv/2022-2", "--set", "generation_kwh=12.5", "--region", "CN-44")


def test_a_calculation_shows_every_step_and_every_figure_with_its_source() -> None:
    told = typed(*PV, "--on", "2026-12-01")
    assert told.exit_code == 0, told.output
    assert "EF_OM = 0.8042 tCO2/MWh\n      [secondary: 2019年度" in told.output
    assert "EF_CM = w_OM * EF_OM + w_BM * EF_BM = 0.656525 tCO2/MWh" in told.output
    assert "Result: 8206562 mg CO2e (8.206562 kg), as good as assumption" in told.output
    shown = json.loads(typed(*PV, "--on", "2026-12-01", "--json").stdout)
    assert (shown["saved_mg"], len(shown["steps"])) == (8206562, 5)
    assert shown == json.loads(typed(*PV[:1], "gd.distributed_pv@2022-2", *PV[2:], "--on",
                                     "2026-12-01", "--json").stdout)  # fmt: skip


def test_a_file_and_its_folder_are_calculated_without_being_drafted(tmp_path: Path) -> None:
    shutil.copytree(METHODOLOGIES_FOLDER / "bj/metro_ride", tmp_path / "metro_ride")
    words = ("--set", "trips=1", "--region", "CN-44", "--on", "2026-03-01", "--json")
    folder = tmp_path / "metro_ride/2024"
    by_folder, by_file, by_code = (
        typed("calc", str(rule), *words)
        for rule in (folder, folder / "methodology.yaml", "bj.low_carbon_travel/2024")
    )
    assert by_folder.stdout == by_file.stdout == by_code.stdout
    assert json.loads(by_code.stdout)["saved_mg"] == 46_000
    # The one in force on the day is meant where none is named.
    assert typed("calc", "bj.low_carbon_travel", *words).stdout == by_code.stdout
    text = (folder / "methodology.yaml").read_text("utf-8")
    (folder / "methodology.yaml").write_text(text.replace("scope:", "scop:"), "utf-8")
    wrong = typed("calc", str(folder), *words)
    assert wrong.exit_code == 3
    assert "scop: no such field" in wrong.output
    assert "'scope' is missing" in wrong.output


def test_what_a_limit_leaves_is_calculated(tmp_path: Path) -> None:
    limit = (
        'limits: [{name: rides, of: actions, most: "2", per: day, above: cut,'
        " meaning: {zh: 至多两次。, en: Two at most.}, source: book, grade: press}]"
    )
    document = a_document(quantities={"mass": "kg"}, extra=limit)
    (tmp_path / "methodology.yaml").write_text(document, "utf-8")
    examples = EXAMPLES.format(quantities='mass: "1"', evidence="", saved_mg="2000000")
    (tmp_path / "examples.yaml").write_text(examples, "utf-8")
    words = ("calc", str(tmp_path), "--set", "mass=1", "--region", "CN-44", "--on", "2026-03-01")
    for before, saved_mg, counted in (("1", 2_000_000, 1), ("2", 0, 0)):
        told = typed(*words, "--before", f"rides={before}").output
        said = f"at most 2 of actions per day, {before} counted before, {counted} of this"
        assert f"Limit rides: {said}" in told
        assert f"Result: {saved_mg} mg" in told
    assert typed(*words, "--before", "orders=1").exit_code == 2


def test_a_calculation_tells_how_far_it_may_be_off(tmp_path: Path) -> None:
    document = a_document(quantities={"mass": "kg"}).replace(
        'value: "2"', 'value: "2", uncertainty: {half_width: "0.05", confidence: "95"}'
    )
    (tmp_path / "methodology.yaml").write_text(document, "utf-8")
    examples = EXAMPLES.format(quantities='mass: "1"', evidence="", saved_mg="2000000")
    (tmp_path / "examples.yaml").write_text(examples, "utf-8")
    words = ("calc", str(tmp_path), "--set", "mass=3", "--region", "CN-44", "--on", "2026-03-01")
    told = typed(*words).output
    assert "Uncertainty: ± 0.3 kg (0.05 of it) at 95 %" in told
    assert "EF ± 5 % (95 %) moves it by 0.3 kg" in told
    assert "Result: 6000000 mg" in told


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("--set", "generation_kwh=-1", "--region", "CN-44"), "INVALID_QUANTITY"),
        (("--set", "generation_kwh=1", "--region", "CN-99"), "UNKNOWN_REGION"),
        (("--set", "generation_kwh=1", "--region", "CN-44", "--on", "2001-01-01"), "NO_RULE_IN"),
        (("--set", "generation_kwh", "--region", "CN-44"), "not of the form name=value"),
        (("--region", "CN-44", "--history", "soon=1"), "no DAY=VALUE"),
    ],
)
def test_what_cannot_be_calculated_says_why(changed: tuple[str, ...], said: str) -> None:
    answer = typed("calc", "gd.distributed_pv/2022-2", *changed)
    assert answer.exit_code in (2, 3)
    assert said in answer.output


def test_a_folder_without_a_rule_is_no_rule(tmp_path: Path) -> None:
    answer = typed("calc", str(tmp_path), "--region", "CN-44")
    assert answer.exit_code == 1
    assert "no methodology.yaml in" in answer.output


def test_every_fault_of_every_rule_is_checked_at_once(tmp_path: Path) -> None:
    shutil.copytree(METHODOLOGIES_FOLDER / "bj/metro_ride", tmp_path / "bj/metro_ride")
    for file in sorted(tmp_path.rglob("methodology.yaml")):
        text = file.read_text("utf-8")
        file.write_text(text.replace("in_force:", "in_farce:") + "\nspeed: 1\n", "utf-8")
    told = typed("check", str(tmp_path))
    assert told.exit_code == 1
    rules = told.output.count("speed: no such field")
    assert rules == told.output.count("in_farce: no such field") >= 2
    assert f"0 of {rules} can be used." in told.output
