"""The programme at its routes and in the database: published once, and never another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.commands.programme import programme as command
from app.programme import programmes_of
from app.settings import BadSettings, Settings
from app.store.platform.programme import published_programmes
from app.usecases.platform.publish_programme import publish_programme
from app.usecases.platform.start_programme import start_programme
from app.wiring import Wiring, wire
from behaviours.programme import SHIPPED, InvalidProgramme, ProgrammeChanged, read_programmes
from tests.builders.people import Http
from tests.builders.refusals import refuses

TEXT = SHIPPED.read_text(encoding="utf-8")


def test_anybody_reads_the_programme_in_force(http: Http, wiring: Wiring) -> None:
    answer = http.get("/v1/programme")
    assert answer.status_code == 200
    said = answer.get_json()
    assert said["digest"] == wiring.programme.digest
    assert (said["zone"], said["currency"], said["serial_prefix"]) == (
        "Asia/Shanghai",
        "CNY",
        "TPH",
    )
    assert (said["pay_within_seconds"], said["code_lifetime_seconds"]) == (1800, 60)
    assert said["notice"]["calendar"] == "cn"
    assert said["signatures"] == {"lapse_after_days": 30}
    assert said["sessions"] == {"hours": 12, "idle_minutes": 30}
    assert said["announced"] == []


def test_anybody_reads_the_points_policy_in_force(http: Http, wiring: Wiring) -> None:
    said = http.get("/v1/programme/points-policy").get_json()
    policy = wiring.policies.all()[0].document
    assert said["in_force"]["digest"] == policy.digest
    assert said["in_force"]["mg_per_point"] == dict(policy.mg_per_point)
    assert said["announced"] == []


def test_a_document_of_ones_own_is_found(tmp_path: Path, settings: Settings) -> None:
    own = tmp_path / "programme.yaml"
    own.write_text(TEXT.replace("Asia/Shanghai", "Asia/Urumqi"), encoding="utf-8")
    assert programmes_of(replace(settings, data_dir=tmp_path)).zone.key == "Asia/Urumqi"
    assert programmes_of(replace(settings, programme=own)).zone.key == "Asia/Urumqi"
    environ = {"TANPUHUI_DATA_DIR": str(tmp_path), "TANPUHUI_TIME_ZONE": "Asia/Tokyo"}
    with pytest.raises(BadSettings, match=r"programme\.yaml"):
        Settings.from_environment(environ)


def test_test_mode_may_vary_the_shipped_document(tmp_path: Path) -> None:
    environ = {
        "TANPUHUI_DATA_DIR": str(tmp_path),
        "TANPUHUI_TIME_ZONE": "Asia/Tokyo",
        "TANPUHUI_NOTICE_WORKING_DAYS": "0",
    }
    (found,) = programmes_of(Settings.from_environment(environ)).versions
    assert (found.zone.key, found.notice.working_days) == ("Asia/Tokyo", 0)


def test_a_points_policy_that_nobody_wrote_is_refused(tmp_path: Path, settings: Settings) -> None:
    for named in ("generous", "./points"):
        own = tmp_path / "programme.yaml"
        own.write_text(TEXT.replace("demonstration", named), encoding="utf-8")
        with pytest.raises(InvalidProgramme) as refusal:
            wire(replace(settings, programme=own))
        assert refusal.value.facts["field"] == "points_policy"


def test_a_points_policy_of_ones_own_that_cannot_be_used_is_refused_by_its_own_file(
    tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "points/own").mkdir(parents=True)
    (tmp_path / "points/own/1.yaml").write_text("policy: own\n", encoding="utf-8")
    own = tmp_path / "programme.yaml"
    own.write_text(TEXT.replace("demonstration", "./points"), encoding="utf-8")
    with refuses(InvalidProgramme, match=r"^1\.yaml:1: document: 'decided_by' is missing"):
        wire(replace(settings, programme=own))


def test_the_first_start_publishes_and_later_ones_must_agree(
    settings: Settings, fresh_database: str
) -> None:
    wiring = wire(replace(settings, database_url=fresh_database))
    transact, now = wiring.database.transact, wiring.clock.now()
    shipped = read_programmes(TEXT, "p")
    for _ in range(2):
        transact(start_programme, shipped, now=now)
    assert transact(published_programmes) == list(shipped.versions)

    elsewhere = read_programmes(TEXT.replace("Asia/Shanghai", "America/New_York"), "p")
    with pytest.raises(ProgrammeChanged) as refusal:
        transact(start_programme, elsewhere, now=now)
    assert (refusal.value.case, refusal.value.facts["field"]) == ("fixed", "zone")

    second = TEXT[TEXT.index("  - version") :].replace('"1"', '"2"').replace("2020", "2999")
    longer = read_programmes(
        TEXT + second.replace('widest_precision: "2"', 'widest_precision: "1"'), "p"
    )
    with pytest.raises(ProgrammeChanged) as refusal:
        transact(start_programme, longer, now=now)
    assert refusal.value.case == "unpublished"
    assert [each.version for each in transact(publish_programme, longer, now=now)] == ["2"]
    assert transact(publish_programme, longer, now=now) == []
    transact(start_programme, longer, now=now)
    with pytest.raises(ProgrammeChanged) as refusal:
        transact(start_programme, shipped, now=now)
    assert refusal.value.case == "missing"
    wiring.close()


def test_a_file_is_checked_at_the_command_line(tmp_path: Path) -> None:
    own = tmp_path / "programme.yaml"
    own.write_text(TEXT, encoding="utf-8")
    good = CliRunner().invoke(command, ["check", str(own)])
    assert good.exit_code == 0, good.output
    assert "version 1 from 2020-01-01: Tanpuhui, Asia/Shanghai, CNY, TPH" in good.output
    own.write_text(TEXT.replace("CNY", "yuan"), encoding="utf-8")
    bad = CliRunner().invoke(command, ["check", str(own)])
    assert bad.exit_code == 3
    assert "versions[0].currency" in bad.output
