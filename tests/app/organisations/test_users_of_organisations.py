"""An organisation has users of its own, whom its administrators invite and end."""

from __future__ import annotations

from tests.builders.answers import refusal
from tests.builders.people import Tokens, an_organisation
from tests.builders.staff import Office, a_name, accept, reason

ME = "/v1/users/me"


class Company:
    """An organisation with an administrator who has come in."""

    def __init__(self, office: Office, live, kind: str = "provider") -> None:
        self.office, self.id = office, an_organisation(live, kind)
        self.path = f"/v1/organisations/org_{self.id.hex}/users"
        invited = self.invite(office.operator, duty="administrator")
        self.boss = accept(office.http, invited["link"]["url"], office.watch)

    def invite(self, token, status=201, **told):
        body = {"username": a_name(), "display_name": "Wang Fang", **told}
        answer = self.office.http.post(self.path, body, token=token)
        assert answer.status_code == status, answer.text
        return answer.json


def test_an_organisation_has_users_of_its_own(office, live, live_app):
    company, other = Company(office, live), Company(office, live, "merchant")
    boss = company.boss.token()
    invited = company.invite(boss)
    assert (invited["role"], invited["duty"], invited["state"]) == ("provider", "member", "invited")
    member = accept(office.http, invited["link"]["url"], office.watch).token()
    assert office.http.get("/v1/provider", token=member).status_code == 200, "in its role"
    listed = office.http.get("/v1/users", token=member).json["data"]
    assert [each["duty"] for each in listed] == ["member", "administrator"]
    assert company.invite(member, 403)["code"] == "NOT_ADMINISTRATOR"
    assert company.invite(other.boss.token(), 404)["code"] == "NOT_FOUND"
    client = Tokens(live_app, live)("provider", tenant=company.id)
    assert company.invite(client, 403)["code"] == "USERS_ONLY"
    assert refusal(office.http.get(ME, token=client)) == (404, "NOT_FOUND")

    path = f"/v1/users/{invited['id']}/end"
    assert refusal(office.http.post(path, reason(), token=other.boss.token())) == (
        404, "NOT_FOUND",
    )  # fmt: skip
    assert office.http.post(path, reason(), token=boss).json["state"] == "ended"
    assert refusal(office.http.get(ME, token=member)) == (401, "TOKEN_REVOKED")
    taken = company.invite(boss, 409, username=invited["username"])
    assert taken["code"] == "USERNAME_TAKEN", "a name is never given to somebody else"


def test_an_administrator_registers_webhooks_and_a_member_does_not(office, live):
    company = Company(office, live, "merchant")
    boss = company.boss.token()
    invited = company.invite(boss)
    member = accept(office.http, invited["link"]["url"], office.watch).token()
    body = {"url": "https://hooks.example.cn/tanpuhui"}
    answer = office.http.post("/v1/webhooks", body, token=member)
    assert refusal(answer) == (403, "NOT_ADMINISTRATOR")
    made = office.http.post("/v1/webhooks", body, token=boss)
    assert made.status_code == 201, made.text
    path = f"/v1/webhooks/{made.json['id']}"
    assert office.http.get(path, token=member).json["url"] == body["url"]
    for refused in (
        office.http.send("DELETE", path, token=member),
        office.http.post(f"{path}/rotate", {"overlap_hours": 1}, token=member),
    ):
        assert refusal(refused) == (403, "NOT_ADMINISTRATOR")


def test_users_of_the_programme_are_no_business_of_an_organisation(office, live):
    boss = Company(office, live).boss.token()
    user_id = office.propose("operator")
    for path in (f"/v1/users/{user_id}", f"/v1/users/{user_id}/sessions"):
        assert refusal(office.http.get(path, token=boss)) == (404, "NOT_FOUND")
    answer = office.http.post(f"/v1/users/{user_id}/invite", token=boss)
    assert refusal(answer) == (404, "NOT_FOUND")
    body = {"username": a_name(), "display_name": "x", "role": "operator"}
    assert refusal(office.http.post("/v1/users", body, token=boss)) == (403, "ROLE_NOT_ALLOWED")
