"""Somebody moves to another installation: the record comes along as history, once, and no more."""

from __future__ import annotations

import json
import secrets
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app.commands.verify import verify
from app.ids import parse, public
from app.secrecy.signatures import sign
from app.store.audit.moved import MOVED
from behaviours.actions.declared import DeclaredElsewhere
from behaviours.rules.units import kg
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance, broken_of
from tests.builders.exports import exported, faults, published_schema
from tests.builders.two_installations import GRID, Place, here, there

__all__ = ["here", "there"]


@pytest.fixture
def identity() -> str:
    return f"person-{secrets.token_hex(8)}"


@pytest.fixture
def known(here: Place, there: Place, identity: str):
    """The same person in both, and the other one's exports let in."""
    there.lets_in(here)
    return here.person(identity), there.person(identity)


def counted(place: Place, statement: str, **given: Any) -> int:
    with place.wiring.database.engine.connect() as connection:
        found: int = connection.execute(text(statement), given).scalar_one()
        return found


def test_the_record_is_history_and_what_it_counts_is_not_counted_again(
    here: Place, there: Place, identity: str, known, tmp_path
) -> None:
    at_here, at_there = known
    numbers = [secrets.token_hex(6) for _ in range(3)]
    hour = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=9)
    rides = [
        here.ride(at_here, number, occurred_at=hour + timedelta(hours=at))
        for at, number in enumerate(numbers)
    ]
    saved = kg(sum(each.reduction.saved_mg for each in rides))
    export = here.export_to(there, at_here, identity.upper())
    assert faults(export, published_schema(here.http)) == []
    arrived = there.arrive(at_there, identity, export)
    assert arrived.status_code == 201, arrived.text
    assert (arrived.json["actions"], arrived.json["unmatched"]) == (3, 0)
    assert (arrived.json["origin"], arrived.json["reduction_kg"]) == (here.name, saved)
    me = there.http.get("/v1/me", token=there.own(at_there)).json
    assert me["elsewhere"] == {"actions": 3, "reduction_kg": saved}
    assert (me["actions"], me["reduction_kg"]) == (0, "0.000000")
    assert me["points"]["available"] == me["points"]["pending"] == 0
    listed = there.http.get("/v1/me/elsewhere?limit=2", token=there.own(at_there)).json
    assert [each["place"] for each in listed["data"]] == ["elsewhere"] * 2
    assert listed["has_more"]
    # The same rides again, in another spelling, by whoever reports them; and another one.
    for at, number in enumerate(numbers):
        again = there.ride(at_there, number.upper(), occurred_at=hour + timedelta(hours=at))
        assert isinstance(again, DeclaredElsewhere)
        assert again.facts["reference"] == here.name
    stranger = there.person(f"other-{identity}")
    assert isinstance(there.ride(stranger, numbers[0]), DeclaredElsewhere)
    fresh = there.ride(at_there)
    assert fresh.reduction.saved_mg > 0
    # What goes on from there has it once, as elsewhere; both exports verify without a server.
    onward = exported(there.http, there.own(at_there))
    assert len(onward["rows"]["moved_action"]) == 3
    assert len(onward["rows"]["action"]) == 1
    for place, document in ((here, export), (there, onward)):
        (tmp_path / "export.json").write_text(json.dumps(document))
        (tmp_path / "keys.json").write_text(json.dumps(place.keys))
        given = [str(tmp_path / "export.json"), "--keys", str(tmp_path / "keys.json")]
        checked = CliRunner().invoke(verify, given)
        assert checked.exit_code == 0, checked.output
    mine = here.http.get("/v1/me", token=here.own(at_here)).json
    assert mine["moved_at"] is not None
    assert mine["actions"] == 3
    for place in (here, there):
        assert_books_balance(place.wiring)


def test_who_comes_back_brings_nothing_that_stands_there(
    here: Place, there: Place, identity: str, known
) -> None:
    at_here, at_there = known
    here.lets_in(there)
    here.ride(at_here)
    assert (
        there.arrive(at_there, identity, here.export_to(there, at_here, identity)).json["actions"]
        == 1
    )
    theirs = there.ride(at_there)
    back = here.arrive(at_here, identity, there.export_to(here, at_there, identity))
    assert (back.status_code, back.json["actions"]) == (201, 1)
    [listed] = here.http.get("/v1/me/elsewhere", token=here.own(at_here)).json["data"]
    assert listed["id"] == public("act", theirs.action_id)
    me = here.http.get("/v1/me", token=here.own(at_here)).json
    assert (me["actions"], me["elsewhere"]["actions"]) == (1, 1)
    assert_books_balance(here.wiring)


def test_a_record_is_taken_in_once_however_often_it_comes(
    here: Place, there: Place, identity: str, known
) -> None:
    at_here, at_there = known
    here.ride(at_here)
    export = here.export_to(there, at_here, identity)
    arrive = [lambda: there.arrive(at_there, identity, export)] * 4
    answers = at_once(arrive)
    assert sorted(each.status_code for each in answers) == [200, 200, 200, 201]
    assert len({each.json["id"] for each in answers}) == 1
    here.ride(at_here)
    later = here.export_to(there, at_here, identity)
    assert refusal(there.arrive(at_there, identity, later)) == (409, "RECORD_MOVED_BEFORE")
    assert counted(there, "select count(*) from moved_action") == 1
    assert counted(there, "select count(*) from moved_record") == 1


def test_what_was_recorded_here_as_well_is_declared_elsewhere(
    here: Place, there: Place, identity: str, known
) -> None:
    at_here, at_there = known
    number = secrets.token_hex(6)
    here.ride(at_here, number)
    twice = there.ride(at_there, number)
    arrived = there.arrive(at_there, identity, here.export_to(there, at_here, identity))
    assert arrived.status_code == 201, arrived.text
    asked = "select count(*) from declared_reduction where action_id = :action"
    assert counted(there, asked, action=twice.action_id) == 1
    assert_books_balance(there.wiring)


def test_a_meter_is_blocked_for_the_days_that_were_counted_and_not_for_ever(
    here: Place, there: Place, identity: str, known
) -> None:
    at_here, at_there = known
    begin = datetime.now(UTC).replace(hour=1, minute=0, second=0, microsecond=0)
    meter = {"meter_id": f"{secrets.randbelow(10**12) + 10**12}", "issuer": GRID}

    def generated(place: Place, person, days_ago: int) -> Any:
        at = begin - timedelta(days=days_ago)
        return place.done(
            person,
            behaviour="distributed_pv",
            occurred_at=at,
            ended_at=at + timedelta(hours=5),
            quantities={"generation_kwh": "10"},
            evidence=meter,
        )

    assert generated(here, at_here, 20).reduction.saved_mg > 0
    there.arrive(at_there, identity, here.export_to(there, at_here, identity))
    assert isinstance(generated(there, at_there, 20), DeclaredElsewhere)
    assert generated(there, at_there, 10).reduction.saved_mg > 0


def test_what_was_taken_back_stays_behind(here: Place, there: Place, identity: str, known) -> None:
    at_here, at_there = known
    number = secrets.token_hex(6)
    ride = here.ride(at_here, number)
    at = f"/v1/actions/{public('act', ride.action_id)}/reversals"
    provider = here.tokens("provider", tenant=here.provider)
    body = {"reason_code": "not_done", "reason": "Never happened."}
    taken_back = here.http.post(at, body, token=provider, key=number)
    assert taken_back.status_code == 201, taken_back.text
    arrived = there.arrive(at_there, identity, here.export_to(there, at_here, identity))
    assert arrived.json["actions"] == 0
    assert there.ride(at_there, number).reduction.saved_mg > 0


def test_nobody_takes_in_the_record_of_somebody_else(
    here: Place, there: Place, identity: str, known
) -> None:
    at_here, at_there = known
    other = f"other-{secrets.token_hex(6)}"
    stranger = there.person(other)
    export = here.export_to(there, at_here, identity)
    not_yours = (422, "IDENTITY_NOT_YOURS")
    assert refusal(there.arrive(stranger, identity, export)) == not_yours
    assert refusal(there.arrive(stranger, other, export)) == not_yours
    assert refusal(there.arrive(at_there, other, export)) == not_yours
    # Nor does one take somebody's identity along from here.
    body = {"audience": there.key_id, "identity": other}
    asked = here.http.post("/v1/me/moves", body, token=here.own(at_here))
    assert refusal(asked) == not_yours
    stays = {"audience": here.key_id, "identity": identity}
    asked = here.http.post("/v1/me/moves", stays, token=here.own(at_here))
    assert refusal(asked) == (422, "MOVE_STAYS")
    assert counted(there, "select count(*) from moved_record") == 0


def test_what_is_not_as_it_was_signed_or_not_for_here_is_refused(
    here: Place, there: Place, identity: str, known
) -> None:
    at_here, at_there = known
    here.ride(at_here)
    export = here.export_to(there, at_here, identity)
    key = here.wiring.settings.signing_key
    unsigned = {name: each for name, each in export.items() if name != "signature"}
    move = unsigned["move"]
    bad_rows = deepcopy(unsigned["rows"])
    bad_rows["action"][0]["saved_mg"] = -5
    long_ago = {**move, "asked_at": "2026-01-01T00:00:00Z", "expires_at": "2026-01-08T00:00:00Z"}
    ever = {**long_ago, "expires_at": "2999-01-01T00:00:00Z"}
    cases = {
        "unknown origin": (sign(unsigned, secrets.token_bytes(32)), "EXPORT_NOT_TRUSTED"),
        "unsigned": (unsigned, "EXPORT_NOT_TRUSTED"),
        "changed": ({**export, "exported_at": "2026-01-01T00:00:00Z"}, "EXPORT_NOT_TRUSTED"),
        "stays": (exported(here.http, here.own(at_here)), "EXPORT_UNREADABLE"),
        "version": (sign({**unsigned, "format": "tanpuhui.export/2"}, key), "EXPORT_UNREADABLE"),
        "no rows": (sign({**unsigned, "rows": []}, key), "EXPORT_UNREADABLE"),
        "less than nothing": (sign({**unsigned, "rows": bad_rows}, key), "EXPORT_UNREADABLE"),
        "another place": (
            sign({**unsigned, "move": {**move, "audience": "0" * 16}}, key), "MOVE_NOT_VALID",
        ),
        "over": (sign({**unsigned, "move": long_ago}, key), "MOVE_NOT_VALID"),
        "for ever": (sign({**unsigned, "move": ever}, key), "MOVE_NOT_VALID"),
    }  # fmt: skip
    for name, (document, code) in cases.items():
        assert there.arrive(at_there, identity, document).json["code"] == code, name
    assert counted(there, "select count(*) from moved_record") == 0
    assert counted(there, "select count(*) from declared_elsewhere") == 0


def test_an_export_with_any_character_changed_is_refused(
    here: Place, there: Place, identity: str, known
) -> None:
    at_here, at_there = known
    here.ride(at_here)
    whole = json.dumps(here.export_to(there, at_here, identity))
    token, marks = there.own(at_there), "0123456789abcdefghijklmnopqrstuvwxyz"
    for at in sorted(secrets.SystemRandom().sample(range(len(whole)), 150)):
        other = secrets.choice([each for each in marks if each != whole[at]])
        sent = f'{{"identity": "{identity}", "export": {whole[:at]}{other}{whole[at + 1 :]}}}'
        answer = there.http.post(
            "/v1/me/arrivals", token=token, data=sent, content_type="application/json"
        )
        assert answer.status_code in (400, 422), (at, whole[at - 20 : at + 20], answer.text)
    assert counted(there, "select count(*) from moved_record") == 0


def test_only_what_two_people_let_in_is_taken_for_an_origin(here: Place, there: Place) -> None:
    operator = there.tokens("operator")
    own = {"name": "Ourselves", "keys": there.keys}
    assert refusal(there.http.post("/v1/origins", own, token=operator)) == (
        422,
        "ORIGIN_KEYS_WRONG",
    )
    none = {"name": "Nobody", "keys": {"keys": []}}
    assert refusal(there.http.post("/v1/origins", none, token=operator)) == (
        422,
        "ORIGIN_KEYS_WRONG",
    )
    body, identity = {"name": here.name, "keys": here.keys}, f"person-{secrets.token_hex(6)}"
    proposed = there.http.post("/v1/origins", body, token=operator)
    assert (proposed.status_code, proposed.json["awaiting"]) == (202, ["authority"])
    again = there.http.post("/v1/origins", body, token=operator)
    assert refusal(again) == (409, "ORIGIN_TAKEN")
    at_here, at_there = here.person(identity), there.person(identity)
    export = here.export_to(there, at_here, identity)
    not_yet = there.arrive(at_there, identity, export)
    assert refusal(not_yet) == (422, "EXPORT_NOT_TRUSTED")
    at = f"/v1/origins/{proposed.json['id']}"
    admitted = there.http.post(f"{at}/admit", token=there.tokens("authority"))
    assert (admitted.status_code, admitted.json["state"]) == (201, "trusted")
    ended = there.http.post(f"{at}/end", token=operator)
    assert (ended.status_code, ended.json["state"]) == (200, "ended")
    assert refusal(there.arrive(at_there, identity, export)) == (422, "EXPORT_NOT_TRUSTED")
    [listed] = there.http.get("/v1/origins").json["data"]
    assert (listed["name"], listed["state"]) == (here.name, "ended")
    assert refusal(there.http.post(f"{at}/end", token=operator)) == (409, "ORIGIN_STANDS")


# Of the audit's line `moved_records`.
BREAKS = {
    "an action more": """
        insert into moved_action
        select (jsonb_populate_record(m, jsonb_build_object('action_id', gen_random_uuid()))).*
          from moved_action m limit 1
    """,
    "points": """
        insert into points_transfer (participant_id, transfer_id, kind, debit_account,
                                     credit_account, points, reference_id, posted_at)
        select participant_id, action_id, 'award', 'programme', 'available', 5, action_id, now()
          from moved_action limit 1
    """,
    "nobody took it": "delete from taken_record",
}


@pytest.mark.parametrize("change", BREAKS)
def test_the_audit_sees_when_history_becomes_more_than_that(
    here: Place, there: Place, identity: str, known, change: str
) -> None:
    at_here, at_there = known
    ride = here.ride(at_here)
    arrived = there.arrive(at_there, identity, here.export_to(there, at_here, identity))
    ids = [ride.action_id, parse("rec", arrived.json["id"])]
    assert broken_of(there.wiring, MOVED, ids) == []
    with there.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql("set local session_replication_role = replica")
        connection.exec_driver_sql(BREAKS[change])
    assert broken_of(there.wiring, MOVED, ids) != []
