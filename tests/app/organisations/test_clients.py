"""Clients: made by the organisation itself, rotated with an overlap, revoked at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from app.factory import create_app
from app.ids import public
from app.store.organisations.clients import hold_client
from app.usecases.organisations.authenticate_client import authenticate_client
from app.usecases.organisations.create_client import NewClient, create_client
from behaviours.organisations import InvalidClient
from tests.app.organisations.test_users_of_organisations import Company
from tests.builders.answers import refusal
from tests.builders.held import while_held
from tests.builders.meals import a_meal
from tests.builders.people import Http, Tokens, a_participant
from tests.builders.staff import accept

pytestmark = pytest.mark.usefixtures("one_minute")

ASK = "/v1/auth/token"
SELF = "/v1/provider"
WANTED = {"name": "Rides", "purpose": "Reports rides every night."}


class Firm:
    """A provider whose administrator makes clients, each with a code not shown before."""

    def __init__(self, office, live) -> None:
        self.company = Company(office, live)
        self.http, self.boss = office.http, self.company.boss
        self.token = self.boss.token()
        self.path = f"/v1/organisations/org_{self.company.id.hex}/clients"

    def make(self, **told):
        body = {**WANTED, "code": self.boss.fresh_code(), **told}
        return self.http.post(self.path, body, token=self.token)

    def rotate(self, client, **told):
        body = {"code": self.boss.fresh_code(), **told}
        path = f"{self.path}/{client['client_id']}/rotate"
        return self.http.post(path, body, token=self.token)

    def do(self, client, what, token=None, **options):
        path = f"{self.path}/{client['client_id']}/{what}"
        return self.http.post(path, token=token or self.token, **options)

    def ask(self, client):
        grant = {"grant_type": "client_credentials"}
        return self.http.post(ASK, grant | {n: client[n] for n in ("client_id", "client_secret")})

    def listed(self):
        return self.http.get(self.path, token=self.token).json["data"]


@pytest.fixture
def firm(office, live):
    return Firm(office, live)


def test_an_administrator_makes_a_client_with_a_code_and_sees_the_secret_once(firm, capfd):
    made = firm.make()
    assert made.status_code == 201, made.text
    client = made.json
    assert (client["name"], client["purpose"], client["state"]) == (*WANTED.values(), "active")
    [listed] = [each for each in firm.listed() if each["client_id"] == client["client_id"]]
    assert "client_secret" not in listed
    assert listed["last_used_at"] is None
    token = firm.ask(client).json["access_token"]
    assert firm.http.get(SELF, token=token).status_code == 200
    assert firm.ask({**client, "client_secret": client["client_secret"] + "x"}).status_code == 401
    out, err = capfd.readouterr()
    assert client["client_secret"] not in out + err, "no log has it"


@pytest.mark.parametrize(
    ("code", "answer"), [(None, "SECOND_FACTOR_REQUIRED"), ("000000", "WRONG_CODE")]
)
def test_without_a_right_code_there_is_no_secret(firm, code, answer):
    body = WANTED | ({"code": code} if code else {})
    refused = firm.http.post(firm.path, body, token=firm.token)
    assert refusal(refused) == (400, answer)
    client = firm.make().json
    rotated = firm.http.post(
        f"{firm.path}/{client['client_id']}/rotate",
        {"code": code} if code else {},
        token=firm.token,
    )
    assert refusal(rotated) == (400, answer)


def test_a_code_is_used_up_by_a_secret(firm):
    client, code = firm.make().json, firm.boss.fresh_code()
    assert firm.rotate(client, code=code).status_code == 201
    assert refusal(firm.rotate(client, code=code)) == (400, "WRONG_CODE")


def test_both_secrets_are_good_until_the_overlap_ends_and_tokens_no_longer(firm, live, watch):
    first = firm.make().json
    second = firm.rotate(first).json
    assert second["client_secret"] != first["client_secret"]
    [former] = second["former_secrets"]
    left = datetime.fromisoformat(former["good_until"]) - watch.real_now()
    assert left == live.programme.clients.overlap
    assert firm.ask(first).json["expires_in"] == 7200
    watch.wait(hours=23)
    token = firm.ask(first).json
    assert 0 < token["expires_in"] <= 3600, "as long as the secret, and no longer"
    assert firm.ask(second).json["expires_in"] == 7200
    watch.wait(hours=1)
    assert refusal(firm.ask(first)) == (401, "INVALID_CLIENT")
    assert firm.ask(second).status_code == 200


def test_rotated_twice_all_three_work_and_no_fourth(firm, watch):
    made = [firm.make().json]
    for _ in range(2):
        watch.wait(hours=1)
        made.append(firm.rotate(made[0]).json)
    assert [firm.ask(each).status_code for each in made] == [200] * 3
    refused = firm.rotate(made[0])
    assert refusal(refused) == (409, "SECRETS_STILL_GOOD")
    assert "end-former" in refused.json["detail"]
    # Each ends a day after it was replaced: a rotation prolongs nothing.
    firm.boss.watch.wait(hours=23.5)
    assert [firm.ask(each).status_code for each in made] == [401, 200, 200]


def test_a_former_secret_is_ended_at_once_in_every_process(firm, live, live_app):
    first = firm.make().json
    old = firm.ask(first).json["access_token"]
    second = firm.rotate(first).json
    new = firm.ask(second).json["access_token"]
    elsewhere = Http(create_app(live))
    assert elsewhere.get(SELF, token=old).status_code == 200
    ended = firm.do(first, "end-former")
    assert (ended.status_code, ended.json["former_secrets"]) == (200, [])
    assert refusal(firm.ask(first)) == (401, "INVALID_CLIENT")
    assert refusal(firm.http.get(SELF, token=old)) == (401, "TOKEN_REVOKED")
    # Another process, which has not met the token, asks the database.
    assert refusal(Http(create_app(live)).get(SELF, token=old)) == (401, "TOKEN_REVOKED")
    assert firm.http.get(SELF, token=new).status_code == 200
    assert firm.ask(second).status_code == 200
    assert firm.do(first, "end-former").status_code == 200, "again changes nothing"


def test_a_revoked_client_never_comes_back(firm, office):
    client = firm.make().json
    token = firm.ask(client).json["access_token"]
    tried = firm.http.post(
        f"{firm.path}/{client['client_id']}/revoke?dry_run=true", token=firm.token
    )
    assert tried.json["state"] == "revoked"
    assert firm.http.get(SELF, token=token).status_code == 200, "as if"
    assert firm.do(client, "revoke", office.operator).json["state"] == "revoked"
    assert refusal(firm.http.get(SELF, token=token)) == (401, "TOKEN_REVOKED")
    assert refusal(firm.ask(client)) == (401, "INVALID_CLIENT")
    for again in (firm.rotate(client), firm.do(client, "revoke"), firm.do(client, "end-former")):
        assert refusal(again) == (409, "CLIENT_REVOKED")
    assert firm.http.get(firm.path, token=office.authority).status_code == 200


def test_a_client_of_another_organisation_does_not_exist(firm, office, live, live_app):
    other, client = Firm(office, live), firm.make().json
    for what in ("revoke", "end-former"):
        theirs = f"{firm.path}/{client['client_id']}/{what}"
        crossed = f"{other.path}/{client['client_id']}/{what}"
        for path in (theirs, crossed):
            assert refusal(office.http.post(path, token=other.token)) == (404, "NOT_FOUND")
    assert refusal(other.rotate(client)) == (404, "NOT_FOUND")
    assert refusal(office.http.get(firm.path, token=other.token)) == (404, "NOT_FOUND")
    body = WANTED | {"code": other.boss.fresh_code()}
    assert refusal(office.http.post(firm.path, body, token=other.token)) == (404, "NOT_FOUND")
    own = Tokens(live_app, live)("provider", tenant=firm.company.id)
    assert refusal(firm.do(client, "revoke", own)) == (403, "USERS_ONLY")
    assert refusal(office.http.post(firm.path, WANTED, token=office.operator)) == (
        403, "NOT_ADMINISTRATOR",
    )  # fmt: skip
    invited = firm.company.invite(firm.token)
    member = accept(office.http, invited["link"]["url"], office.watch)
    assert refusal(firm.do(client, "revoke", member.token())) == (403, "NOT_ADMINISTRATOR")
    body = WANTED | {"code": member.fresh_code()}
    assert refusal(office.http.post(firm.path, body, token=member.token())) == (
        403, "NOT_ADMINISTRATOR",
    )  # fmt: skip


def test_an_organisation_has_so_many_clients_and_no_more(firm, live):
    most = live.programme.clients.most
    for _ in range(most - len(firm.listed())):
        assert firm.make().status_code == 201
    assert refusal(firm.make()) == (409, "TOO_MANY_CLIENTS")
    firm.do(firm.listed()[0], "revoke")
    assert firm.make().status_code == 201


def test_the_last_use_is_kept_within_minutes_and_not_more_often(firm, watch):
    client = firm.make().json

    def used():
        [found] = [each for each in firm.listed() if each["client_id"] == client["client_id"]]
        return found["last_used_at"]

    firm.ask(client)
    first = used()
    assert datetime.fromisoformat(first) == watch.real_now()
    watch.wait(minutes=4)
    firm.ask(client)
    assert used() == first
    watch.wait(minutes=1)
    firm.ask(client)
    assert datetime.fromisoformat(used()) == watch.real_now()


def test_whoever_comes_in_while_a_client_is_revoked_waits_and_is_not_let_in(live):
    new = NewClient("provider", "A metro")
    [made] = live.database.transact(create_client, [new], now=live.clock.now())

    def hold(connection):
        hold_client(connection, made.organisation_id, made.client_id)
        connection.exec_driver_sql(
            "update client set disabled_at = now() where client_id = %s", (made.client_id,)
        )

    def come_in():
        try:
            return live.database.transact(
                authenticate_client, made.client_id, made.client_secret, clock=live.clock
            )
        except InvalidClient as refused:
            return refused

    assert isinstance(while_held(live.database, hold, come_in), InvalidClient)


def test_a_batch_that_runs_while_its_client_is_revoked_is_whole_or_not_at_all(firm, live, live_app):
    client = firm.make().json
    token = firm.ask(client).json["access_token"]
    person = a_participant(live, provider_id=firm.company.id)

    def batch(_):
        body = {"actions": [a_meal(public("par", person), live.clock.now()) for _ in range(20)]}
        return Http(live_app).post("/v1/actions/batch", body, token=token)

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(batch, turn) for turn in range(12)]
        revoked = firm.do(client, "revoke")
        answers = [each.result() for each in running]
    assert revoked.status_code == 200
    assert {each.status_code for each in answers} <= {207, 401}
    for each in answers:
        if each.status_code == 207:
            assert {one["status"] for one in each.json["results"]} == {201}
    with live.database.engine.connect() as connection:
        kept = connection.exec_driver_sql(
            "select count(*) from action where provider_id = %s", (firm.company.id,)
        ).scalar_one()
    assert kept == 20 * sum(each.status_code == 207 for each in answers)
    assert refusal(batch(None)) == (401, "TOKEN_REVOKED")


def test_secrets_are_guessed_at_ten_times_a_minute(firm):
    client = firm.make().json
    wrong = {**client, "client_secret": "sk_guess"}
    answers = [firm.ask(wrong) for _ in range(11)]
    assert [each.status_code for each in answers] == [401] * 10 + [429]
