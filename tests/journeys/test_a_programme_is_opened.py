"""A real programme: from an empty server to the first action of a provider, in live mode.

Every command runs in a process of its own, everybody comes in over HTTP by a link that was printed
or handed on, and what must not go is tried on the way.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest

from app.store.database import Database
from app.store.demo.diary import begin_diary
from app.usecases.organisations.create_user import NewUser, create_user
from behaviours.organisation_papers import DOCUMENT_KINDS
from tests.builders.applications import CONTRACT, a_statement, as_paper
from tests.builders.civil import yesterday_morning
from tests.builders.opening import ANSWERS, Server, a_server

LINK = re.compile(r"https://tanpuhui\.example\.cn(/v1/one-time-links/otl_[\w-]+)")
STEP = timedelta(seconds=30)


@pytest.fixture
def server(make_database: Callable[[], str], redis_url: str, tmp_path: Path) -> Server:
    return a_server(make_database(), redis_url, tmp_path)


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


def test_from_an_empty_server_to_the_first_action(server: Server, tmp_path: Path) -> None:
    answers = tmp_path / "opening.yaml"
    answers.write_text(ANSWERS, encoding="utf-8")
    too_soon = server.type("init", "--from", str(answers))
    assert too_soon.returncode == 1
    assert "tanpuhui migrate" in too_soon.stderr
    migrated = server.type("migrate")
    assert migrated.returncode == 0
    assert "tanpuhui init" in migrated.stderr, "nothing is published before it is opened"

    first = server.type("init", "--from", str(answers))
    assert first.returncode == 0, first.stderr
    urls = links_of(first.stdout)
    assert len(set(urls)) == 3
    assert "█" in first.stdout, "as QR codes too"
    again = server.type("init", "--from", str(answers))
    assert (again.returncode, links_of(again.stdout)) == (0, [])
    assert "nobody was invited" in again.stdout
    renewed = links_of(server.type("init", "--renew", "--base-url",
                                   "https://tanpuhui.example.cn", "--no-qr").stdout)  # fmt: skip
    assert len(set(renewed) - set(urls)) == 3

    with server.serving() as web:
        assert web.get("/v1/programme").json()["name"]["en"] == "A Province"
        assert web.get(urls[0]).status_code == 410, "another link took its place"
        operator, second, authority = (come_in(web, url) for url in renewed)
        assert web.get(renewed[0]).status_code == 410, "it was used"
        text_is_published(operator, authority)
        organisation, administrator = provider_is_admitted(web, operator, second, authority)
        scenes_are_published(operator, second, authority, organisation)
        provider_acts(web, administrator, operator, organisation)
        users = operator.ask("GET", "/v1/users", expected=200)["data"]
        chief = next(each for each in users if each["role"] == "authority")
        path, why = f"/v1/users/{chief['id']}/end", {"reason": "To be alone."}
        assert operator.post(path, why, expected=409)["code"] == "LAST_OF_ITS_ROLE"
    over = server.type("init", "--renew")
    assert (over.returncode, over.stdout.count("active"), links_of(over.stdout)) == (0, 3, [])
    audit = server.type("audit")
    assert audit.returncode == 0, audit.stdout + audit.stderr


def text_is_published(operator: Person, authority: Person) -> None:
    words = {"zh-CN": "同意上报我的低碳行为。", "en": "My low-carbon actions may be reported."}
    body = {"kind": "consent", "version": "2026-01", "in_force_from": "2026-01-01", "bodies": words}
    operator.post("/v1/texts", body, expected=202)
    operator.post("/v1/texts/consent/2026-01/publish", expected=202)
    authority.post("/v1/texts/consent/2026-01/publish")


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
    operator: Person, second: Person, authority: Person, organisation: str
) -> None:
    """In the programme, and to the provider; who assessed signs neither."""
    told = {"description": "Rides that gates counted.", "data_security": "Numbers only."}
    since = {"in_force_from": "2026-01-01"}
    for scene in (
        {"scene": "travel", **told},
        {"scene": "metro_ride", "provider_id": organisation, **told},
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


def test_what_is_missing_is_asked_for_and_nobody_is_invited_twice(
    server: Server, tmp_path: Path
) -> None:
    answers = tmp_path / "opening.yaml"
    answers.write_text(ANSWERS, encoding="utf-8")
    assert server.type("migrate").returncode == 0
    asked = "li.wei\n李伟\nwang.fang\n王芳\nzhao.min\n赵敏\n某省\nA Province\nAsia/Shanghai\nPRV\n"
    first = server.type("init", "--no-qr", "--base-url", "https://tanpuhui.example.cn", sent=asked)
    assert first.returncode == 0, first.stderr
    assert len(links_of(first.stdout)) == 3, first.stdout
    assert links_of(server.type("init", "--from", str(answers)).stdout) == []


NOT_RIGHT = (
    ("wang.fang", "li.wei", "FOUNDERS_INCOMPLETE"),
    ("  - {username: wang.fang, display_name: 王芳}\n", "", "FOUNDERS_INCOMPLETE"),
    ("zhao.min", "Zhao Min", "USERNAME_MALFORMED"),
    ("authority:", "authorities:", "INVALID_DOCUMENT"),
    ("Asia/Shanghai", "Mars/Olympus", "INVALID_PROGRAMME"),
)


def test_an_opening_that_is_not_right_leaves_nothing(server: Server, tmp_path: Path) -> None:
    answers = tmp_path / "opening.yaml"
    assert server.type("migrate").returncode == 0
    for was, stated, code in NOT_RIGHT:
        answers.write_text(ANSWERS.replace(was, stated), encoding="utf-8")
        answer = server.type("init", "--from", str(answers))
        assert (answer.returncode, code in answer.stderr) == (3, True), answer.stderr
        assert not (tmp_path / "var" / "programme.yaml").exists()
    answers.write_text(ANSWERS, encoding="utf-8")
    assert len(links_of(server.type("init", "--from", str(answers)).stdout)) == 3


def test_a_database_of_test_mode_is_refused(server: Server, tmp_path: Path) -> None:
    answers = tmp_path / "opening.yaml"
    answers.write_text(ANSWERS, encoding="utf-8")
    test_mode = Server(server.environ | {"TANPUHUI_MODE": "test"}, server.folder)
    asked = test_mode.type("init", "--from", str(answers))
    assert (asked.returncode, "TANPUHUI_MODE=live" in asked.stderr) == (1, True)
    assert server.type("migrate").returncode == 0
    with closing(Database(server.environ["DATABASE_URL"], pool_size=1)) as database:
        somebody, now = NewUser("operator", "a known password", "operator"), datetime.now(UTC)
        database.transact(create_user, [somebody], now=now)
        known = server.type("init", "--from", str(answers))
        database.transact(begin_diary, {}, total=1, now=now)
        seeded = server.type("init", "--from", str(answers))
    for refused, why in ((known, "not let in by opening"), (seeded, "demonstration was seeded")):
        assert refused.returncode == 3
        assert "INSTALLATION_IN_USE" in refused.stderr
        assert why in refused.stderr
