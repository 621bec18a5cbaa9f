"""What is a place in a report and in a file, and what is none."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from app.ids import public
from tests.app.recording.conftest import Scene
from tests.builders.commands import typed
from tests.builders.people import a_participant
from tests.builders.places import (
    BEGAN,
    CANTON_STATION,
    CANTON_TOWER,
    SHENZHEN,
    SPEED,
    WITH_PLACES,
)
from tests.builders.programmes import text_stating, under


@pytest.fixture(name="scene")
def _scene(make_scene: Callable[..., Scene]) -> Scene:
    return under(make_scene(scenes=WITH_PLACES), checks=SPEED)


WRONG = [
    ({"latitude": "113.25", "longitude": "23.15"}, "NO_PLACE", "/start_place"),
    ({"latitude": "-90.000001", "longitude": "0"}, "NO_PLACE", "/start_place"),
    ({"latitude": "0", "longitude": "180.5"}, "NO_PLACE", "/start_place"),
    ({"latitude": "0", "longitude": "0.000"}, "NO_PLACE", "/start_place"),
    ({"latitude": "-0", "longitude": "0"}, "NO_PLACE", "/start_place"),
    ({"latitude": 23.15, "longitude": 113.25}, "VALIDATION_FAILED", "/start_place/latitude"),
    ({"latitude": "2.3e1", "longitude": "1"}, "VALIDATION_FAILED", "/start_place/latitude"),
    ({"latitude": "２３", "longitude": "1"}, "VALIDATION_FAILED", "/start_place/latitude"),
    ({"latitude": "23.", "longitude": "1"}, "VALIDATION_FAILED", "/start_place/latitude"),
    ({"latitude": "+23.1", "longitude": "1"}, "VALIDATION_FAILED", "/start_place/latitude"),
    ({"latitude": "NaN", "longitude": "1"}, "VALIDATION_FAILED", "/start_place/latitude"),
    ({"latitude": "23.1"}, "VALIDATION_FAILED", "/start_place/longitude"),
    ({"latitude": "23.1", "longitude": None}, "VALIDATION_FAILED", "/start_place/longitude"),
    (
        {"latitude": "23.1", "longitude": "1", "altitude": "3"},
        "VALIDATION_FAILED",
        "/start_place/altitude",
    ),
    ({}, "VALIDATION_FAILED", "/start_place/latitude"),
    ("", "VALIDATION_FAILED", "/start_place"),
    (0, "VALIDATION_FAILED", "/start_place"),
    (False, "VALIDATION_FAILED", "/start_place"),
    (["23.1", "113.2"], "VALIDATION_FAILED", "/start_place"),
]


@pytest.mark.parametrize(("sent", "code", "pointer"), WRONG)
def test_what_is_no_place_is_said_so(scene: Scene, sent: object, code: str, pointer: str) -> None:
    problem = scene.report(scene.body(start_place=sent))
    assert (problem.status_code, problem.json["code"]) == (422, code), problem.text
    assert pointer in {each["pointer"] for each in problem.json["errors"]}


@pytest.mark.parametrize(
    "sent",
    [
        None,
        {"latitude": "-33.865143", "longitude": "151.209900"},
        {"latitude": "40.7127753000000001", "longitude": "-74.0059728"},
        {"latitude": "90", "longitude": "-180"},
    ],
)
def test_what_is_a_place_anywhere_on_the_globe_is_taken(
    make_scene: Callable[..., Scene], sent: object
) -> None:
    scene = make_scene(scenes=WITH_PLACES)
    assert scene.report(scene.body(start_place=sent, end_place=sent)).status_code == 201


MAPPING = """
person: '{who}'
records:
  - behaviour: metro_ride
    region: CN-44
    external_id: '{id}'
    occurred_at: '{from}'
    ended_at: '{to}'
    quantities: {trips: '1'}
    evidence: {ride_id: '{id}'}
    start_place: ['{lat1}', '{lon1}']
    end_place: ['{lat2}', '{lon2}']
"""


def test_a_file_tells_places_too(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme = tmp_path / "programme.yaml"
    programme.write_text(text_stating(checks=SPEED), "utf-8")
    monkeypatch.setenv("TANPUHUI_PROGRAMME", str(programme))
    mapping, rides = tmp_path / "rides.yaml", tmp_path / "rides.csv"
    mapping.write_text(MAPPING, "utf-8")
    mark = secrets.token_hex(6)

    def line(who: str, minute: int, *degrees: str) -> str:
        began = BEGAN + timedelta(minutes=minute)
        ended = began + timedelta(minutes=20)
        times = began.isoformat(), ended.isoformat()
        return ",".join((f"{mark}-{who}", f"{mark}-{who}-{minute}", *times, *degrees))

    lines = [
        "who,id,from,to,lat1,lon1,lat2,lon2",
        line("a", 0, *CANTON_STATION, *CANTON_TOWER),
        line("a", 25, *SHENZHEN, *SHENZHEN),
        # Nobody knows where; one cell without the other; exchanged; no number; where nobody is.
        line("b", 0, "", "", "", ""),
        line("c", 0, "23.1", "", "", ""),
        line("d", 0, "113.2", "23.1", "", ""),
        line("e", 0, "23°06", "113.2", "", ""),
        line("f", 0, "0", "0", "", ""),
        # Who never agreed that anybody says where they were.
        line("g", 0, *CANTON_STATION, *CANTON_TOWER),
    ]
    # The file's own consent is to its scene; this one agreed to places beside it.
    a_participant(
        scene.wiring, provider_id=scene.provider, identity=f"{mark}-a", scenes=WITH_PLACES
    )
    rides.write_text("\n".join(lines) + "\n", "utf-8")
    arguments = (
        "import", str(rides), "--mapping", str(mapping),
        "--provider", public("org", scene.provider), "--enrol", "--consent-text", "2026-01",
        "--consent-since", "2026-01-01T00:00:00+08:00", "--json",
        "--refusals", str(tmp_path / "refusals.csv"),
    )  # fmt: skip
    dry = json.loads(typed(scene.wiring, *arguments, "--dry-run").stdout)
    counts = json.loads(typed(scene.wiring, *arguments).stdout)
    assert counts == dry
    assert (counts["recorded"], counts["credited"], counts["held"]) == (3, 2, 1)
    assert counts["refused"] == {
        "BLANK_VALUE": 1,
        "NO_PLACE": 2,
        "PLACES_NOT_AGREED": 1,
        "UNREADABLE_NUMBER": 1,
    }
    refused = (tmp_path / "refusals.csv").read_text("utf-8-sig").splitlines()
    assert [row.split(",")[:3] for row in refused[1:]] == [
        ["5", "BLANK_VALUE", "/start_place"],
        ["6", "NO_PLACE", "/start_place"],
        ["7", "UNREADABLE_NUMBER", "/start_place"],
        ["8", "NO_PLACE", "/start_place"],
        ["9", "PLACES_NOT_AGREED", "/start_place"],
    ]


def test_a_place_of_a_mapping_is_two_texts(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "rides.csv").write_text("who\na\n", "utf-8")
    for wrong in ("['{lat1}']", "'{lat1}'", "['{lat1}', '{lon1}', '{lat2}']"):
        text = MAPPING.replace("['{lat1}', '{lon1}']", wrong)
        (tmp_path / "rides.yaml").write_text(text, "utf-8")
        refused = typed(
            scene.wiring, "import", str(tmp_path / "rides.csv"), "--mapping",
            str(tmp_path / "rides.yaml"), "--provider", public("org", scene.provider),
        )  # fmt: skip
        assert refused.exit_code == 3
        assert "BAD_MAPPING" in refused.output
