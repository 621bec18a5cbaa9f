"""Scenes that are open in some cities only, over HTTP, in files and in books that were full."""

from __future__ import annotations

from datetime import timedelta

import alembic.command
import psycopg
import pytest

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id
from tests.app.organisations.test_scenes import Desk, Reporter
from tests.builders.answers import refusal
from tests.builders.people import agreed_long_ago

BEFORE = "0061"


@pytest.fixture
def desk(app, wiring):
    return Desk(app, wiring)


def a_reporter(desk):
    reporter = Reporter(desk)
    agreed_long_ago(desk.wiring, reporter.person)
    return reporter


def ride(reporter, region, hours=0):
    """A ride in a region so many hours ago: nobody is in two at once."""
    done = reporter.desk.wiring.clock.now() - timedelta(hours=hours)
    return reporter.ride(region=region, occurred_at=done)


def placed(desk, admission_id, regions, path="regions"):
    first = desk.do(admission_id, path, {"regions": regions}, desk.operator)
    assert first.json["awaiting"] == ["authority"], first.text
    return desk.do(admission_id, path, {"regions": regions}, desk.authority)


def test_what_is_done_elsewhere_is_refused_and_the_refusal_says_where_it_is_open(desk, wiring):
    reporter = a_reporter(desk)
    admission_id = desk.published(provider_id=reporter.public, regions=["CN-440305", "CN-ZJ"])
    seen = desk.http.get(f"/v1/scenes/{admission_id}", token=reporter.token).json
    assert seen["regions"] == ["CN-33", "CN-440300"], "canonical"
    assert [each["regions"] for each in seen["open"]] == [["CN-33", "CN-440300"]]
    assert ride(reporter, "CN-440300", 2) == "quantified"
    assert ride(reporter, "CN-330100", 4) == "quantified"
    assert ride(reporter, "CN-44", 6) == "SCENE_NOT_ADMITTED.provider_elsewhere"
    body = {
        "participant_id": f"par_{reporter.person.hex}",
        "behaviour": "metro_ride",
        "external_id": "elsewhere",
        "occurred_at": wiring.clock.now().isoformat(),
        "region": "CN-440100",
        "quantities": {"trips": "1"},
        "evidence": {"ride_id": "1"},
    }
    refused = desk.http.post("/v1/actions", body, token=reporter.token, key="elsewhere")
    assert refusal(refused) == (403, "SCENE_NOT_ADMITTED"), refused.text
    assert "深圳市 (CN-440300)" in refused.json["detail"]
    assert "浙江 (CN-33)" in refused.json["detail"]
    assert refused.json["errors"][0]["pointer"] == "/region"
    # Nothing of it was kept.
    assert (
        desk.http.get("/v1/provider/actions?external_id=elsewhere", token=reporter.token).json[
            "data"
        ]
        == []
    )


def test_two_people_change_where_it_is_open_and_what_was_recorded_stays(desk, wiring):
    reporter = a_reporter(desk)
    admission_id = desk.published(provider_id=reporter.public, regions=["CN-440300"])
    assert ride(reporter, "CN-440300", 8) == "quantified"
    once = desk.do(admission_id, "regions", {"regions": ["CN-440100"]}, desk.operator)
    assert once.status_code == 202
    assert ride(reporter, "CN-440300", 10) == "quantified", "one signature is not two"
    # The second person states other regions: that is another matter.
    other = desk.do(admission_id, "regions", {"regions": []}, desk.authority)
    assert (other.status_code, other.json["awaiting"]) == (202, ["operator"])
    moved = desk.do(admission_id, "regions", {"regions": ["CN-440100"]}, desk.authority)
    assert (moved.status_code, moved.json["regions"]) == (200, ["CN-440100"])
    assert ride(reporter, "CN-440300", 12) == "SCENE_NOT_ADMITTED.provider_elsewhere"
    assert ride(reporter, "CN-440100", 14) == "SCENE_NOT_ADMITTED.then", "not there yet"
    assert ride(reporter, "CN-440100") == "quantified"
    history = desk.http.get(f"/v1/scenes/{admission_id}", token=desk.authority).json["history"]
    assert (history[-1]["step"], history[-1]["words"]) == ("place", "CN-440100")
    with wiring.database.engine.connect() as connection:
        count = "select count(*) from action where provider_id = %s and region = 'CN-440300'"
        assert connection.exec_driver_sql(count, (reporter.id,)).scalar_one() == 2
    everywhere = placed(desk, admission_id, [])
    assert everywhere.json["regions"] == []
    assert ride(reporter, "CN-440300") == "OVERLAPPING_RIDE", "judged as a ride again"


def test_regions_that_there_are_not_are_refused_with_the_nearest(desk):
    reporter = a_reporter(desk)
    refused = desk.apply(provider_id=reporter.public, regions=["CN-33", "CN-331500"])
    assert refusal(refused) == (422, "UNKNOWN_REGION"), refused.text
    assert refused.json["errors"][0]["pointer"] == "/regions/1"
    assert "CN-331100 (丽水市)" in refused.json["detail"]
    malformed = desk.apply(provider_id=reporter.public, regions=["Hangzhou"])
    assert malformed.json["errors"][0]["pointer"] == "/regions/0"
    published = desk.published(provider_id=reporter.public)
    wrong = desk.do(published, "regions", {"regions": ["CN-XX"]}, desk.operator)
    assert refusal(wrong) == (422, "UNKNOWN_REGION")
    placed(desk, published, ["CN-33"], "regions?dry_run=true")
    assert ride(reporter, "CN-440300", 16) == "quantified"


def test_a_filled_programme_stays_open_everywhere_and_an_earlier_release_opens_nothing_more(
    make_database,
):
    url = make_database()
    alembic.command.upgrade(alembic_configuration(url), BEFORE)
    wide, narrow, later = new_id(), new_id(), new_id()
    with psycopg.connect(url) as connection:
        for admission_id, scene in ((wide, "travel"), (narrow, "food"), (later, "goods")):
            connection.execute(
                "insert into scene_admission (admission_id, scene, state, revision, spans,"
                " applied_at, changed_at, changed_no) values (%s, %s, 'published', 3,"
                """ '[["2026-01-01T00:00:00+00:00", null]]', now(), now(), 1)""",
                (admission_id, scene),
            )
    upgrade(url)
    with psycopg.connect(url) as connection:
        read = "select regions, spans from scene_admission where admission_id = %s"
        assert connection.execute(read, (wide,)).fetchall() == [
            ([], [["2026-01-01T00:00:00+00:00", None]])
        ]
        for admission_id, since in ((narrow, "2026-02-01"), (later, "2099-02-01")):
            connection.execute(
                "update scene_admission set regions = '{CN-33}', spans = jsonb_build_array("
                "  jsonb_build_array('2026-01-01T00:00:00+00:00', '2026-02-01T00:00:00+00:00',"
                "                    '[]'::jsonb),"
                "  jsonb_build_array(%s::text, null, '[\"CN-33\"]'::jsonb))"
                " where admission_id = %s",
                (f"{since}T00:00:00+00:00", admission_id),
            )
    alembic.command.downgrade(alembic_configuration(url), BEFORE)
    with psycopg.connect(url) as connection:
        kept = {
            row[0]: row[1:]
            for row in connection.execute(
                "select admission_id, state, jsonb_array_length(spans),"
                " spans -> -1 -> 1 <> 'null', jsonb_array_length(spans -> 0) from scene_admission"
            )
        }
    assert kept[wide] == ("published", 1, False, 2)
    assert kept[narrow] == ("suspended", 2, True, 2)
    assert kept[later] == ("suspended", 1, True, 2)
    upgrade(url)
