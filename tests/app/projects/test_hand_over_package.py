"""The hand-over package of an issue: whole, signed, the same each time, and computed again."""

from __future__ import annotations

import csv
import hashlib
import json
import zipfile
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import urlencode

import pytest
from pypdfium2 import PdfDocument

from app.wiring import Wiring
from behaviours.projects.surveyed import read_document
from behaviours.rules.survey.run import run_survey
from behaviours.signed_document import canonical, check_signature, read_keys
from rewards.registry.serials import parse_serial
from tests.builders.answers import refusal
from tests.builders.monitored import Sunny, days
from tests.builders.selling import retirement_of

ASKED = {
    "kind": "exchange",
    "name": "广州碳排放权交易中心",
    "account": "GD-0001",
    "beneficiary_code": "91350100M000100Y43",
}
SPAN = days("2024-07-01", "2026-01-01")
EXPORT = {
    "export": {"M1.2024": "410250", "M2.2024": "205125", "M1.2025": "98750.5"},
    "import": {"M1.2024": "6125"},
}


class Issued:
    """A period of two vintages that was issued to its owner."""

    def __init__(self, wiring: Wiring) -> None:
        self.sunny = sunny = Sunny(wiring)
        sunny.expected()
        sunny.registered()
        self.period_id = sunny.open(SPAN.starts_on.isoformat(), SPAN.ends_before.isoformat())
        self.path = f"/v1/monitoring-periods/mpd_{self.period_id.hex}/hand-over.zip"
        sunny.measure(self.period_id, sunny.measured(SPAN, EXPORT))
        self.early = self.get()
        verifier = sunny.a_verifier()
        sunny.verified(self.period_id, verifier, deduction_mg=700_000_000)
        sunny.issue(self.period_id)

    def get(self, token: str = "", **changes: str) -> Any:
        asked = urlencode({**ASKED, **changes})
        return self.sunny.http.get(
            f"{self.path}?{asked}", token=token or self.sunny.applicant.token
        )


@pytest.fixture(scope="module")
def issued(wiring: Wiring) -> Issued:
    return Issued(wiring)


def unpacked(made: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(made)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def test_a_package_is_signed_and_names_every_file_by_its_digest(issued: Issued) -> None:
    answer = issued.get()
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    files = unpacked(answer.data)
    manifest = json.loads(files.pop("manifest.json"))
    keys = read_keys(issued.sunny.http.get("/v1/registry/keys").json)
    assert check_signature(manifest, keys=keys).holds
    assert not check_signature({**manifest, "total_t": 1}, keys=keys).holds
    listed = {each["path"]: each for each in manifest["files"]}
    assert listed.keys() == files.keys()
    for path, content in files.items():
        assert listed[path]["bytes"] == len(content)
        assert listed[path]["sha256"] == hashlib.sha256(content).hexdigest()
    assert manifest["receiver"] == ASKED
    assert issued.get().data == answer.data, "the same byte for byte"
    assert issued.get(account="GD-0002").data != answer.data


def test_the_numbers_of_the_package_are_those_of_the_registry(issued: Issued) -> None:
    files = unpacked(issued.get().data)
    manifest, issuance = json.loads(files["manifest.json"]), json.loads(files["issuance.json"])
    prefix = issued.sunny.wiring.programme.serial_prefix
    blocks = issuance["blocks"]
    assert [each["serial"] for each in blocks] == manifest["ranges"]
    for each in blocks:
        serial = parse_serial(each["serial"], prefix=prefix)
        assert (serial.first, serial.end - 1, serial.vintage) == (
            each["first"],
            each["last"],
            each["vintage"],
        )
        assert each["count"] == each["last"] - each["first"] + 1
    assert sum(each["count"] for each in blocks) == manifest["total_t"] == issuance["owner_t"]
    assert {each["vintage"] for each in blocks} == {2024, 2025}
    token = issued.sunny.applicant.token
    held = issued.sunny.http.get("/v1/holdings", token=token).json["data"]
    assert sorted(each["serial"] for each in held) == sorted(manifest["ranges"])
    masses = {name: int(value) for name, value in issuance.items() if name.endswith("_mg")}
    assert masses["deducted_mg"] == 700_000_000
    assert masses["credited_mg"] == masses["reported_mg"] - 700_000_000


def test_whoever_has_the_package_computes_the_same_milligrams(issued: Issued) -> None:
    files = unpacked(issued.get().data)
    calculation = json.loads(files["period/calculation.json"])
    rulebook = issued.sunny.wiring.rulebook
    version = rulebook.version_by_digest(calculation["rule_digest"])
    run = run_survey(version, read_document(calculation["inputs"]))
    report = json.loads(files["period/report.json"])
    assert str(run.mg) == report["comparison"]["actual_mg"]
    assert str(run.mg) == json.loads(files["issuance.json"])["reported_mg"]
    design = json.loads(files["design/design.json"])
    stated = hashlib.sha256(canonical(design["design"])).hexdigest()
    assert f"sha256:{stated}" == design["digest"] == f"sha256:{report['basic']['design_digest']}"
    rows = list(csv.DictReader(StringIO(files["period/measurements.csv"].decode())))
    measured = {(each["parameter"], each["key"]): each["value"] for each in rows}
    assert measured["export", "M1.2025"] == "98750.5"
    assert len(rows) == len(report["monitored"]["values"])
    for language in ("zh-CN", "en"):
        assert len(PdfDocument(files[f"period/report.{language}.pdf"])) > 3


def test_the_opinions_and_decisions_are_in_it_and_no_person_is(issued: Issued) -> None:
    files = unpacked(issued.get().data)
    (opinion,) = json.loads(files["verification/verification.json"])["opinions"]
    assert (opinion["verdict"], opinion["deduction_mg"]) == ("positive", "700000000")
    assert json.loads(files["validation/validation.json"])["attempts"][-1]["opinion"]["verdict"]
    assert json.loads(files["registration/decisions.json"])["decisions"]
    assert json.loads(files["uniqueness.json"])["registers"]
    for path, content in files.items():
        assert b"usr_" not in content, path


def test_it_has_the_parties_by_name_and_the_rows_of_cad_trust(issued: Issued) -> None:
    files = unpacked(issued.get().data)
    party = json.loads(files["party.json"])
    names = {each["organisation_id"]: each["name"] for each in party["parties"]}
    (opinion,) = json.loads(files["verification/verification.json"])["opinions"]
    validation = json.loads(files["validation/validation.json"])
    assert party["owner_id"] in names
    assert opinion["verifier_id"] in names
    assert validation["attempts"][-1]["validator_id"] in names
    public = issued.sunny.http.get(f"/v1/registry/projects{issued.sunny.path}/cadtrust.zip")
    own = {f"cadtrust/{name}": content for name, content in unpacked(public.data).items()}
    assert own
    assert own.items() <= files.items()
    assert json.loads(files["registration/design-changes.json"]) == {"design_changes": []}


def test_who_may_not_see_the_period_gets_no_package(issued: Issued) -> None:
    tokens = issued.sunny.tokens
    assert issued.get(tokens("enterprise")).status_code == 404
    assert issued.get(tokens("verifier")).status_code == 403
    assert issued.get(tokens("operator")).status_code == 200


def test_a_wrong_code_of_a_beneficiary_is_refused(issued: Issued) -> None:
    wrong = issued.get(beneficiary_code="91350100M000100Y44")
    assert refusal(wrong) == (422, "CREDIT_CODE_WRONG")
    assert issued.get(kind="bank").status_code == 422


def test_a_period_that_is_not_issued_is_not_handed_over(issued: Issued) -> None:
    assert refusal(issued.early) == (409, "PERIOD_STATE_CONFLICT")


def test_units_that_were_retired_keep_the_issue_here(wiring: Wiring) -> None:
    issued = Issued(wiring)
    sunny = issued.sunny
    before = issued.get()
    assert before.status_code == 200
    sunny.wiring.database.transact(retirement_of(sunny.wiring, sunny.owner.tenant_id, 1))
    assert refusal(issued.get()) == (409, "HAND_OVER_NOT_WHOLE")
