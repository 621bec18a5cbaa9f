"""A monitoring period from the command line, as the guide has it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from app.commands.main import tanpuhui
from behaviours.actions.shipped import METHODOLOGIES_FOLDER
from behaviours.rules.document import read_document
from behaviours.rules.survey.reading import SURVEY_FIELDS

CASES = METHODOLOGIES_FOLDER / "cdm" / "grid_connected_pv" / "1" / "examples.yaml"
LABEL = "cdm.grid_connected_pv@1"


@pytest.fixture
def period(tmp_path: Path) -> Path:
    """The second published case, without what is expected of it."""
    cases = read_document(CASES.read_text("utf-8"), CASES.name).value
    assert isinstance(cases, dict)
    case = list(cases["examples"])[1]
    assert isinstance(case, dict)
    told = {name: case[name] for name in SURVEY_FIELDS if name in case}
    file = tmp_path / "period.yaml"
    file.write_text(yaml.safe_dump(told), "utf-8")
    return file


def run(*arguments: str) -> tuple[int, str]:
    answer = CliRunner().invoke(tanpuhui, ["methodology", "period", *arguments])
    return answer.exit_code, answer.output


def test_a_period_is_told_step_by_step(period: Path) -> None:
    code, told = run(LABEL, str(period))
    assert code == 0, told
    assert "  EG[M3, 2025] = 94.935 MWh" in told
    assert "of 2024: 464819.700000 kg CO2e" in told
    assert told.endswith("Result: 917713.623375 kg CO2e, secondary\n")


def test_a_period_is_told_as_json(period: Path) -> None:
    code, told = run(LABEL, str(period), "--json")
    assert code == 0, told
    shown = json.loads(told)
    assert shown["saved_mg"] == "917713623375"
    assert shown["vintages"] == [
        {"year": 2024, "mg": "464819700000"},
        {"year": 2025, "mg": "452893923375"},
    ]
    assert {"key": ["M3", "2025"], "value": "94.935"} in shown["steps"][1]["cells"]


@pytest.mark.parametrize(
    ("label", "before", "after", "says"),
    [
        (LABEL, "M2.2025", "M9.2025", "M9.2025"),
        (LABEL, "region:", "regions:", "regions"),
        ("bj.clean_plate@2024", "", "", "single actions"),
        ("nobody.knows@1", "", "", "nobody.knows"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_computed(
    period: Path, label: str, before: str, after: str, says: str
) -> None:
    period.write_text(period.read_text("utf-8").replace(before, after), "utf-8")
    code, told = run(label, str(period))
    assert code == 1
    assert says in told
    assert "Result" not in told
