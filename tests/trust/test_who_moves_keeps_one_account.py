"""Who moves keeps the account and its history; a wrong region is put right, with a trail."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from app.ids import public
from behaviours.civil_time import civil_day
from behaviours.retention import FORMER_REGIONS
from tests.builders.answers import refusal
from tests.builders.people import Http, Tokens, a_participant, an_organisation, leaving
from tests.trust.test_children_have_guardians import Family


class Mover:
    """A person who lives in Zhejiang since ten days."""

    def __init__(self, moving) -> None:
        self.app, self.wiring = moving
        self.http, self.tokens = Http(self.app), Tokens(self.app, self.wiring)
        self.provider = an_organisation(self.wiring)
        self.person = a_participant(self.wiring, provider_id=self.provider)
        self.own = self.tokens("participant", tenant=self.person)
        self.enrolled_on = self.today
        self.wiring.clock.advance(10 * 86_400)

    @property
    def today(self) -> date:
        return civil_day(self.wiring.clock.now(), self.wiring.zone)

    def days_ago(self, days: int) -> str:
        return (self.today - timedelta(days)).isoformat()

    def tells(self, region: str, moved_on: str | None = None, **options):
        body = {"region": region} | ({} if moved_on is None else {"moved_on": moved_on})
        return Http(self.app).patch("/v1/me", body, **{"token": self.own, **options})

    def history(self) -> Sequence[dict]:
        return self.http.get("/v1/me/regions", token=self.own).json["data"]

    def region(self) -> str:
        return self.http.get("/v1/me", token=self.own).json["region"]


@pytest.fixture
def mover(moving) -> Mover:
    return Mover(moving)


def test_who_moves_keeps_account_consents_and_actions(mover):
    consents = mover.http.get("/v1/me/consents", token=mover.own).json
    told = mover.tells("CN-330200", mover.days_ago(3))
    assert told.status_code == 200, told.text
    assert told.json["region"] == mover.region() == "CN-330200"
    [former] = mover.history()
    assert told.json["former"] == former
    assert {name: former[name] for name in ("region", "reason", "told_by")} == {
        "region": "CN-33", "reason": "moved", "told_by": "person",
    }  # fmt: skip
    assert (former["lived_from"], former["lived_until"]) == (
        mover.enrolled_on.isoformat(), mover.days_ago(3),
    )  # fmt: skip
    assert mover.http.get("/v1/me", token=mover.own).json["id"] == public("par", mover.person)
    assert mover.http.get("/v1/me/consents", token=mover.own).json == consents


def bag(mover, region: str, hour: int) -> dict:
    """Nine times with one's own bag, yesterday at an hour: 45 points of the 100 that a day has."""
    at = datetime.combine(mover.today - timedelta(1), time(hour), mover.wiring.zone)
    answer = mover.http.post(
        "/v1/actions",
        {
            "participant_id": public("par", mover.person),
            "behaviour": "own_bag",
            "external_id": secrets.token_hex(8),
            "occurred_at": at.isoformat(),
            "region": region,
            "quantities": {"times": "9"},
            "evidence": {"receipt_no": secrets.token_hex(8)},
        },
        token=mover.tokens("provider", tenant=mover.provider),
    )
    assert answer.status_code == 201, answer.text
    return answer.json


def test_between_cities_caps_account_and_history_go_on(mover):
    """The cap of a day is the person's, wherever it is filled; what was done stays where it was."""
    assert mover.tells("CN-330100", mover.days_ago(5)).status_code == 200
    before = mover.http.get("/v1/me", token=mover.own).json
    first = [bag(mover, "CN-330100", hour) for hour in (8, 10)]
    assert [each["points"]["awarded"] for each in first] == [45, 45]
    assert mover.tells("CN-330200", mover.days_ago(1)).status_code == 200
    there = [bag(mover, "CN-330200", hour) for hour in (12, 14)]
    assert [each["points"]["awarded"] for each in there] == [10, 0], "the same 100 of the same day"
    assert there[0]["points"]["limited_by"] == there[1]["points"]["limited_by"] is not None
    account = mover.http.get("/v1/me", token=mover.own).json
    assert (account["id"], account["region"]) == (before["id"], "CN-330200")
    saved = [Decimal(each["reduction"]["reduction_kg"]) for each in (*first, *there)]
    assert Decimal(account["reduction_kg"]) - Decimal(before["reduction_kg"]) == sum(saved)
    assert account["points"]["available"] + account["points"]["pending"] == 100
    listed = mover.http.get("/v1/me/actions", token=mover.own).json["data"]
    regions = {each["id"]: each["region"] for each in listed}
    assert [regions[each["id"]] for each in (*first, *there)] == ["CN-330100"] * 2 + [
        "CN-330200"
    ] * 2
    lived = [(each["region"], each["reason"]) for each in mover.history()]
    assert lived == [("CN-330100", "moved"), ("CN-33", "moved")]
    # Back again nothing begins anew either.
    assert mover.tells("CN-330100").status_code == 200
    assert bag(mover, "CN-330100", 16)["points"]["awarded"] == 0


def test_a_region_that_was_wrong_never_held(mover):
    assert mover.tells("CN-44", mover.days_ago(5)).status_code == 200
    assert mover.tells("CN-GD").json["code"] == "REGION_UNCHANGED", "read as the same"
    assert mover.tells("CN-440300").status_code == 200
    wrong, first = mover.history()
    assert (wrong["region"], wrong["reason"]) == ("CN-44", "corrected")
    assert wrong["lived_from"] == wrong["lived_until"] == first["lived_until"]


def test_of_each_day_one_region_held(mover):
    mover.tells("CN-44", mover.days_ago(6))
    mover.tells("CN-440300")
    mover.tells("CN-31", mover.days_ago(2))
    with mover.wiring.database.engine.connect() as connection:
        held = [
            connection.exec_driver_sql(
                "select coalesce((select region from former_region f"
                " where f.participant_id = p.participant_id and f.lived_until > current_day"
                " order by f.lived_until, f.change_id limit 1), p.region)"
                " from participant p, cast(%s as date) as t (current_day)"
                " where p.participant_id = %s",
                (mover.days_ago(ago), mover.person),
            ).scalar_one()
            for ago in (10, 7, 6, 3, 2, 0)
        ]
    assert held == ["CN-33", "CN-33", "CN-440300", "CN-440300", "CN-31", "CN-31"]


def test_days_that_cannot_be_and_regions_that_are_none_are_refused(mover):
    tomorrow = (mover.today + timedelta(1)).isoformat()
    assert refusal(mover.tells("CN-44", tomorrow)) == (422, "MOVED_IN_FUTURE")
    assert refusal(mover.tells("CN-44", mover.days_ago(11))) == (409, "MOVED_BEFORE")
    assert mover.tells("CN-44", mover.days_ago(4)).status_code == 200
    assert refusal(mover.tells("CN-31", mover.days_ago(5))) == (409, "MOVED_BEFORE")
    assert refusal(mover.tells("CN-31", mover.days_ago(4), token="none"))[0] == 401
    assert mover.tells("CN-98").status_code == 422
    assert mover.http.patch("/v1/me", {}, token=mover.own).status_code == 422
    sent = {"region": "CN-31", "enrolled_at": "2020-01-01"}
    assert mover.http.patch("/v1/me", sent, token=mover.own).status_code == 422
    assert [each["region"] for each in mover.history()] == ["CN-33"]


def test_nobody_else_tells_or_reads_where_somebody_lives(mover):
    other = mover.tokens("participant")
    assert mover.tells("CN-44", token=other).status_code == 200
    assert mover.region() == "CN-33"
    assert mover.history() == []
    for role in ("provider", "operator"):
        asked = mover.tells("CN-44", token=mover.tokens(role))
        assert asked.status_code == 403


def test_the_same_request_twice_is_one_move_and_a_dry_run_is_none(mover):
    tried = mover.http.patch("/v1/me?dry_run=true", {"region": "CN-44"}, token=mover.own)
    assert (tried.status_code, tried.json["region"]) == (200, "CN-44")
    assert (mover.region(), mover.history()) == ("CN-33", [])
    first, again = (mover.tells("CN-44", mover.days_ago(1), key="moved") for _ in range(2))
    assert first.json == again.json
    assert len(mover.history()) == 1


def test_moves_at_the_same_moment_come_one_after_the_other(mover):
    regions = ["CN-44", "CN-31", "CN-11", "CN-42"]
    with ThreadPoolExecutor(len(regions)) as pool:
        answers = list(pool.map(lambda region: mover.tells(region, mover.days_ago(1)), regions))
    assert [each.status_code for each in answers] == [200] * len(regions)
    former = [each["region"] for each in mover.history()]
    assert former[-1] == "CN-33"
    assert sorted([*former[:-1], mover.region()]) == sorted(regions)


def test_the_export_has_the_history_and_leaving_forgets_it(mover):
    mover.tells("CN-44", mover.days_ago(1))
    rows = mover.http.get("/v1/me/export", token=mover.own).json["rows"]["former_region"]
    assert [(each["region"], each["reason"]) for each in rows] == [("CN-33", "moved")]
    mover.wiring.database.transact(leaving(mover.wiring, mover.person))
    with mover.wiring.database.engine.connect() as connection:
        kept = connection.exec_driver_sql(
            "select count(*) from former_region where participant_id = %s", (mover.person,)
        )
        assert kept.scalar_one() == 0


def test_the_schedule_says_how_long_a_former_region_is_kept(mover):
    [line] = [
        each
        for each in mover.http.get("/v1/programme").json["retention"]
        if each["kind"] == FORMER_REGIONS
    ]
    assert "24 months" in line.values()


def test_the_guardian_tells_it_for_the_child(moving):
    app, moved = moving
    family = Family(Http(app), Tokens(app, moved), moved)
    http, body = family.http, {"region": "CN-44"}
    assert refusal(http.patch("/v1/me", body, token=_of_child(family))) == (
        403, "GUARDIAN_DECIDES",
    )  # fmt: skip
    stranger = family.tokens("participant")
    assert refusal(http.patch(family.path, body, token=stranger)) == (404, "NOT_FOUND")
    assert http.patch(family.path, body, token=family.own).status_code == 200
    [former] = http.get(f"{family.path}/regions", token=family.own).json["data"]
    assert (former["region"], former["told_by"]) == ("CN-33", "guardian")
    assert refusal(http.get(f"{family.path}/regions", token=stranger)) == (404, "NOT_FOUND")
    assert http.get("/v1/me/regions", token=_of_child(family)).json["data"] == [former]


def _of_child(family: Family) -> str:
    assert family.child, "the child has an account"
    return family.childs_own
