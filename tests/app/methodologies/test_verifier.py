"""A calculation is verified elsewhere: same milligrams, and nothing forged goes unnoticed."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.commands.verify import verify
from app.shown.verifier_file import verifier_file
from app.wiring import Wiring
from behaviours.actions.action import Action
from behaviours.actions.exported import export_calculation
from behaviours.actions.judgement import judge_by
from behaviours.actions.quantify import quantify
from behaviours.actions.reduction import Reduction
from behaviours.actions.shipped import METHODOLOGIES_FOLDER, load_file, load_rulebook, load_version
from behaviours.actions.verification import verify_calculation
from behaviours.document import Part
from behaviours.rules.document import read_document
from behaviours.rules.factors import shipped_factors
from behaviours.rules.methodology import Version
from tests.app.recording.conftest import Scene, make_scene
from tests.builders.civil import CHINA

__all__ = ["make_scene"]


def recorded_examples() -> Iterator[tuple[Version, str, Reduction]]:
    """Every worked case that saves something, as recording would have stored it."""
    for path in sorted(METHODOLOGIES_FOLDER.glob("*/*/*/methodology.yaml")):
        cases = path.with_name("examples.yaml").read_text("utf-8")
        version = load_file(path, METHODOLOGIES_FOLDER)
        if version.survey is not None:
            continue
        for part in read_document(cases, "examples.yaml").at("examples").each():
            if part.has("saved_mg") and not version.awaiting:
                yield version, part.at("saved_mg").text(), _reduction(version, part)


def _reduction(version: Version, part: Part) -> Reduction:
    from_part = {name: part.maybe(name) for name in ("history", "recorded_on", "evidence")}
    on = part.at("occurred_on").day()
    begins = datetime.combine(on, time(4), tzinfo=UTC)
    hours = part.at("ended_after_hours").whole(100_000) if part.has("ended_after_hours") else None
    recorded_on = from_part["recorded_on"].day() if from_part["recorded_on"] else on
    action = Action(
        participant_id="p",
        provider_id="" if part.has("reported_by") else "q",
        behaviour=version.behaviour,
        external_id="e",
        occurred_at=begins,
        ended_at=datetime.fromtimestamp(begins.timestamp() + hours * 3600, UTC) if hours else None,
        region=part.at("region").text(),
        quantities={name: value.text() for name, value in part.at("quantities").items()},
        evidence={name: value.text() for name, value in part.at("evidence").items()},
    )
    accepted = judge_by(version, action, on, today=recorded_on, zone=CHINA)
    days = from_part["history"].each() if from_part["history"] else []
    history = [(day.at("day").day(), day.at("value").number()) for day in days]
    (reduction,) = quantify([accepted], [history])
    assert isinstance(reduction, Reduction), reduction
    return reduction


@pytest.fixture(scope="module")
def calculations() -> list[dict[str, Any]]:
    """The examples exported, after their way through JSON."""
    made = []
    for _, expected_mg, reduction in recorded_examples():
        assert str(reduction.saved_mg) == expected_mg
        made.append(json.loads(json.dumps(export_calculation(reduction.record(), load_rulebook()))))
    return made


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stand-alone file in a folder of its own."""
    file = tmp_path_factory.mktemp("verifier") / "verifier.py"
    file.write_text(verifier_file(), encoding="utf-8")
    return file


def run_alone(alone: Path, *words: str, text: str = "") -> subprocess.CompletedProcess[str]:
    # Isolated and without site packages: neither this project nor its libraries can be found.
    return subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", str(alone), *words],
        cwd=alone.parent,
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_the_file_alone_gets_every_shipped_example_to_the_milligram(
    calculations: list[dict[str, Any]], alone: Path
) -> None:
    files = []
    for number, calculation in enumerate(calculations):
        file = alone.with_name(f"{number}.json")
        file.write_text(json.dumps(calculation), encoding="utf-8")
        files.append(str(file))
    assert len(files) >= 20
    done = run_alone(alone, "--unsigned", *files)
    assert done.returncode == 0, done.stdout + done.stderr
    said = [line for line in done.stdout.splitlines() if not line.startswith("  ")]
    assert said == [
        f"the calculation: {calculation['saved_mg']} mg CO2e, verified"
        for calculation in calculations
    ]


def test_the_file_alone_needs_nothing_but_python(alone: Path) -> None:
    where = "import sys; print([p for p in sys.path if 'site-packages' in p])"
    bare = subprocess.run(
        [sys.executable, "-I", "-S", "-c", where], capture_output=True, text=True, check=True
    )
    assert bare.stdout.strip() == "[]"
    broken = run_alone(alone, "-", text='{"record": 1}')
    assert broken.returncode == 1
    assert "no exported calculation" in broken.stdout
    assert run_alone(alone, "-", text="{").returncode == 1
    assert run_alone(alone, "missing.json").returncode == 1


def forge(calculation: dict[str, Any], change: str) -> None:
    """Change one thing as a cheat would, leaving the rest alone."""
    record = calculation["record"]
    if change == "milligrams":
        record["saved_mg"] = calculation["saved_mg"] = str(int(record["saved_mg"]) + 1)
    elif change == "shown milligrams":
        calculation["saved_mg"] = "999"
    elif change == "figure":
        value = calculation["document"]["parameters"]["EF_trip"]["values"][0]
        value["value"] = "0.460"
    elif change == "input":
        record["inputs"]["quantities"]["trips"] = "2"
    elif change == "digest":
        record["digest"] = "sha256:" + "0" * 64
    elif change == "step":
        calculation["steps"][0]["value"] = "0.5"
    elif change == "parameter":
        calculation["parameters"][0]["provenance"] = "official"
    elif change == "no document":
        del calculation["document"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("milligrams", "computed 46000 mg"),
        ("shown milligrams", "shown are 999 mg"),
        ("figure", "the document has the digest"),
        ("input", "computed 92000 mg"),
        ("digest", "the reduction names"),
        ("step", "shown steps differ from the computed ones: ER"),
        ("parameter", "shown parameters differ from the computed ones: EF_trip"),
        ("no document", "no exported calculation"),
    ],
)
def test_a_forgery_is_named(
    calculations: list[dict[str, Any]], alone: Path, change: str, said: str
) -> None:
    metro = next(
        each
        for each in calculations
        if each["methodology"] == "bj.low_carbon_travel@2024" and each["saved_mg"] == "46000"
    )
    assert verify_calculation(metro, shipped_factors(), unsigned=True).problems == ()
    forged = copy.deepcopy(metro)
    forge(forged, change)
    assert said in " ".join(verify_calculation(forged, shipped_factors(), unsigned=True).problems)
    elsewhere = run_alone(alone, "-", "--unsigned", text=json.dumps(forged))
    assert elsewhere.returncode == 1
    assert said in elsewhere.stdout
    assert "NOT VERIFIED" in elsewhere.stdout


def test_a_factor_that_is_not_the_published_one_is_named(
    calculations: list[dict[str, Any]],
) -> None:
    with_factors = [each for each in calculations if each["record"]["factors"]]
    assert with_factors
    for calculation in with_factors:
        forged = copy.deepcopy(calculation)
        shown = next(one for one in forged["parameters"] if "factor_id" in one)
        shown["value"] = "0.1"
        problems = verify_calculation(forged, shipped_factors(), unsigned=True).problems
        assert problems == (f"shown parameters differ from the computed ones: {shown['name']}",)
        name = next(iter(forged["record"]["factors"]))
        forged["record"]["factors"][name] = "nobody/never"
        assert (
            "fetch a newer one"
            in verify_calculation(forged, shipped_factors(), unsigned=True).problems[0]
        )


@pytest.mark.parametrize("damage", [None, [], "x", 5, {}, {"record": {}, "document": {}}])
def test_whatever_is_given_is_answered(damage: Any) -> None:
    assert verify_calculation(damage, shipped_factors()).problems


def test_every_damaged_record_is_answered(calculations: list[dict[str, Any]]) -> None:
    for calculation in calculations[:6]:
        for name in calculation["record"]:
            for value in (None, "", [], {}, "x", {"quantities": None}, "sha256:"):
                damaged = copy.deepcopy(calculation)
                damaged["record"][name] = value
                verify_calculation(damaged, shipped_factors())


def test_what_the_api_answers_is_what_the_verifier_reads(
    make_scene: Any, alone: Path, tmp_path: Path
) -> None:
    scene: Scene = make_scene()
    action_id = scene.report().json["id"]
    path = f"/v1/actions/{action_id}/calculation"
    answer = scene.http.get(path, token=scene.provider_token)
    served = scene.http.get("/v1/verifier.py")
    assert served.content_type == "text/x-python; charset=utf-8"
    assert served.text == alone.read_text("utf-8")
    again = scene.http.get("/v1/verifier.py", headers={"If-None-Match": served.headers["ETag"]})
    assert again.status_code == 304
    done = run_alone(alone, "-", "--steps", text=answer.text)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{action_id}: 46000 mg CO2e, verified" in done.stdout
    assert "ER = trips * EF_trip = 0.046 kgCO2e" in done.stdout
    file = tmp_path / "calculation.json"
    file.write_text(answer.text, encoding="utf-8")
    told = CliRunner().invoke(verify, [str(file), "--write", str(tmp_path / "v.py")])
    assert (told.exit_code, "46000 mg CO2e, verified" in told.output) == (0, True), told.output
    assert (tmp_path / "v.py").read_text("utf-8") == served.text
    file.write_text(answer.text.replace('"46000"', '"46001"'), encoding="utf-8")
    assert CliRunner().invoke(verify, [str(file)]).exit_code == 1
    assert CliRunner().invoke(verify, []).exit_code == 2


def test_a_published_rule_is_verified_like_a_shipped_one(wiring: Wiring, alone: Path) -> None:
    version = wiring.rulebook.version("bj.low_carbon_travel", "2024")
    tree = {**version.tree, "code": "test.other", "version": "7"}
    other = load_version(json.dumps(tree), EXAMPLES, "methodology.yaml")
    part = next(iter(read_document(EXAMPLES, "e").at("examples").each()))
    exported = export_calculation(
        _reduction(other, part).record(),
        type(wiring.rulebook)([other], shipped_factors(), {}, CHINA),
    )
    done = run_alone(alone, "-", "--unsigned", text=json.dumps(exported))
    assert "by test.other@7" in done.stdout


EXAMPLES = """
examples:
  - {title: One, origin: computed, region: CN-11, occurred_on: 2025-03-01, quantities: {trips: "1"},
     evidence: {ride_id: a}, saved_mg: "46000"}
"""
