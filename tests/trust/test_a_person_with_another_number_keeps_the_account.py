"""Who has another number now keeps the account: two people read the evidence, and it is told."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.commands.migrate import upgrade
from app.factory import create_app
from app.ids import parse, public
from app.rules_in_force import RulesInForce
from app.secrecy.identities import claim_key, identity_digests
from app.store.audit.title import IDENTITIES
from behaviours.identity_change import (
    REASSIGNED,
)
from tests.builders.answers import refusal
from tests.builders.earlier import back_to
from tests.builders.empty_market import market, shut
from tests.builders.identity_changes import NOTICE_S, Scene, a_number, asked_now, scene, signing
from tests.builders.people import Http, Tokens, a_participant, an_organisation
from tests.builders.points import hand_back_boxes

__all__ = ["market", "scene", "shut"]


def test_the_new_number_leads_to_the_account_and_the_replaced_one_still_does(scene):
    new = a_number()
    scene.changed(new)
    assert scene.leads_to(new) == scene.leads_to(scene.number) == scene.person
    assert a_participant(scene.wiring, identity=scene.number) == scene.person
    assert a_participant(scene.wiring, identity=new) == scene.person
    assert scene.broken() == []


def test_a_number_that_somebody_else_has_now_opens_the_account_no_more(scene):
    provider = an_organisation(scene.wiring)
    subject = secrets.token_hex(4)
    a_participant(scene.wiring, provider_id=provider, identity=scene.number, subject=subject)
    [asked] = scene.http.get("/v1/me/requests", token=scene.own).json["data"]
    scene.http.post(f"/v1/me/requests/{asked['id']}/confirm", token=scene.own)
    new = a_number()
    scene.changed(new, reason=REASSIGNED)
    assert scene.leads_to(scene.number) is None
    stranger = a_participant(scene.wiring, identity=scene.number)
    assert stranger != scene.person
    assert scene.leads_to(new) == scene.person
    links = scene.http.get("/v1/me/links", token=scene.own).json["data"]
    assert [each["ended_because"] for each in links] == ["reassigned"]
    assert scene.broken() == []


def test_the_person_is_told_before_anything_happens_and_can_stop_it(scene):
    new = a_number()
    asked = scene.ask(new)
    assert (asked.json["state"], asked.json["awaiting"]) == ("announced", ["authority"])
    [told] = scene.http.get("/v1/me/identity-changes", token=scene.own).json["data"]
    assert told == asked.json
    assert new not in asked.text
    stopped = scene.http.post(
        f"/v1/me/identity-changes/{asked.json['id']}/contest", token=scene.own
    )
    assert (stopped.status_code, stopped.json["state"]) == (200, "objected")
    scene.wiring.clock.advance(NOTICE_S)
    assert refusal(scene.sign(asked.json["id"], new)) == (409, "IDENTITY_CHANGE_ENDED")
    assert (scene.leads_to(new), scene.leads_to(scene.number)) == (None, scene.person)
    assert scene.ask(new).status_code == 202


def test_nobody_signs_before_the_notice_is_over_or_after_it_lapsed(scene):
    new = a_number()
    asked = scene.ask(new).json["id"]
    assert refusal(scene.sign(asked, new)) == (409, "IDENTITY_NOTICE_RUNS")
    assert refusal(scene.ask(a_number())) == (409, "IDENTITY_CHANGE_WAITS")
    late = timedelta(seconds=NOTICE_S) + scene.wiring.programme.signed_for
    scene.wiring.clock.advance(int(late.total_seconds()) + 1)
    answer = scene.sign(asked, new)
    assert refusal(answer) == (409, "IDENTITY_CHANGE_ENDED")
    assert "lapsed" in answer.json["detail"]
    assert scene.leads_to(new) is None
    assert scene.ask(new).status_code == 202


def test_two_people_of_two_roles_have_to_read_the_same(scene):
    new = a_number()
    asked = scene.ask(new).json["id"]
    scene.wiring.clock.advance(NOTICE_S)
    with scene.http.nothing_done():
        again = scene.sign(asked, new, token=scene.operator)
        assert (again.status_code, again.json["awaiting"]) == (202, ["authority"])
        other = scene.tokens("operator")
        assert scene.sign(asked, new, token=other).json["awaiting"] == ["authority"]
    assert refusal(scene.sign(asked, a_number())) == (409, "IDENTITY_EVIDENCE_DIFFERS")
    assert refusal(scene.sign(asked, new, file=bytes(32))) == (409, "IDENTITY_EVIDENCE_DIFFERS")
    assert scene.leads_to(new) is None
    assert scene.sign(asked, new).status_code == 201
    assert refusal(scene.sign(asked, new)) == (409, "IDENTITY_CHANGE_ENDED")


def test_who_asked_by_mistake_withdraws_it(scene):
    asked = scene.ask(a_number()).json["id"]
    withdrawn = scene.http.post(f"{scene.path}/{asked}/withdraw", token=scene.authority)
    assert withdrawn.json["state"] == "withdrawn"
    late = scene.http.post(f"/v1/me/identity-changes/{asked}/contest", token=scene.own)
    assert refusal(late) == (409, "IDENTITY_CHANGE_ENDED")


def test_a_change_of_somebody_else_is_none_of_mine(scene):
    asked = scene.ask(a_number()).json["id"]
    other = scene.tokens("participant")
    answer = scene.http.post(f"/v1/me/identity-changes/{asked}/contest", token=other)
    assert answer.status_code == 404
    assert scene.http.get("/v1/me/identity-changes", token=other).json["data"] == []


def test_what_could_not_be_told_apart_later_is_refused(scene):
    taken = a_number()
    other = a_participant(scene.wiring, identity=taken)
    spelled = taken.replace("-", " \u2013 ")
    assert refusal(scene.ask(taken)) == refusal(scene.ask(spelled)) == (409, "IDENTITY_TAKEN")
    assert refusal(scene.ask(scene.number)) == (409, "IDENTITY_UNCHANGED")
    left = scene.tokens("participant", tenant=other)
    assert scene.http.delete("/v1/me", token=left).status_code == 200
    answer = scene.ask(taken)
    assert refusal(answer) == refusal(scene.ask(spelled)) == (409, "IDENTITY_TAKEN")
    assert "left" in answer.json["detail"]
    gone = Scene(scene.http, scene.tokens, scene.wiring, other, taken)
    assert refusal(gone.ask(a_number())) == (404, "NOT_FOUND")


def test_an_account_that_owes_keeps_the_number_that_owes(scene):
    with scene.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update points_account set debt = 5 where participant_id = %s", (scene.person,)
        )
    answer = scene.ask(a_number())
    assert refusal(answer) == (409, "IDENTITY_OWES")
    assert "5" in answer.json["detail"]


def used_caps(wiring, person):
    with wiring.database.engine.connect() as connection:
        return connection.exec_driver_sql(
            "select sum(granted) from points_cap where participant_id = %s", (person,)
        ).scalar_one()


@pytest.mark.parametrize("comes_back_with", ["the new number", "the former number"])
def test_who_leaves_after_a_change_comes_back_to_the_same_caps(scene, comes_back_with):
    new = a_number()
    hand_back_boxes(scene.wiring, scene.person, 1_000, available_at=scene.wiring.clock.now())
    used = used_caps(scene.wiring, scene.person)
    assert used
    scene.changed(new)
    for _ in range(2):
        # A second time too: nothing is left over of the first that would stand in the way.
        own = scene.tokens("participant", tenant=scene.person)
        assert scene.http.delete("/v1/me", token=own).status_code == 200
        back = new if comes_back_with == "the new number" else scene.number
        scene.person = a_participant(scene.wiring, identity=back)
        assert used_caps(scene.wiring, scene.person) == used


def test_nothing_kept_of_a_change_tells_the_number_of_who_left(scene):
    new = a_number()
    scene.changed(new)
    asked = parse("idc", scene.ask(a_number()).json["id"])
    scene.http.delete("/v1/me", token=scene.own)
    assert scene.leads_to(new) is scene.leads_to(scene.number) is None
    digest, *_ = identity_digests(new, scene.wiring.settings.identity_key)
    with scene.wiring.database.engine.connect() as connection:
        kept = connection.exec_driver_sql(
            "select bound_digest from identity_change where participant_id = %s", (scene.person,)
        ).scalars()
        assert digest not in {bytes(each) for each in kept}
    scene.wiring.clock.advance(NOTICE_S)
    assert scene.sign(public("idc", asked), new).status_code == 404


# The line ``identity_changes`` of the audit, broken by hand.


BY_HAND = {
    "no current one": "update identity set former_since = now() where participant_id = :person",
    "two current ones": "insert into identity values (sha256('another'), :person)",
    "a former one of nothing": "insert into identity values (sha256('another'), :person, now())",
    "no notice": """
        update identity_change set notice_until = now() + interval '99 years'
         where participant_id = :person
    """,
    "one signature": """
        delete from signature where subject_kind = 'identity_change' and role = 'operator'
           and subject_id in (select change_id from identity_change where participant_id = :person)
    """,
}


@pytest.mark.parametrize("by_hand", BY_HAND)
def test_identity_changes_that_nobody_signed_are_seen(scene, by_hand):
    scene.changed(a_number())
    rows = text(f"select offender from ({IDENTITIES.rows}) c (offender, bad) where bad")
    with scene.wiring.database.engine.connect() as connection, connection.begin() as change:
        before = connection.execute(rows).scalars().all()
        connection.exec_driver_sql("set local session_replication_role = replica")
        connection.execute(text(BY_HAND[by_hand]), {"person": scene.person})
        assert len(connection.execute(rows).scalars().all()) > len(before)
        change.rollback()


def test_an_account_of_before_has_its_one_number_and_an_earlier_release_knows_the_current(market):
    number, new = a_number(), a_number()
    person = a_participant(market, identity=number)
    app = create_app(market)
    there = Scene(Http(app), Tokens(app, market), market, person, number)
    there.wiring.database.transact(signing(there, asked_now(there, new), new))
    url = back_to(market, "0033")
    asked = text("select identity_digest from identity where participant_id = :person")
    with market.database.engine.connect() as connection:
        known = connection.execute(asked, {"person": person}).scalars().all()
    digest, *_ = identity_digests(new, market.settings.identity_key)
    assert known == [digest], "the current one, and not the one before"
    market.database.engine.dispose()
    upgrade(url)
    # What a process knew of scenes was numbered by the database of before.
    rules = RulesInForce(market.zone, claim_key(market.settings.identity_key))
    assert a_participant(replace(market, rules=rules), identity=new) == person
    assert there.broken() == []
