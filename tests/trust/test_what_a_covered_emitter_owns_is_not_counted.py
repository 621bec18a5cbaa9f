"""What lies inside a covered emitter's boundary, as two people signed it, counts nowhere else."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.files.register_file import FORMATS, YAML, read_register, write_register
from app.http.registers import MEDIA
from app.ids import parse, public
from app.store.audit.boundaries import BOUNDARIES
from behaviours.civil_time import civil_day
from tests.app.recording.conftest import Scene
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.audit import broken_of
from tests.builders.civil import CHINA, yesterday_morning
from tests.builders.commands import signed_in, typed
from tests.builders.people import Http, Tokens, an_organisation

Make = Callable[..., Scene]
LIST = "/v1/covered-emitters"
SOURCE = "2026 年度重点排放单位名录"
COLUMNS = (
    *("organisation_id", "market", "first_year", "last_year", "source", "site", "region"),
    *("kind", "issuer", "evidence.ride_id", "from", "to"),
)


class Market:
    """A provider who reports, a covered emitter, and two people who sign its boundary."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.http = scene, scene.http
        self.tokens = Tokens(scene.http._client.application, scene.wiring)
        self.operator, self.authority = self.tokens("operator"), self.tokens("authority")
        self.owner = public("org", an_organisation(scene.wiring, "enterprise"))
        # Rides are of yesterday, so that all of them are of one year.
        self.moment = yesterday_morning()
        self.year = civil_day(self.moment, CHINA).year

    def number(self, ride: str, **changes: Any) -> dict[str, Any]:
        return {
            "site": "一号厂房",
            "region": "CN-330100",
            "kind": "ride",
            "issuer": "rides",
            "evidence": {"ride_id": ride},
            **changes,
        }

    def body(self, *rides: str, **changes: Any) -> dict[str, Any]:
        return {
            "market": "national",
            "first_year": self.year - 1,
            "source": SOURCE,
            "numbers": [self.number(ride) for ride in rides],
            **changes,
        }

    def propose(self, body: dict[str, Any], token: str | None = None) -> Any:
        path = f"/v1/organisations/{self.owner}/covered-emitter"
        return self.http.post(path, body, token=token or self.operator)

    def publish(self, boundary_id: str, token: str | None = None) -> Any:
        return self.http.post(f"{LIST}/{boundary_id}/publish", token=token or self.authority)

    def published(self, *rides: str, **changes: Any) -> str:
        proposed = self.propose(self.body(*rides, **changes))
        assert (proposed.status_code, proposed.json["awaiting"]) == (202, ["authority"])
        done = self.publish(proposed.json["id"])
        assert (done.status_code, done.json["awaiting"]) == (201, []), done.text
        return str(proposed.json["id"])

    def report(self, ride: str, query: str = "") -> Any:
        body = self.scene.body(
            evidence={"ride_id": ride, "issuer": "rides"}, occurred_at=self.moment.isoformat()
        )
        return self.scene.report(body, query=query)

    def is_owned(self, ride: str) -> bool:
        """Whether a report of it, tried only, is the market's."""
        answer = self.report(ride, "?dry_run=true")
        if answer.status_code == 200:
            return False
        assert refusal(answer) == (409, "DECLARED_ELSEWHERE"), answer.text
        return True

    def broken(self, *boundaries: str) -> list[str]:
        """Of these boundaries those that the audit finds not kept."""
        return broken_of(self.scene.wiring, BOUNDARIES, [parse("bnd", each) for each in boundaries])

    def holds(self, boundary_id: str) -> list[tuple[int, int | None]]:
        told = self.http.get(f"{LIST}/{boundary_id}").json
        return [(each["first_year"], each["last_year"]) for each in told["holds"]]


def a_ride() -> str:
    return f"ride-{secrets.token_hex(6)}"


@pytest.fixture
def market(make_scene: Make) -> Market:
    return Market(make_scene())


def test_a_boundary_holds_once_two_people_of_two_roles_signed_it(market: Market) -> None:
    ride = a_ride()
    proposed = market.propose(market.body(ride))
    assert (proposed.status_code, proposed.json["awaiting"]) == (202, ["authority"])
    path = f"{LIST}/{proposed.json['id']}"
    assert not market.is_owned(ride), "one alone changes nothing"
    assert market.http.get(path).status_code == 404
    waiting = market.http.get(
        f"{LIST}/proposed?organisation_id={market.owner}", token=market.authority
    )
    assert [each["id"] for each in waiting.json["data"]] == [proposed.json["id"]]
    with market.http.nothing_done():
        assert market.publish(proposed.json["id"], token=market.operator).status_code == 202
    assert not market.is_owned(ride)
    done = market.publish(proposed.json["id"])
    assert (done.status_code, done.json["awaiting"]) == (201, [])
    answer = market.report(ride)
    assert refusal(answer) == (409, "DECLARED_ELSEWHERE")
    assert proposed.json["id"] in answer.json["detail"]
    told = market.http.get(path).json
    assert told["holds"] == [{"first_year": market.year - 1, "last_year": None}]
    assert told["numbers"] == [{**market.number(ride), "from": None, "to": None}]
    listed = market.http.get(f"{LIST}?organisation_id={market.owner}").json["data"]
    assert listed == [told], "everybody reads it"
    assert refusal(market.publish(proposed.json["id"])) == (409, "BOUNDARY_PUBLISHED")


def test_days_of_a_number_and_years_of_a_boundary_bound_what_is_owned(market: Market) -> None:
    before, inside, gone = a_ride(), a_ride(), a_ride()
    market.published(before, first_year=market.year - 3, last_year=market.year - 2)
    ended = (civil_day(market.moment, CHINA) - timedelta(days=1)).isoformat()
    market.published(
        numbers=[market.number(inside), market.number(gone, to=ended)], market="guangdong"
    )
    assert [market.is_owned(each) for each in (before, inside, gone)] == [False, True, False]


def test_the_boundary_published_last_holds_in_its_years_and_the_one_before_in_the_rest(
    market: Market,
) -> None:
    first, second = a_ride(), a_ride()
    old = market.published(first, second)
    new = market.published(second, first_year=market.year, last_year=market.year)
    assert (market.is_owned(first), market.is_owned(second)) == (False, True)
    assert market.holds(old) == [(market.year - 1, market.year - 1), (market.year + 1, None)]
    assert market.holds(new) == [(market.year, market.year)]
    over = market.published(first_year=market.year)
    assert not market.is_owned(second), "covered no more"
    assert market.holds(old) == [(market.year - 1, market.year - 1)]
    assert (market.holds(new), market.holds(over)) == ([], [(market.year, None)])
    assert market.broken(old, new, over) == []
    said = market.http.get(f"{LIST}/{old}").json
    assert len(said["numbers"]) == 2, "what was signed is not changed"


@pytest.mark.parametrize(
    "breaking",
    [
        "update declared_elsewhere set state = 'withdrawn' where boundary_id = :boundary",
        "update declared_elsewhere set to_day = from_day where boundary_id = :boundary",
        "update declared_elsewhere set from_day = from_day - 400 where boundary_id = :boundary",
        "update declared_elsewhere set evidence = '{}' where boundary_id = :boundary",
        """delete from declared_claim where declaration_id in (
            select declaration_id from declared_elsewhere where boundary_id = :boundary)""",
    ],
)
def test_the_audit_sees_a_register_that_says_something_else(market: Market, breaking: str) -> None:
    boundary = market.published(a_ride())
    assert market.broken(boundary) == []
    asked = text(f"select bool_or(bad) from ({BOUNDARIES.rows}) c (name, bad) where name = :name")
    with market.scene.wiring.database.engine.connect() as connection:
        connection.execute(text(breaking), {"boundary": parse("bnd", boundary)})
        assert connection.execute(asked, {"name": boundary}).scalar_one() is True


def test_another_market_and_another_organisation_are_left_as_they_are(market: Market) -> None:
    ride, other = a_ride(), a_ride()
    market.published(ride)
    market.published(other, market="shanghai")
    assert (market.is_owned(ride), market.is_owned(other)) == (True, True)


def test_a_boundary_that_was_overtaken_is_not_published(market: Market) -> None:
    early = market.propose(market.body(a_ride())).json["id"]
    market.published(a_ride())
    assert refusal(market.publish(early)) == (409, "BOUNDARY_PUBLISHED")


def test_nobody_withdraws_alone_what_two_people_signed(market: Market) -> None:
    ride = a_ride()
    boundary = market.published(ride)
    listed = market.http.get(
        f"/v1/declared-elsewhere?reference={boundary}/{market.year - 1}", token=market.authority
    )
    (declared,) = listed.json["data"]
    assert declared["boundary_id"] == boundary
    answer = market.http.post(
        f"/v1/declared-elsewhere/{declared['id']}/withdraw",
        {"reason": "It is ours."},
        token=market.tokens("authority"),
    )
    assert refusal(answer) == (409, "DECLARATION_OF_BOUNDARY")
    assert market.is_owned(ride)
    out = market.http.get("/v1/declared-elsewhere/export", token=market.authority).text
    assert boundary not in out, "it is in the file of the covered emitters"


def test_what_was_recorded_before_is_counted_by_the_declaration(market: Market) -> None:
    ride = a_ride()
    assert market.report(ride).status_code == 201
    boundary = market.published(ride)
    listed = market.http.get(
        f"/v1/declared-elsewhere?reference={boundary}/{market.year - 1}", token=market.authority
    )
    (declared,) = listed.json["data"]
    told = market.http.get(f"/v1/declared-elsewhere/{declared['id']}", token=market.authority)
    assert told.json["reductions"] == {"in_pool": 1, "in_bundles": 0, "in_units": 0}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"last_year": 2015}, "/last_year"),
        ({"first_year": 1999}, "/first_year"),
        ({"number": {"region": "CN-339900"}}, "/numbers/0/region"),
        ({"number": {"issuer": "nobody"}}, "/numbers/0/issuer"),
        ({"number": {"kind": "no_such"}}, "/numbers/0/issuer"),
        ({"number": {"evidence": {"ride_id": "--"}}}, "/numbers/0/evidence/ride_id"),
        ({"number": {"from": "2026-02-02", "to": "2026-02-01"}}, "/numbers/0/to"),
        ({"number": {"to": "2015-02-02"}}, "/numbers/0/from"),
    ],
)
def test_what_cannot_be_meant_points_at_itself(
    market: Market, changes: dict[str, Any], pointer: str
) -> None:
    number = {**market.number(a_ride()), **changes.pop("number", {})}
    answer = market.propose({**market.body(), "numbers": [number], **changes})
    assert answer.status_code == 422, answer.text
    assert [each["pointer"] for each in answer.json["errors"]] == [pointer]


def test_a_number_stands_once_in_a_boundary_however_it_is_spelled(market: Market) -> None:
    ride = a_ride()
    answer = market.propose(market.body(ride, ride.upper()))
    assert refusal(answer) == (422, "BOUNDARY_WRONG")
    assert answer.json["errors"][0]["pointer"] == "/numbers/1"


def test_only_those_who_sign_propose(market: Market) -> None:
    answer = market.propose(market.body(a_ride()), token=market.scene.provider_token)
    assert answer.status_code == 403
    answer = market.http.get(f"{LIST}/proposed", token=market.scene.provider_token)
    assert answer.status_code == 403
    nobody = f"/v1/organisations/org_{'0' * 32}/covered-emitter"
    assert market.http.post(nobody, market.body(), token=market.operator).status_code == 404


def test_two_who_sign_at_once_publish_once(market: Market) -> None:
    proposed = market.propose(market.body(a_ride())).json["id"]
    path, asking = f"{LIST}/{proposed}/publish", [Http(market.http.app) for _ in range(3)]
    calls = [partial(each.post, path, token=market.tokens("authority")) for each in asking]
    with ExitStack() as told:
        for each in asking:
            told.enter_context(each.nothing_done())
        answers = at_once(calls)
    assert sorted(each.status_code for each in answers) == [201, 409, 409]


def rows_of(market: Market, /, *rides: str, **changes: Any) -> list[dict[str, Any]]:
    heading = {
        "organisation_id": market.owner,
        "market": "national",
        "first_year": market.year - 1,
        "source": SOURCE,
    }
    return [{**heading, **market.number(ride), **changes} for ride in rides]


def sent(market: Market, raw: bytes, form: str, query: str = "") -> Any:
    return market.http.send(
        "POST", f"{LIST}/import{query}", data=raw, content_type=MEDIA[form], token=market.operator
    )


@pytest.mark.parametrize("form", FORMATS)
def test_boundaries_come_in_by_file_are_signed_and_go_out_as_they_were(
    market: Market, form: str
) -> None:
    rides = [a_ride(), a_ride()]
    raw = b"".join(write_register(rows_of(market, *rides), COLUMNS, form))
    assert sent(market, raw, form, "?dry_run=true").json == {"rows": 2}
    taken = sent(market, raw, form)
    assert (taken.status_code, taken.json) == (201, {"rows": 2}), taken.text
    with market.http.nothing_done():
        assert sent(market, raw, form).json == {"rows": 2}
    assert not market.is_owned(rides[0])
    waiting = market.http.get(
        f"{LIST}/proposed?organisation_id={market.owner}", token=market.authority
    )
    (proposed,) = waiting.json["data"]
    assert market.publish(proposed["id"]).status_code == 201
    assert market.is_owned(rides[1])
    out = market.http.get(f"{LIST}/export?format={form}")
    mine = [
        each.said
        for each in read_register(out.data, form)
        if each.said["organisation_id"] == market.owner
    ]
    assert [each["evidence"] for each in mine] == [{"ride_id": ride} for ride in rides]
    with market.http.nothing_done():
        again = b"".join(write_register(mine, (*COLUMNS, "id", "published_at"), form))
        assert sent(market, again, form).status_code == 201
    assert (
        market.http.get(
            f"{LIST}/proposed?organisation_id={market.owner}", token=market.authority
        ).json["data"]
        == []
    ), "what holds is not proposed again"


def test_a_wrong_row_is_named_and_nothing_of_the_file_is_kept(market: Market) -> None:
    rows = rows_of(market, a_ride(), a_ride())
    odd = rows_of(market, a_ride(), issuer="nobody", market="shanghai")
    raw = b"".join(write_register([rows[0], *odd, rows[1]], (), YAML))
    answer = sent(market, raw, YAML)
    assert [each["pointer"] for each in answer.json["errors"]] == ["/rows/1/issuer"]
    raw = b"".join(write_register([rows[0], {**rows[1], "source": "other"}], (), YAML))
    answer = sent(market, raw, YAML)
    assert refusal(answer) == (422, "BOUNDARY_WRONG")
    assert [each["pointer"] for each in answer.json["errors"]] == ["/rows/1/source"]
    waiting = market.http.get(
        f"{LIST}/proposed?organisation_id={market.owner}", token=market.authority
    )
    assert waiting.json["data"] == []


def test_the_command_line_takes_and_gives_them(market: Market, tmp_path: Path) -> None:
    ride, file = a_ride(), tmp_path / "boundaries.yaml"
    file.write_bytes(b"".join(write_register(rows_of(market, ride), (), YAML)))
    who = signed_in(market.scene.wiring, "authority")
    wiring = market.scene.wiring
    taken = typed(wiring, "register", "import", "covered-emitters", str(file), *who)
    assert taken.output == "1 rows stand in the register.\n", taken.output
    waiting = market.http.get(
        f"{LIST}/proposed?organisation_id={market.owner}", token=market.authority
    )
    (proposed,) = waiting.json["data"]
    assert market.publish(proposed["id"], token=market.operator).status_code == 201
    assert market.is_owned(ride)
    assert market.owner in typed(wiring, "register", "export", "covered-emitters").output
