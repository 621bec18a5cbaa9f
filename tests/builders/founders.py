"""Who opens a programme in live mode, and the steps by which its first provider acts; over HTTP."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pyotp

from behaviours.paper_kinds import DOCUMENT_KINDS
from tests.builders.applications import CONTRACT, a_statement, as_paper
from tests.builders.civil import yesterday_morning

LINK = re.compile(r"https://tanpuhui\.example\.cn(/v1/one-time-links/otl_[\w-]+)")
STEP = timedelta(seconds=30)


@dataclass
class Person:
    """Somebody with a password and a phone; whose second code is the one that it shows next, which
    is good already: nobody waits half a minute."""

    web: httpx.Client
    username: str
    password: str
    phone: pyotp.TOTP
    shown: int = field(default=-1)
    recovery_codes: list[str] = field(default_factory=list)

    def code(self) -> str:
        self.shown += 1
        return self.phone.at(datetime.now(UTC) + self.shown * STEP)

    def log_in(self, code: str | None = None) -> None:
        grant = {
            "grant_type": "password",
            "username": self.username,
            "password": self.password,
            "one_time_code": code or self.code(),
        }
        answer = self.web.post("/v1/auth/token", data=grant)
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["access_token"]

    def ask(self, method: str, path: str, body: Any = None, *, expected: int) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.web.request(method, path, json=body, headers=headers)
        assert answer.status_code == expected, (method, path, answer.text)
        return answer.json()

    def post(self, path: str, body: Any = None, *, expected: int = 201) -> Any:
        return self.ask("POST", path, body, expected=expected)


def come_in(web: httpx.Client, url: str) -> Person:
    """As somebody does who was handed a link: open it, scan, choose a password, log in."""
    told = web.get(url).json()
    phone = pyotp.parse_uri(told["authenticator"]["otpauth_uri"])
    person = Person(web, told["username"], secrets.token_urlsafe(12), phone)
    answer = web.post(url, json={"password": person.password, "code": person.code()})
    assert answer.status_code == 200, answer.text
    person.recovery_codes = answer.json()["recovery_codes"]
    person.log_in()
    return person


def links_of(printed: str) -> list[str]:
    return LINK.findall(printed)


def text_is_published(operator: Person, authority: Person, kind: str = "consent") -> None:
    words = {"zh-CN": "同意上报我的低碳行为。", "en": "My low-carbon actions may be reported."}
    body = {"kind": kind, "version": "2026-01", "in_force_from": "2026-01-01", "bodies": words}
    operator.post("/v1/texts", body, expected=202)
    operator.post(f"/v1/texts/{kind}/2026-01/publish", expected=202)
    authority.post(f"/v1/texts/{kind}/2026-01/publish")


def provider_is_admitted(
    web: httpx.Client, operator: Person, second: Person, authority: Person
) -> tuple[str, Person]:
    body = {"kind": "provider", "name": "市民出行 Citizen Travel"}
    applied = operator.post("/v1/organisations", body, expected=202)
    assert applied["awaiting"] == ["authority", "operator"]
    path = f"/v1/organisations/{applied['id']}/admit"
    lacking = authority.post(path, expected=409)["details"]["lacking"]
    assert lacking == ["statement", *DOCUMENT_KINDS]
    administrator = administrator_comes_in(web, operator, applied["id"])
    provider_is_assessed(administrator, second, f"/v1/organisations/{applied['id']}")
    assert second.post(path, expected=409)["code"] == "ASSESSOR_ADMITS"
    for _ in range(2):
        assert operator.post(path, expected=202)["awaiting"] == ["authority"], "one role is not two"
    known = operator.ask("GET", "/v1/organisations", expected=200)["data"]
    assert known == [], "before it is admitted nothing knows of it"
    assert authority.post(path)["state"] == "accepted"
    assert authority.post(path, expected=409)["code"] == "APPLICATION_DECIDED"
    declined = operator.post("/v1/organisations", body | {"name": "Nobody"}, expected=202)
    why = {"reason": "No contract was signed."}
    second.post(f"/v1/organisations/{declined['id']}/decline", why, expected=200)
    authority.post(f"/v1/organisations/{declined['id']}/admit", expected=409)
    # Admitted since; a code of the phone that is to come would be too early.
    administrator.log_in(administrator.recovery_codes[1])
    return applied["id"], administrator


def provider_is_assessed(administrator: Person, second: Person, path: str) -> None:
    """Its administrator states and hands in, an operator reads it."""
    administrator.post(f"{path}/statement", a_statement(), expected=200)
    for kind in DOCUMENT_KINDS:
        handed_in = administrator.post(f"{path}/documents", as_paper(kind), expected=200)
    judged = [{"document_id": each["id"], "accepted": True} for each in handed_in["documents"]]
    found = {"documents": judged, "contract": CONTRACT, "finding": "All in order."}
    own = administrator.post(f"{path}/assess", found, expected=403)
    assert own["code"] == "ROLE_NOT_ALLOWED", "nobody assesses themselves"
    assert second.post(f"{path}/assess", found, expected=200)["lacking"] == []


def scenes_are_published(
    operator: Person,
    second: Person,
    authority: Person,
    organisation: str,
    *,
    category: str = "travel",
    behaviour: str = "metro_ride",
) -> None:
    """In the programme, and to the provider; who assessed signs neither."""
    told = {"description": "What its machines counted.", "data_security": "Numbers only."}
    since = {"in_force_from": "2026-01-01"}
    for scene in (
        {"scene": category, **told},
        {"scene": behaviour, "provider_id": organisation, **told},
    ):
        path = f"/v1/scenes/{operator.post('/v1/scenes', scene)['id']}"
        operator.post(f"{path}/assess", {"findings": "The numbers match."}, expected=200)
        operator.post(f"{path}/publish", since, expected=409)
        second.post(f"{path}/publish", since, expected=202)
        assert authority.post(f"{path}/publish", since, expected=200)["state"] == "published"


def administrator_comes_in(web: httpx.Client, operator: Person, organisation: str) -> Person:
    body = {"username": "chen.jie", "display_name": "陈洁", "duty": "administrator"}
    invited = operator.post(f"/v1/organisations/{organisation}/users", body)
    return come_in(web, invited["link"]["url"])


def provider_acts(
    web: httpx.Client, administrator: Person, operator: Person, organisation: str
) -> None:
    path = f"/v1/organisations/{organisation}/clients"
    wanted = {"name": "Rides", "purpose": "Reports rides every night."}
    refused = operator.post(path, wanted, expected=403)
    assert refused["code"] == "NOT_ADMINISTRATOR", "secrets are theirs"
    client = administrator.post(path, {**wanted, "code": administrator.recovery_codes[0]})
    grant = {
        "grant_type": "client_credentials",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
    }
    token = web.post("/v1/auth/token", data=grant).json()["access_token"]
    app = Person(web, "", "", operator.phone)
    app.token = token
    assert app.post(path, wanted, expected=403)["code"] == "USERS_ONLY"
    consents = [
        {"scene": "metro_ride", "text_version": "2026-01", "granted_at": "2026-01-02T00:00:00Z"}
    ]
    person = app.post(
        "/v1/participants", {"identity": "citizen-1", "region": "CN-33", "consents": consents}
    )
    action = {
        "participant_id": person["id"],
        "behaviour": "metro_ride",
        "external_id": "first",
        "occurred_at": yesterday_morning().isoformat(),
        "region": "CN-33",
        "quantities": {"trips": "1"},
        "evidence": {"ride_id": "gate-1"},
    }
    assert app.post("/v1/actions", action)["reduction"]["reduction_kg"] == "0.046000"
