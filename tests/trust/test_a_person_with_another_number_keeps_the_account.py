"""Who has another number now keeps the account: two people read the evidence, and it is told."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import alembic.command
import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.clock import Clock
from app.commands.migrate import alembic_configuration, upgrade
from app.factory import create_app
from app.ids import parse, public
from app.secrecy.identities import identity_digests
from app.store.audit.title import IDENTITIES
from app.store.people.identities import people_of
from app.tokens import LONGEST_LIFETIME
from app.usecases.people.ask_identity_change import NewIdentity, ask_identity_change
from app.usecases.people.close_account import close_account
from app.usecases.people.enrol import Enrolment, enrol
from app.usecases.people.sign_identity_change import sign_identity_change
from app.wiring import Wiring
from behaviours.identity_change import (
    REASSIGNED,
    REPLACED,
    IdentityChangeEnded,
    IdentityChangeWaits,
    IdentityTaken,
)
from behaviours.people import UnknownOfPerson
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer
from tests.builders.at_once import at_once
from tests.builders.audit import broken_of
from tests.builders.empty_market import market, shut
from tests.builders.held import while_held
from tests.builders.parallel import accepted, refused
from tests.builders.people import Http, Tokens, a_participant, a_user, an_organisation
from tests.builders.points import hand_back_boxes

__all__ = ["market", "shut"]

FILE = hashlib.sha256(b"a scan of the new card").digest()
NOTICE_S = 7 * 86_400


def a_number() -> str:
    return f"number-{secrets.token_hex(9)}"


@dataclass
class Scene:
    """A person with a number, and two people of the programme."""

    http: Http
    tokens: Tokens
    wiring: Wiring
    person: UUID
    number: str

    def __post_init__(self) -> None:
        self.operator, self.authority = self.tokens("operator"), self.tokens("authority")
        self.own = self.tokens("participant", tenant=self.person)

    @property
    def path(self) -> str:
        return f"/v1/participants/{public('par', self.person)}/identity-changes"

    def ask(self, number: str, *, reason: str = REPLACED, token: str | None = None) -> Any:
        return self.http.post(
            self.path,
            {"identity": number, "evidence_sha256": FILE.hex(), "reason": reason, "note": "seen"},
            token=token or self.operator,
        )

    def sign(
        self, change: str, number: str, *, token: str | None = None, file: bytes = FILE
    ) -> Any:
        return self.http.post(
            f"{self.path}/{change}/sign",
            {"identity": number, "evidence_sha256": file.hex()},
            token=token or self.authority,
        )

    def changed(self, number: str, *, reason: str = REPLACED) -> TestResponse:
        asked = self.ask(number, reason=reason)
        assert asked.status_code == 202, asked.text
        self.wiring.clock.advance(NOTICE_S)
        done: TestResponse = self.sign(asked.json["id"], number)
        assert done.status_code == 201, done.text
        return done

    def leads_to(self, number: str) -> UUID | None:
        digest, *_ = identity_digests(number, self.wiring.settings.identity_key)
        return self.wiring.database.transact(people_of, [digest]).get(digest)

    def broken(self) -> list[str]:
        asked = text("select change_id from identity_change where participant_id = :person")
        with self.wiring.database.engine.connect() as connection:
            changes = connection.execute(asked, {"person": self.person}).scalars().all()
        return broken_of(self.wiring, IDENTITIES, [self.person, *changes])


@pytest.fixture(scope="module")
def moving(wiring, tmp_path_factory):
    """An application around a clock that these tests alone move."""
    moved = replace(wiring, clock=Clock(tmp_path_factory.mktemp("moving") / "clock"))
    return create_app(moved), moved


@pytest.fixture
def scene(moving) -> Scene:
    app, moved = moving
    number = a_number()
    person = a_participant(moved, identity=number)
    return Scene(Http(app), Tokens(app, moved), moved, person, number)


def refusal(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


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
    new = a_number()
    scene.changed(new, reason=REASSIGNED)
    assert scene.leads_to(scene.number) is None
    stranger = a_participant(scene.wiring, identity=scene.number)
    assert stranger != scene.person
    assert scene.leads_to(new) == scene.person
    links = scene.http.get("/v1/me/links", token=scene.own).json["data"]
    assert all(each["unlinked_at"] for each in links)
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
    assert scene.http.delete("/v1/me", token=left).status_code == 204
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
        assert scene.http.delete("/v1/me", token=own).status_code == 204
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


# Races, each on connections of their own.


def asking(scene: Scene, number: str, reason: str = REPLACED):
    return lambda connection: ask_identity_change(
        connection,
        scene.person,
        NewIdentity(number, FILE, reason, "seen"),
        viewer=Viewer("operator", None, a_user(scene.wiring, "operator")),
        identity_key=scene.wiring.settings.identity_key,
        notice=timedelta(0),
        signed_for=scene.wiring.programme.signed_for,
        clock=scene.wiring.clock,
    )


def signing(scene: Scene, change_id: UUID, number: str):
    authority = Viewer("authority", None, a_user(scene.wiring, "authority"))
    return lambda connection: sign_identity_change(
        connection,
        scene.person,
        change_id,
        identity=number,
        evidence_sha256=FILE,
        viewer=authority,
        identity_key=scene.wiring.settings.identity_key,
        signed_for=scene.wiring.programme.signed_for,
        access_lifetime=LONGEST_LIFETIME,
        clock=scene.wiring.clock,
    )


def asked_now(scene: Scene, number: str, reason: str = REPLACED) -> UUID:
    change = scene.wiring.database.transact(asking(scene, number, reason))
    return change.asked.change_id


def enrolling(scene: Scene, number: str):
    provider = an_organisation(scene.wiring)
    return lambda connection: (
        enrol(
            connection,
            [Enrolment(number, "CN-33")],
            organisation_id=provider,
            identity_key=scene.wiring.settings.identity_key,
            scenes=scene.wiring.scenes,
            clock=scene.wiring.clock,
        )[0].participant_id
    )


def leaving(scene: Scene):
    return lambda connection: close_account(
        connection,
        [scene.person],
        access_lifetime=LONGEST_LIFETIME,
        clock=scene.wiring.clock,
        rulebook=scene.wiring.rulebook,
    )


def racing(scene: Scene, works: list[Any]) -> list[Any]:
    return at_once([partial(scene.wiring.database.transact, each) for each in works])


def test_of_two_changes_of_one_person_one_waits(scene):
    answers = racing(scene, [asking(scene, a_number()) for _ in range(4)])
    assert len(accepted(answers)) == 1
    assert len(refused(answers, IdentityChangeWaits)) == 3


def test_of_two_last_signatures_one_carries_it_out(scene):
    new = a_number()
    change = asked_now(scene, new)
    answers = racing(scene, [signing(scene, change, new) for _ in range(4)])
    assert len(accepted(answers)) == 1
    assert len(refused(answers, IdentityChangeEnded)) == 3
    assert scene.leads_to(new) == scene.person
    assert scene.broken() == []


def test_one_number_for_two_accounts_goes_to_one(scene):
    new = a_number()
    number = a_number()
    other = Scene(
        scene.http,
        scene.tokens,
        scene.wiring,
        a_participant(scene.wiring, identity=number),
        number,
    )
    works = [signing(each, asked_now(each, new), new) for each in (scene, other)]
    answers = racing(scene, works)
    assert len(accepted(answers)) == len(refused(answers, IdentityTaken)) == 1
    assert scene.leads_to(new) in {scene.person, other.person}
    assert scene.broken() == other.broken() == []


@pytest.mark.parametrize("first", ["enrolment", "change"])
def test_a_change_beside_the_enrolment_of_the_new_number(scene, first):
    new = a_number()
    works = [enrolling(scene, new), signing(scene, asked_now(scene, new), new)]
    if first == "change":
        works.reverse()
    held, waiting = works
    kept = []
    result = while_held(
        scene.wiring.database,
        lambda connection: kept.append(held(connection)),
        lambda: answered(scene, waiting),
    )
    if first == "change":
        assert result == scene.person
    else:
        assert isinstance(result, IdentityTaken)
        assert scene.leads_to(new) == kept[0] != scene.person
    assert scene.broken() == []


def answered(scene: Scene, work: Any) -> Any:
    try:
        return scene.wiring.database.transact(work)
    except Refusal as refusal:
        return refusal


def test_who_enrols_with_the_former_number_while_it_is_given_away_is_somebody_new(scene):
    new = a_number()
    change = asked_now(scene, new, REASSIGNED)
    stranger = while_held(
        scene.wiring.database,
        signing(scene, change, new),
        partial(answered, scene, enrolling(scene, scene.number)),
    )
    assert isinstance(stranger, UUID)
    assert stranger != scene.person
    assert scene.leads_to(scene.number) == stranger


@pytest.mark.parametrize("first", ["leaving", "change"])
def test_a_change_beside_leaving(scene, first):
    new = a_number()
    works = [leaving(scene), signing(scene, asked_now(scene, new), new)]
    if first == "change":
        works.reverse()
    held, waiting = works
    result = while_held(scene.wiring.database, held, partial(answered, scene, waiting))
    if first == "leaving":
        assert isinstance(result, UnknownOfPerson)
    assert scene.leads_to(new) is scene.leads_to(scene.number) is None
    assert scene.broken() == []


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
    url = market.settings.database_url
    assert url is not None
    number, new = a_number(), a_number()
    person = a_participant(market, identity=number)
    app = create_app(market)
    there = Scene(Http(app), Tokens(app, market), market, person, number)
    there.wiring.database.transact(signing(there, asked_now(there, new), new))
    market.database.engine.dispose()
    alembic.command.downgrade(alembic_configuration(url), "0033")
    assert (there.leads_to(new), there.leads_to(number)) == (person, None)
    market.database.engine.dispose()
    upgrade(url)
    assert a_participant(market, identity=new) == person
    assert there.broken() == []
