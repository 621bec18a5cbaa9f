"""Installations come by file as they come one by one: a fault is a line, a repeat is a repeat."""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.ids import public
from app.jobs.run import run
from app.jobs.run_import import Import, import_with
from app.settings import Settings
from app.usecases.recording.read_import import read_import
from app.wiring import wire
from behaviours.files.mapping_document import read_mapping
from behaviours.files.outcome import Counts, Flaw
from behaviours.viewer import Viewer
from tests.app.recording.conftest import Scene
from tests.builders.at_once import at_once
from tests.builders.civil import CHINA
from tests.builders.commands import typed
from tests.builders.files import accepted, killed_at_random, waits_again
from tests.builders.issuers import an_issuer
from tests.builders.people import a_participant, an_organisation

MAPPING = """
person: "{who}"
installations:
  - when: {what: PV}
    kind: pv_plant
    number: "{no}"
    issuer: "{grid}"
    capacity: "{kw}"
    capacity_unit: kW
    commissioned_on: "{since}"
    region: CN-44
    evidence: "{paper}"
  - when: {what: car}
    kind: vehicle
    number: "{no}"
    commissioned_on: "{since}"
    region: CN-44
    evidence: "{paper}"
"""
KILLS = 12
HEADER = "what,who,no,grid,kw,since,paper\n"


@pytest.fixture(name="scene")
def _scene(make_scene: Callable[..., Scene]) -> Scene:
    return make_scene()


@pytest.fixture
def who(scene: Scene) -> str:
    """A person of the provider, by the provider's own reference."""
    identity = f"home-{secrets.token_hex(6)}"
    a_participant(scene.wiring, provider_id=scene.provider, identity=identity)
    return identity


def a_number() -> str:
    return f"1{secrets.randbelow(10**15):015d}"


def a_plant(who: str, number: str, **changes: str) -> str:
    row = {
        "what": "PV", "who": who, "no": number, "grid": "grid", "kw": "5.5",
        "since": "2025-03-01", "paper": "Contract 7", **changes,
    }  # fmt: skip
    return ",".join(row.values())


def imported(
    scene: Scene, *rows: str, mapping: str = MAPPING, **options: Any
) -> tuple[Counts, list[Flaw]]:
    """The counts of a file with these rows, and its flaws; its lines have to add up."""
    flaws: list[Flaw] = []
    asked = Import(
        opened=io.BytesIO((HEADER + "\n".join(rows) + "\n").encode()),
        name="plants.csv",
        mapping=read_mapping(mapping, CHINA),
        provider_id=scene.provider,
        **options,
    )
    counts = import_with(scene.wiring, asked, refused=flaws.append, progress=lambda *_told: None)
    assert counts.adds_up
    assert counts.installations == counts.recorded + counts.already_recorded + sum(
        flaw.line in {str(at) for at in range(2, 2 + len(rows))} and flaw.code in REGISTERED
        for flaw in flaws
    )
    return counts, flaws


# What is refused of a row that was read whole.
REGISTERED = {
    "INSTALLATION_EXISTS", "CONFLICTING_INSTALLATION", "UNKNOWN_PARTICIPANT", "UNKNOWN_REGION",
    "CAPACITY_NEEDED", "ISSUER_NOT_ADMITTED", "UNUSABLE_NUMBER",
}  # fmt: skip


def listed(scene: Scene) -> list[dict[str, Any]]:
    answer = scene.http.get("/v1/installations?limit=100", token=scene.provider_token)
    return answer.json["data"]


def test_each_row_is_one_that_waits_for_somebody_else(scene: Scene, who: str) -> None:
    plant, car = a_number(), f"LSVAA4182E2{secrets.randbelow(10**6):06d}"
    counts, flaws = imported(
        scene, a_plant(who, plant), a_plant(who, car, what="car", kw="", grid="")
    )
    assert (counts.installations, counts.recorded, flaws) == (2, 2, [])
    assert (counts.actions, counts.as_dict()["credited"]) == (0, 0)
    of_car, of_plant = listed(scene)
    assert (of_plant["kind"], of_plant["number"], of_plant["issuer"]) == ("pv_plant", plant, "grid")
    assert (of_plant["capacity"], of_plant["capacity_unit"]) == ("5.5", "kW")
    assert (of_plant["state"], of_plant["commissioned_on"]) == ("reported", "2025-03-01")
    assert of_plant["participant_id"].startswith("par_")
    assert (of_car["kind"], of_car["capacity"]) == ("vehicle", None)
    seen = scene.http.get("/v1/provider", token=scene.provider_token).json["installations"]
    assert {each["kind"]: each["reported"] for each in seen} == {"pv_plant": 1, "vehicle": 1}


def test_the_same_file_again_is_recorded_already_in_whatever_spelling(
    scene: Scene, who: str
) -> None:
    number = a_number()
    first, _ = imported(scene, a_plant(who, number), a_plant(who, f"00{number}"))
    assert (first.recorded, first.already_recorded) == (1, 1)
    again, flaws = imported(scene, a_plant(who, " ".join(number)), a_plant(who, number, kw="5.50"))
    assert (again.recorded, again.already_recorded, flaws) == (0, 2, [])
    assert again.already_lines == 2
    assert len(listed(scene)) == 1


@pytest.mark.parametrize(
    ("changes", "member"),
    [
        ({"kw": "6"}, "capacity"),
        ({"since": "2025-03-02"}, "commissioned_on"),
        ({"paper": "Contract 8"}, "evidence"),
    ],
)
def test_something_else_of_the_same_number_is_refused_with_what_differs(
    scene: Scene, who: str, changes: dict[str, str], member: str
) -> None:
    number = a_number()
    imported(scene, a_plant(who, number))
    counts, (flaw,) = imported(scene, a_plant(who, number, **changes))
    assert (flaw.line, flaw.code, flaw.pointer) == ("2", "CONFLICTING_INSTALLATION", "/number")
    assert flaw.refusal.facts["members"] == [member]
    (one,) = listed(scene)
    assert flaw.refusal.facts["installation_id"] == one["id"]
    assert (counts.recorded, counts.already_recorded, counts.refused_lines) == (0, 0, 1)
    assert (one["capacity"], one["commissioned_on"]) == ("5.5", "2025-03-01")


def test_of_another_holder_it_is_a_conflict_and_of_another_sender_nothing_is_said(
    make_scene: Callable[..., Scene], scene: Scene, who: str
) -> None:
    number = a_number()
    imported(scene, a_plant(who, number))
    neighbour = f"home-{secrets.token_hex(6)}"
    a_participant(scene.wiring, provider_id=scene.provider, identity=neighbour)
    _, (flaw,) = imported(scene, a_plant(neighbour, number))
    assert flaw.refusal.facts["members"] == ["participant_id"]
    other = make_scene()
    stranger = f"home-{secrets.token_hex(6)}"
    a_participant(scene.wiring, provider_id=other.provider, identity=stranger)
    _, (flaw,) = imported(other, a_plant(stranger, number))
    assert (flaw.code, flaw.refusal.case) == ("INSTALLATION_EXISTS", "other")
    assert "installation_id" not in flaw.refusal.facts
    assert listed(other) == []


def test_the_route_says_the_same_of_a_repeat_and_of_a_conflict(scene: Scene) -> None:
    body = {
        "kind": "pv_plant", "number": a_number(), "capacity": "5500", "capacity_unit": "W",
        "commissioned_on": "2025-03-01", "region": "CN-44", "evidence": "Contract 7",
        "participant_id": public("par", scene.person),
    }  # fmt: skip
    post = partial(scene.http.post, "/v1/installations", token=scene.provider_token)
    made = post(body).json
    repeat = post({**body, "capacity": "5.5", "capacity_unit": "kW"})
    assert (repeat.status_code, repeat.json["code"]) == (409, "INSTALLATION_EXISTS")
    assert made["id"] in repeat.json["detail"]
    conflict = post({**body, "capacity": "6000"})
    assert (conflict.status_code, conflict.json["code"]) == (409, "CONFLICTING_INSTALLATION")
    assert "capacity" in conflict.json["detail"]


def test_what_ended_does_not_come_back_by_its_old_file(scene: Scene, who: str) -> None:
    number = a_number()
    imported(scene, a_plant(who, number))
    (one,) = listed(scene)
    ended = scene.http.post(
        f"/v1/installations/{one['id']}/end", {"reason": "Removed."}, token=scene.provider_token
    )
    assert ended.json["state"] == "ended"
    counts, _ = imported(scene, a_plant(who, number))
    assert (counts.recorded, counts.already_recorded) == (0, 1)
    # What stands there now is another thing, with its own papers.
    new, _ = imported(scene, a_plant(who, number, since="2026-01-01", paper="Contract 99"))
    assert new.recorded == 1
    assert [each["state"] for each in listed(scene)] == ["reported", "ended"]


def test_a_row_s_fault_is_a_line_and_the_rest_is_registered(scene: Scene, who: str) -> None:
    good = [a_plant(who, a_number()) for _ in range(2)]
    bad = [
        (a_plant("nobody-knows", a_number()), "UNKNOWN_PARTICIPANT", "/participant_id"),
        (a_plant("", a_number()), "BLANK_VALUE", "/participant_id"),
        (a_plant(who, ""), "BLANK_VALUE", "/number"),
        (a_plant(who, "1.23E+15"), "SPREADSHEET_NUMBER", "/number"),
        (a_plant(who, a_number(), kw="5,5".replace(",", "·")), "UNREADABLE_NUMBER", "/capacity"),
        (a_plant(who, a_number(), kw="-5"), "UNREADABLE_NUMBER", "/capacity"),
        (a_plant(who, a_number(), kw="5e1"), "UNREADABLE_NUMBER", "/capacity"),
        (a_plant(who, a_number(), kw=""), "CAPACITY_NEEDED", "/capacity"),
        (a_plant(who, a_number(), kw="0"), "CAPACITY_NEEDED", "/capacity"),
        (a_plant(who, a_number(), since="2025-02-30"), "UNREADABLE_TIME", "/commissioned_on"),
        (a_plant(who, a_number(), since="01/03/25"), "UNREADABLE_TIME", "/commissioned_on"),
        (a_plant(who, a_number(), grid="nobody"), "ISSUER_NOT_ADMITTED", "/issuer"),
        (a_plant(who, a_number(), paper="x" * 501), "UNREADABLE_TEXT", "/evidence"),
        (a_plant(who, a_number(), what="wind"), "ROW_NOT_MAPPED", ""),
        (a_plant(who, a_number()) + ",more", "UNREADABLE_ROW", ""),
    ]
    counts, flaws = imported(scene, good[0], *(row for row, _, _ in bad), good[1])
    assert {(each.line, each.code, each.pointer) for each in flaws} == {
        (str(at), code, pointer) for at, (_, code, pointer) in enumerate(bad, 3)
    }
    assert (counts.recorded, counts.refused_lines, counts.lines) == (2, len(bad), len(bad) + 3)


def test_a_word_that_there_is_not_is_said_so(scene: Scene, who: str) -> None:
    for old, new, pointer in (
        ("kind: pv_plant", "kind: windmill", "/kind"),
        ("capacity_unit: kW", "capacity_unit: hp", "/capacity_unit"),
        ("region: CN-44", "region: CN-99", "/region"),
    ):
        mapping = MAPPING.replace(old, new, 1)
        _, (flaw,) = imported(scene, a_plant(who, a_number()), mapping=mapping)
        assert flaw.pointer == pointer
        assert flaw.code in ("UNKNOWN_INSTALLATION_WORD", "UNKNOWN_REGION")


def test_without_a_person_they_are_the_provider_s_own(scene: Scene) -> None:
    mapping = MAPPING.replace('person: "{who}"\n', "")
    counts, _ = imported(scene, a_plant("", a_number()), mapping=mapping)
    assert counts.recorded == 1
    (one,) = listed(scene)
    assert (one["organisation_id"], one["participant_id"]) == (
        public("org", scene.provider),
        None,
    )


def test_a_dry_run_answers_as_if_and_writes_nothing(scene: Scene, who: str) -> None:
    number = a_number()
    rows = a_plant(who, number), a_plant(who, number), a_plant(who, number, kw="6")
    dry = imported(scene, *rows, dry_run=True)[0].as_dict()
    assert listed(scene) == []
    assert imported(scene, *rows)[0].as_dict() == dry
    assert (dry["recorded"], dry["already_recorded"]) == (1, 1)
    assert dry["refused"] == {"CONFLICTING_INSTALLATION": 1}


def test_two_files_at_the_same_instant_register_each_number_once(scene: Scene, who: str) -> None:
    numbers = [a_number() for _ in range(30)]
    files = [[a_plant(who, each) for each in order] for order in (numbers, numbers[::-1])]
    done = at_once([partial(imported, scene, *rows, batch=7) for rows in files])
    assert sum(counts.recorded for counts, _ in done) == 30
    assert sum(counts.already_recorded for counts, _ in done) == 30
    assert len(listed(scene)) == 30


def test_over_the_api_it_is_an_import_like_any_other(scene: Scene, who: str) -> None:
    rows = HEADER + "\n".join([a_plant(who, a_number()), a_plant(who, "")]) + "\n"
    answer = scene.http.send(
        "POST",
        "/v1/imports",
        token=scene.provider_token,
        key=secrets.token_hex(8),
        data={"file": (io.BytesIO(rows.encode()), "plants.csv"), "mapping": MAPPING},
    )
    assert answer.status_code == 202, answer.text
    identifier = answer.json["id"]
    run(scene.wiring, UUID(identifier.removeprefix("imp_")))
    done = scene.http.get(f"/v1/imports/{identifier}", token=scene.provider_token).json
    assert done["state"] == "done"
    assert (done["counts"]["installations"], done["counts"]["recorded"]) == (1, 1)
    assert done["counts"]["refused"] == {"BLANK_VALUE": 1}
    assert done["recorded_so_far"]["actions"] == 1
    refusals = scene.http.get(done["refusals_url"], token=scene.provider_token).text
    assert "3,BLANK_VALUE,/number" in refusals


def test_on_the_command_line_holders_are_enrolled_with_what_such_a_plant_does(
    scene: Scene, tmp_path: Path
) -> None:
    mapping, plants = tmp_path / "plants.yaml", tmp_path / "plants.ndjson"
    mapping.write_text(MAPPING, "utf-8")
    newcomer = f"home-{secrets.token_hex(6)}"
    row = {
        "what": "PV", "who": newcomer, "no": a_number(), "grid": None, "kw": 5.5,
        "since": "2025-03-01T00:00:00+08:00", "paper": "Contract 7",
    }  # fmt: skip
    plants.write_text(json.dumps(row) + "\n", "utf-8")
    arguments = (
        "import", str(plants), "--mapping", str(mapping), "--provider",
        public("org", scene.provider), "--enrol", "--consent-text", "2026-01",
    )  # fmt: skip
    dry = typed(scene.wiring, *arguments, "--dry-run", "--json")
    assert json.loads(dry.stdout)["enrolled"] == 1
    assert listed(scene) == []
    done = typed(scene.wiring, *arguments)
    assert done.exit_code == 0, done.output
    assert "1 rows, 1 installations: 1 recorded, 0 already recorded, 1 people enrolled." in (
        done.stdout
    )
    (one,) = listed(scene)
    assert date.fromisoformat(one["commissioned_on"]) == date(2025, 3, 1)
    assert (one["capacity"], one["issuer"]) == ("5.5", "grid")


def test_killed_anywhere_it_ends_with_true_counts(settings: Settings, fresh_database: str) -> None:
    own = replace(settings, database_url=fresh_database)
    with closing(wire(own)) as wiring:
        provider = an_organisation(wiring)
        an_issuer(wiring, "grid", kinds=("meter",), providers=[provider])
        kills = 0
        while kills < KILLS:
            who = f"home-{secrets.token_hex(6)}"
            a_participant(wiring, provider_id=provider, identity=who)
            rows = [a_plant(who, a_number()) for _ in range(60)]
            rows += [rows[7], a_plant(who, ""), a_plant(who, rows[9].split(",")[2], kw="6")]
            raw = (HEADER + "\n".join(rows) + "\n").encode()
            import_id = accepted(wiring, provider, raw, MAPPING, name="plants.csv", agreement=None)
            for _ in range(4):
                if not killed_at_random(own, import_id, batch=5, batches=10):
                    break
                kills += 1
                waits_again(wiring, import_id)
            run(wiring, import_id)
            done = wiring.database.transact(
                read_import, import_id, viewer=Viewer("provider", provider)
            )
            assert done.counts is not None
            assert (done.counts["recorded"], done.counts["already_recorded"]) == (60, 1)
            assert done.counts["refused"] == {"BLANK_VALUE": 1, "CONFLICTING_INSTALLATION": 1}
            assert done.recorded.recorded == 60
