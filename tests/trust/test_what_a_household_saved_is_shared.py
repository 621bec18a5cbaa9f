"""What is reported of a household is shared by its parts: to the mg, once, with one fate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.ids import parse, public
from app.store.audit.households import HOUSEHOLD_SHARES
from app.store.audit.points import DEBT, OWED
from app.store.audit.recording import CLAIMS, METERS, REVERSALS, TOTALS, WAITS
from app.usecases.people.end_households import end_households
from app.usecases.recording.lapse_holds import lapse_holds
from behaviours.actions.verification import verify_calculation
from behaviours.rules.factors import shipped_factors
from tests.app.recording.conftest import Scene
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.audit import broken_of
from tests.builders.held import while_held
from tests.builders.households import a_household
from tests.builders.installations import an_installation
from tests.builders.people import Tokens, a_participant, agreed_long_ago, an_organisation, leaving
from tests.builders.points import points_of
from tests.builders.redemption import a_code, an_offer, capturing, wanting

LINES = (HOUSEHOLD_SHARES, CLAIMS, METERS, TOTALS, REVERSALS, WAITS)
PARTS = (3_334, 3_333, 3_333)


class House:
    """A person with a plant, and those who live there; ``d`` agreed to nobody's report."""

    def __init__(self, scene: Scene, tokens: Tokens) -> None:
        self.scene, self.wiring, self.tokens = scene, scene.wiring, tokens
        scene.plant()
        self.people = {"a": scene.person}
        for name in "bcd":
            scenes = {} if name in "bc" else {"scenes": ()}
            person = a_participant(scene.wiring, provider_id=scene.provider, **scenes)
            self.people[name] = agreed_long_ago(scene.wiring, person)

    def lives(self, **parts: int) -> None:
        a_household(self.wiring, {self.people[name]: part for name, part in parts.items()})

    def reports(self, kwh: str = "2.501", *, hour: int = 2, **options: Any) -> Any:
        """The plant's hour of yesterday; at 16:00 UTC nothing can be generated, so it is held."""
        yesterday = datetime.now(UTC).date() - timedelta(days=1)
        began = datetime(yesterday.year, yesterday.month, yesterday.day, hour, tzinfo=UTC)
        body = {**self.scene.generation(began), "quantities": {"generation_kwh": kwh}}
        return self.scene.report(body, **options)

    def own(self, name: str) -> str:
        return self.tokens("participant", tenant=self.people[name])

    def actions(self, name: str) -> list[dict[str, Any]]:
        return self.scene.http.get("/v1/me/actions", token=self.own(name)).json["data"]

    def mg(self, name: str) -> int:
        """What the person's account says of them all."""
        account = self.scene.http.get("/v1/me", token=self.own(name)).json
        return int(Decimal(account["reduction_kg"]) * 1_000_000)

    def rows(self, statement: str) -> list[Any]:
        with self.wiring.database.engine.connect() as connection:
            found = connection.execute(text(statement), {"people": list(self.people.values())})
            return list(found.all())

    def take_back(self, action: str, **body: Any) -> Any:
        return self.scene.http.post(
            f"/v1/actions/{action}/reversals",
            {"reason": "The meter was read wrongly.", **body},
            token=self.scene.provider_token,
        )

    def assert_books_hold(self) -> None:
        ids = [*self.people.values(), *self.action_ids()]
        given = {"household_behaviours": ["distributed_pv"]}
        for line in LINES:
            assert broken_of(self.wiring, line, ids, given) == [], line.name

    def action_ids(self) -> list[UUID]:
        return [
            row.action_id
            for row in self.rows(
                "select action_id from action where participant_id = any(:people) union"
                " select action_id from waiting_action where participant_id = any(:people)"
            )
        ]


@pytest.fixture
def house(make_scene: Callable[..., Scene], token_for: Tokens) -> House:
    return House(make_scene(), token_for)


def saved(action: dict[str, Any]) -> int:
    return int(Decimal(action["reduction"]["reduction_kg"]) * 1_000_000)


def whole(action: dict[str, Any]) -> int:
    return int(Decimal(action["household"]["whole_kg"]) * 1_000_000)


def test_everybody_has_their_part_and_the_parts_are_the_whole(house: House) -> None:
    alone = saved(house.reports("2.501", query="?dry_run=true").json)
    house.lives(a=PARTS[0], b=PARTS[1], c=PARTS[2])
    tried = house.reports("2.501", query="?dry_run=true").json
    done = house.reports("2.501")
    assert done.status_code == 201, done.text
    assert (saved(tried), whole(tried)) == (saved(done.json), whole(done.json))
    assert done.json["household"] == {
        "parts": 3_334,
        "of": 10_000,
        "whole_kg": tried["household"]["whole_kg"],
        "unassigned_kg": "0.000000",
        "reported_for": "person",
    }
    assert whole(done.json) == alone
    rows = {name: house.actions(name) for name in "abc"}
    assert sum(saved(each[0]) for each in rows.values()) == alone
    for name, part in zip("abc", PARTS, strict=True):
        [row] = rows[name]
        assert abs(saved(row) - Decimal(alone) * part / 10_000) < 1
        assert house.mg(name) == saved(row)
        assert row["reduction"]["state"] == "pending"
    assert {each[0]["household"]["reported_for"] for each in (rows["b"], rows["c"])} == {
        "household_member"
    }
    house.assert_books_hold()


def test_nothing_of_who_reported_it_and_of_the_meter_is_told_to_the_others(house: House) -> None:
    house.lives(a=5_000, b=5_000)
    done = house.reports().json
    [row] = house.actions("b")
    shown = str(row) + str(house.scene.http.get(f"/v1/actions/{row['id']}", token=house.own("b")))
    path = f"/v1/actions/{row['id']}/calculation"
    calculation = house.scene.http.get(path, token=house.own("b")).json
    export = house.scene.http.get("/v1/me/export", token=house.own("b")).json
    for told in (shown, str(calculation), str(export)):
        assert done["external_id"] not in told
        assert f"M-{house.people['a'].hex}" not in told
        assert done["id"].removeprefix("act_") not in told.replace("-", "")
    assert row["external_id"] == row["id"]
    stranger = house.scene.http.get(f"/v1/actions/{done['id']}", token=house.own("b"))
    assert stranger.status_code == 404


def test_each_row_is_computed_again_and_its_export_is_verified(house: House) -> None:
    house.lives(a=PARTS[0], b=PARTS[1], c=PARTS[2])
    house.reports("7.777")
    for name in "abc":
        [row] = house.actions(name)
        path = f"/v1/actions/{row['id']}/calculation"
        calculation = house.scene.http.get(path, token=house.own(name)).json
        assert calculation["agrees"] is True
        assert calculation["share"]["saved_mg"] == calculation["saved_mg"]
        assert verify_calculation(calculation, shipped_factors(), unsigned=True).problems == ()
        wrong = {**calculation["record"]["inputs"]["share"], "at": (calculation["share"]["at"] + 1)}
        inputs = {**calculation["record"]["inputs"], "share": wrong}
        forged = {**calculation, "record": {**calculation["record"], "inputs": inputs}}
        assert verify_calculation(forged, shipped_factors(), unsigned=True).problems


def test_the_part_of_who_did_not_agree_or_is_gone_is_nobodys_and_that_is_said(
    house: House,
) -> None:
    house.lives(a=4_000, b=1_001, c=2_499, d=2_500)
    house.wiring.database.transact(leaving(house.wiring, house.people["c"]))
    done = house.reports("9.999").json
    unassigned = int(Decimal(done["household"]["unassigned_kg"]) * 1_000_000)
    assert unassigned + house.mg("a") + house.mg("b") == whole(done)
    assert abs(unassigned - Decimal(whole(done)) * 4_999 / 10_000) < 2
    assert house.actions("d") == []
    kept = house.rows(
        "select participant_id, action_id, saved_mg from household_share"
        " where participant_id = any(:people)"
    )
    assert {each.participant_id for each in kept if each.action_id is None} == {
        house.people["c"],
        house.people["d"],
    }
    assert sum(each.saved_mg for each in kept if each.action_id is None) == unassigned
    house.assert_books_hold()


def test_before_and_without_a_household_it_is_one_persons(house: House) -> None:
    house.lives(b=5_000, c=5_000)
    done = house.reports().json
    assert "household" not in done
    assert house.actions("b") == []
    house.assert_books_hold()


def test_who_only_named_somebody_has_no_part(house: House) -> None:
    members = [{"participant_id": public("par", house.people[who]), "parts": 5_000} for who in "ba"]
    asked = house.scene.http.post(
        "/v1/me/households",
        {"text_version": "1", "members": members},
        token=house.own("b"),
        key="k",
    )
    assert asked.status_code == 202, asked.text
    assert "household" not in house.reports().json
    assert house.actions("b") == []


def test_taken_back_by_any_part_all_go_and_what_was_spent_is_owed(house: House) -> None:
    house.lives(a=2_000, b=8_000)
    done = house.reports("80").json
    [row] = house.actions("b")
    points = row["points"]["awarded"]
    assert points > 10
    later = house.wiring.clock.now() + timedelta(days=30)
    code = a_code(house.wiring, house.people["b"], now=later)
    offer = an_offer(house.wiring, points=10, closes_at=later + timedelta(days=1))
    capturing(house.wiring, wanting(offer, code), now=later)
    assert refusal(house.reports("80"))[1] == "OVERLAPPING_METER_INTERVAL"
    gone = house.take_back(row["id"])
    assert gone.status_code == 201, gone.text
    assert {house.actions(name)[0]["state"] for name in "ab"} == {"reversed"}
    assert (house.mg("a"), house.mg("b")) == (0, 0)
    assert points_of(house.wiring, house.people["b"])["debt"] == 10
    assert refusal(house.take_back(done["id"])) == (409, "ALREADY_REVERSED")
    ids = list(house.people.values())
    for line in (OWED, DEBT):
        assert broken_of(house.wiring, line, ids) == []
    house.assert_books_hold()
    assert house.reports("80").status_code == 201, "the meter's hour is free again"


@pytest.mark.parametrize(("outcome", "state"), [("confirm", "quantified"), ("refuse", None)])
def test_what_is_held_is_held_and_looked_at_whole(
    house: House, outcome: str, state: str | None
) -> None:
    house.lives(a=2_000, b=8_000)
    held = house.reports("80", hour=16).json
    assert held["state"] == "held"
    assert {house.actions(name)[0]["state"] for name in "ab"} == {"held"}
    assert house.mg("b") == 0
    house.assert_books_hold()
    body = {"outcome": outcome, "reason": "Somebody looked.", "reason_code": "figures_wrong"}
    [row] = house.actions("b")
    operator = house.tokens("operator")
    done = house.scene.http.post(f"/v1/actions/{row['id']}/confirm", body, token=operator)
    assert done.status_code == 200, done.text
    assert {house.actions(name)[0]["state"] for name in "ab"} == {state or "refused_after_hold"}
    if state:
        assert house.mg("a") + house.mg("b") == whole(held)
        assert done.json["points"]["awarded"] == row["points"]["if_confirmed"] > 0
    assert (house.reports("80", hour=16).status_code == 201) is (state is None)
    house.assert_books_hold()


def test_of_two_who_decide_by_different_parts_at_once_one_decides_all(house: House) -> None:
    house.lives(a=2_000, b=8_000)
    house.reports("80", hour=16)
    operators = [house.tokens("operator") for _ in "ab"]
    body = {"reason": "Somebody looked.", "reason_code": "figures_wrong"}
    paths = [f"/v1/actions/{house.actions(name)[0]['id']}/confirm" for name in "ab"]

    def decide(at: int, outcome: str) -> Any:
        sent = {**body, "outcome": outcome}
        return house.scene.http.post(paths[at], sent, token=operators[at])

    answers = at_once([lambda: decide(0, "confirm"), lambda: decide(1, "refuse")])
    assert sorted(each.status_code for each in answers) == [200, 409]
    assert len({house.actions(name)[0]["state"] for name in "ab"}) == 1
    house.assert_books_hold()


def queued(house: House, token: str, asked: str = "") -> list[dict[str, Any]]:
    """What stands in the queue of these people, page by page of one."""
    found, cursor = [], ""
    while True:
        path = f"/v1/holds?limit=1&behaviour=distributed_pv{asked}{cursor}"
        page = house.scene.http.get(path, token=token).json
        people = {public("par", each) for each in house.people.values()}
        found += [each for each in page["data"] if each["participant_id"] in people]
        if not page["has_more"]:
            return found
        cursor = f"&cursor={page['next_cursor']}"


@pytest.mark.parametrize("outcome", ["confirm", "refuse"])
def test_a_whole_stands_in_the_queue_once_and_one_decision_settles_it(
    house: House, outcome: str
) -> None:
    # ``d`` agreed to no report: that part is nobody's.
    house.lives(a=2_000, b=5_000, c=2_000, d=1_000)
    held = house.reports("80", hour=16).json
    operator = house.tokens("operator")
    [row] = queued(house, operator)
    assert (row["id"], saved(row)) == (held["id"], saved(held))
    parts = row["shared"]
    own = {name: house.actions(name)[0] for name in "abc"}
    assert parts[0]["action_id"] == held["id"], "its reporter's first"
    assert {each["action_id"] for each in parts} == {each["id"] for each in own.values()} | {None}
    assert {each["participant_id"]: each["parts"] for each in parts} == {
        public("par", house.people[name]): share
        for name, share in {"a": 2_000, "b": 5_000, "c": 2_000, "d": 1_000}.items()
    }
    assert [each["nobodys"] for each in parts].count(True) == 1
    mg = [int(Decimal(each["reduction_kg"]) * 1_000_000) for each in parts]
    assert sum(mg) == whole(held)
    # What anybody says is read with the whole, and finds it.
    assert queued(house, operator, "&contested=true") == []
    words = {"text": "The lamp shone on the panel."}
    path = f"/v1/me/actions/{own['b']['id']}/contest"
    said = house.scene.http.post(path, words, token=house.own("b"))
    assert said.status_code == 201, said.text
    [contested] = queued(house, operator, "&contested=true")
    assert contested["id"] == held["id"]
    by_part = {each["action_id"]: each["contest"] for each in contested["shared"]}
    assert by_part[own["b"]["id"]]["text"] == words["text"]
    assert queued(house, operator, "&contested=false") == []
    taken = house.scene.http.post(f"/v1/holds/{held['id']}/take", token=operator).json
    assert len(taken["shared"]) == 4
    assert [each["id"] for each in queued(house, operator, "&owned=true")] == [held["id"]]
    assert queued(house, operator, "&owned=false") == []
    body = {"outcome": outcome, "reason": "Somebody looked.", "reason_code": "figures_wrong"}
    done = house.scene.http.post(f"/v1/actions/{held['id']}/confirm", body, token=operator)
    assert done.status_code == 200, done.text
    assert queued(house, operator) == []
    ended = {"confirm": "quantified", "refuse": "refused_after_hold"}[outcome]
    assert {house.actions(name)[0]["state"] for name in "abc"} == {ended}
    house.assert_books_hold()


def test_its_provider_sees_a_whole_once_and_others_nothing(house: House) -> None:
    house.lives(a=2_000, b=8_000)
    held = house.reports("80", hour=16).json
    [row] = queued(house, house.scene.provider_token)
    assert row["id"] == held["id"]
    assert {each["participant_id"] for each in row["shared"]} == {
        public("par", house.people[name]) for name in "ab"
    }
    other = an_organisation(house.wiring)
    assert queued(house, house.tokens("provider", tenant=other)) == []
    alone = house.reports("80", hour=17)
    assert alone.status_code == 201, alone.text
    assert len(queued(house, house.scene.provider_token)) == 2


def test_what_waits_lapses_and_leaves_whole(house: House) -> None:
    house.lives(a=2_000, b=8_000)
    house.reports("80", hour=16)
    house.wiring.database.transact(leaving(house.wiring, house.people["b"]))
    [left] = house.actions("a")
    assert left["state"] == "lapsed"
    house.assert_books_hold()
    house.reports("80", hour=17)
    with house.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update action_hold set lapses_at = began_at where participant_id = %s",
            (house.people["a"],),
        )
    while house.wiring.database.transact(lapse_holds, clock=house.wiring.clock):
        pass
    assert house.actions("a")[0]["state"] == "lapsed"
    house.assert_books_hold()


def test_a_report_waits_for_who_is_just_leaving_the_household(house: House) -> None:
    house.lives(a=5_000, b=5_000)

    def leave(connection: Any) -> None:
        connection.execute(
            text("select from points_account where participant_id = :b for no key update"),
            {"b": house.people["b"]},
        )
        end_households(
            connection,
            [house.people["b"]],
            zone=house.wiring.zone,
            now=house.wiring.clock.now(),
        )

    done = while_held(house.wiring.database, leave, house.reports)
    # Of yesterday the parts stay what they were.
    assert done.json["household"]["parts"] == 5_000
    assert house.mg("a") + house.mg("b") == whole(done.json)
    house.assert_books_hold()


def test_an_account_that_is_just_closed_has_no_part(house: House) -> None:
    house.lives(a=5_000, b=5_000)
    done = while_held(
        house.wiring.database, leaving(house.wiring, house.people["b"]), house.reports
    )
    assert done.status_code == 201, done.text
    assert Decimal(done.json["household"]["unassigned_kg"]) > 0
    assert house.mg("a") < whole(done.json)
    house.assert_books_hold()


def test_of_two_who_report_the_same_hour_at_once_one_is_recorded(house: House) -> None:
    house.lives(a=5_000, b=5_000)
    scene, number = house.scene, f"M-{house.people['a'].hex}"
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    began = datetime(yesterday.year, yesterday.month, yesterday.day, 2, tzinfo=UTC)
    bodies = [scene.generation(began) for _ in range(4)]
    for at, body in enumerate(bodies):
        body["participant_id"] = public("par", house.people["ab"[at % 2]])
        body["evidence"] = {"meter_id": number}
    tokens = scene.provider_token
    answers = at_once([lambda body=body: scene.report(body, token=tokens) for body in bodies])
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
    assert len(house.actions("a")) == len(house.actions("b")) == 1
    house.assert_books_hold()


def test_a_correction_takes_the_whole_back_and_shares_the_new_one(house: House) -> None:
    house.lives(a=3_000, b=7_000)
    first = house.reports("10").json
    body = {
        **house.scene.generation(datetime.fromisoformat(first["occurred_at"])),
        "quantities": {"generation_kwh": "4"},
        "supersedes": first["id"],
    }
    again = house.scene.report(body)
    assert again.status_code == 201, again.text
    assert house.mg("a") + house.mg("b") == whole(again.json) < whole(first)
    assert sorted(each["state"] for each in house.actions("b")) == ["quantified", "reversed"]
    house.assert_books_hold()


def test_several_of_a_list_are_each_shared(house: House) -> None:
    house.lives(a=5_001, b=4_999)
    an_installation(
        house.wiring, house.people["b"], house.scene.provider, number=f"N-{house.people['b'].hex}"
    )
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    began = datetime(yesterday.year, yesterday.month, yesterday.day, 2, tzinfo=UTC)
    other = house.scene.generation(began)
    other["participant_id"] = public("par", house.people["b"])
    other["evidence"] = {"meter_id": f"N-{house.people['b'].hex}"}
    sent = [house.scene.generation(began), other, house.scene.body()]
    results = house.scene.batch(*sent).json["results"]
    assert [each["status"] for each in results] == [201, 201, 201]
    shared = [each["action"] for each in results[:2]]
    assert "household" not in results[2]["action"]
    rows = [*house.actions("a"), *house.actions("b")]
    parts = [each for each in rows if "household" in each]
    assert len(parts) == 4
    assert sum(saved(each) for each in parts) == sum(whole(each) for each in shared)
    house.assert_books_hold()


@pytest.mark.parametrize(
    "change",
    [
        "update household_share set saved_mg = saved_mg + 1 where action_id = :action",
        "update household_share set action_id = null where action_id = :action",
        "update household_share set parts = parts + 1 where action_id = :action",
        "update action set saved_mg = saved_mg + 1 where action_id = :action",
        "delete from household_share where action_id = :action",
        """
        insert into reversal (participant_id, action_id, reason, reversed_by, reversed_at, saved_mg,
            points_taken, points_owed)
        select participant_id, action_id, '', '', now(), saved_mg, 0, 0
            from action where action_id = :action
        """,
    ],
)
def test_the_audit_sees_parts_that_are_not_the_whole(house: House, change: str) -> None:
    house.lives(a=PARTS[0], b=PARTS[1], c=PARTS[2])
    whole_id = parse("act", house.reports().json["id"])
    [row] = house.actions("b")
    house.assert_books_hold()
    asked = text(
        f"select distinct offender from ({HOUSEHOLD_SHARES.rows}) c (offender, bad)"
        " where bad is not false and offender = any(:ids)"
    )
    with house.wiring.database.engine.connect() as connection, connection.begin() as attempt:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text(change), {"action": parse("act", row["id"])})
        given = {
            "ids": [public("act", whole_id), row["id"]],
            "household_behaviours": ["distributed_pv"],
        }
        found = connection.execute(asked, given).scalars().all()
        attempt.rollback()
    assert HOUSEHOLD_SHARES.name == "household_shares"
    assert found


def test_only_its_provider_takes_it_back(house: House) -> None:
    house.lives(a=5_000, b=5_000)
    house.reports()
    [row] = house.actions("b")
    other = house.tokens("provider", tenant=an_organisation(house.wiring))
    path = f"/v1/actions/{row['id']}/reversals"
    assert house.scene.http.post(path, {"reason": "x"}, token=other).status_code == 404
    assert house.actions("a")[0]["state"] == "quantified"


def test_what_rests_on_a_part_is_told_of_the_whole(house: House) -> None:
    """Whoever takes one part back takes all of them back, so all of them are affected."""
    house.lives(a=1, b=2)
    reported = house.reports().json
    path = f"/v1/affected-units?action_id={reported['id']}"
    found = house.scene.http.get(path, token=house.tokens("operator")).json
    parts = {one["id"] for name in "ab" for one in house.actions(name)}
    assert {each["action_id"] for each in found["reductions"]} == parts
    assert len(parts) == 2
    (first, *_) = house.actions("a")
    assert int(Decimal(found["free_kg"]) * 1_000_000) == whole(first)
